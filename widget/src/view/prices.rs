//! What a name costs: the first year, and each further one.

use crate::view::Locale;
use crate::view::pen::Pen;
use shared::availability::AvailabilityRow;

/// An amount, or a dash where the server named none.
pub(crate) fn amount(locale: &dyn Locale, row: Option<&AvailabilityRow>, cents: Option<u32>) -> String {
    match (row, cents) {
        (Some(row), Some(cents)) => locale.money(u64::from(cents), row.currency.as_deref().unwrap_or_default()),
        _ => "—".to_owned(),
    }
}

/// The first year's price, and the renewal below it.
pub(crate) fn price(pen: &mut Pen, locale: &dyn Locale, row: &AvailabilityRow) {
    pen.put("p.price|part=price", |pen| {
        pen.leaf("span.price-now", &amount(locale, Some(row), row.price_cents));
        if row.renewal_price_cents.is_some() {
            pen.put("span.price-later", |pen| {
                pen.text("then ");
                pen.more(&amount(locale, Some(row), row.renewal_price_cents));
                pen.more("/yr");
            });
        }
    });
}
