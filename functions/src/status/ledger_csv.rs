//! A ledger as CSV (RFC 4180): the orders, and after an empty line each the sums per customer and per reference.

use crate::status::ledger_sums::{Ledger, LedgerRow, Sums};
use csv::{Terminator, Writer, WriterBuilder};

/// `ledger` as text; `None` cannot occur, because writing to memory does not fail.
pub(super) fn write(ledger: &Ledger) -> Option<String> {
    let orders = table(
        [
            "order",
            "customer",
            "reference",
            "placed_at",
            "status",
            "currency",
            "cost_cents",
            "charge_cents",
            "margin_cents",
        ],
        ledger.orders.iter().map(order),
    )?;
    let customers = table(
        ["customer", "orders", "currency", "cost_cents", "charge_cents", "margin_cents"],
        ledger.customers.iter().map(|row| sum(row.customer.as_deref(), &row.sums)),
    )?;
    let references = table(
        ["reference", "orders", "currency", "cost_cents", "charge_cents", "margin_cents"],
        ledger.references.iter().map(|row| sum(row.reference.as_deref(), &row.sums)),
    )?;
    Some([orders, customers, references].join("\r\n"))
}

fn table<const N: usize>(headings: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Option<String> {
    let mut writer: Writer<Vec<u8>> = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(headings).ok()?;
    for row in rows {
        writer.write_record(row).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

fn order(row: &LedgerRow) -> [String; 9] {
    [
        text(&row.order),
        text(row.customer.as_deref().unwrap_or_default()),
        text(row.reference.as_deref().unwrap_or_default()),
        text(&row.placed_at),
        text(row.status.as_str()),
        text(row.currency.as_deref().unwrap_or_default()),
        row.cost_cents.map(|cents| cents.to_string()).unwrap_or_default(),
        row.charge_cents.map(|cents| cents.to_string()).unwrap_or_default(),
        row.margin_cents.map(|cents| cents.to_string()).unwrap_or_default(),
    ]
}

fn sum(key: Option<&str>, sums: &Sums) -> [String; 6] {
    [
        text(key.unwrap_or_default()),
        sums.orders.to_string(),
        text(sums.currency.as_deref().unwrap_or_default()),
        sums.cost_cents.to_string(),
        sums.charge_cents.map(|cents| cents.to_string()).unwrap_or_default(),
        sums.margin_cents.map(|cents| cents.to_string()).unwrap_or_default(),
    ]
}

/// A cell of text. One that a spreadsheet would take for a formula gets an apostrophe in front
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn text(cell: &str) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{text, write};
    use crate::status::ledger_sums::{CustomerSum, Ledger, LedgerRow, Sums};
    use shared::order::OrderStatus;

    #[test]
    fn cells_are_no_formulas_and_numbers_stay_as_they_are() {
        let row = LedgerRow {
            order: "ord_1".to_owned(),
            customer: Some("+49@example.com".to_owned()),
            reference: Some("=1+1,\"x\"".to_owned()),
            placed_at: "2026-11-02T08:00:00Z".to_owned(),
            status: OrderStatus::Completed,
            currency: Some("usd".to_owned()),
            cost_cents: Some(6_700),
            charge_cents: None,
            margin_cents: Some(-100),
        };
        let sums = Sums { orders: 1, currency: None, cost_cents: 6_700, charge_cents: None, margin_cents: Some(-100) };
        let customers = vec![CustomerSum { customer: None, sums }];
        let ledger = Ledger { month: "2026-11".to_owned(), orders: vec![row], customers, references: Vec::new() };
        let expected = "order,customer,reference,placed_at,status,currency,cost_cents,charge_cents,margin_cents\r\n\
                        ord_1,'+49@example.com,\"'=1+1,\"\"x\"\"\",2026-11-02T08:00:00Z,completed,usd,6700,,-100\r\n\r\n\
                        customer,orders,currency,cost_cents,charge_cents,margin_cents\r\n,1,,6700,,-100\r\n\r\n\
                        reference,orders,currency,cost_cents,charge_cents,margin_cents\r\n";
        assert_eq!(write(&ledger).as_deref(), Some(expected));
    }

    #[test]
    fn every_start_of_a_formula_is_disarmed() {
        for start in ["=", "+", "-", "@", "\t", "\r"] {
            assert_eq!(text(&format!("{start}x")), format!("'{start}x"));
        }
        for plain in ["", "x=1", "'=x", " =x", "ord-1"] {
            assert_eq!(text(plain), plain);
        }
    }
}
