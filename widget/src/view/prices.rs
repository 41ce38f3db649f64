//! What a name costs: the first year, and each further one.

use crate::view::Locale;
use crate::view::pen::Pen;
use shared::availability::AvailabilityRow;

/// The first year's price, and the renewal below it; a dash where the server named none.
pub(crate) fn price(pen: &mut Pen, locale: &dyn Locale, row: &AvailabilityRow) {
    let currency = row.currency.as_deref().unwrap_or_default();
    pen.put("p.price|part=price", |pen| {
        match row.price_cents {
            Some(cents) => pen.leaf("span.price-now", &locale.money(u64::from(cents), currency)),
            None => pen.leaf("span.price-now", "—"),
        }
        if let Some(cents) = row.renewal_price_cents {
            pen.put("span.price-later", |pen| {
                pen.text("then ");
                pen.more(&locale.money(u64::from(cents), currency));
                pen.more("/yr");
            });
        }
    });
}
