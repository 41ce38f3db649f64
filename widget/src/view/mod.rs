//! The view: what the card looks like for a state, as a drawing. Pure, so that it runs in native tests.

mod card;
mod domains;
mod icon;
pub(crate) mod pen;
mod people;
mod piece;
mod prices;
mod review;
mod status;
mod words;

use crate::picker::state::{Phase, State, Step};
use pen::Pen;

/// How the reader's place writes money and time. Made by the browser, handed in.
pub(crate) trait Locale {
    /// `1300` cents of `usd`.
    fn money(&self, cents: u64, currency: &str) -> String;
    /// An ISO 8601 time.
    fn time(&self, iso: &str) -> String;
}

/// The whole card.
pub(crate) fn view(state: &State, locale: &dyn Locale) -> String {
    let mut pen = Pen::default();
    // A live region has to be there before it speaks, so it always is.
    pen.put("p.unseen|role=status", |pen| {
        pen.key("live");
        pen.text(&state.said);
    });
    match &state.phase {
        Phase::Loading => card::skeleton(&mut pen),
        Phase::Stuck(message) => card::stuck(&mut pen, message),
        Phase::Expired => card::expired(&mut pen),
        Phase::Watching => status::card(&mut pen, state, locale),
        Phase::Filling => pen.put("section.card|part=card|aria-label=Checkout", |pen| {
            pen.key("form");
            card::header(pen, state);
            match state.step {
                Step::Domains => domains::step(pen, state, locale),
                Step::People => people::step(pen, state),
                Step::Review => review::step(pen, state, locale),
            }
        }),
    }
    pen.finish()
}
