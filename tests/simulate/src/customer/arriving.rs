//! How a customer arrives: a session from the partner, and a page that shows it.

use crate::customer::browser::Browser;
use crate::customer::page::Page;
use crate::dice::Dice;
use crate::time::pause;
use shared::protocol::order::SessionState;

/// Tries of what has to work before anything can be ordered.
const TRIES: u32 = 20;
/// Milliseconds that a customer waits for a page to show something.
pub(super) const PATIENCE: u64 = 30_000;

/// The partner gives the customer a session.
pub(super) async fn sign_in(browser: &Browser, dice: &Dice) -> bool {
    for _ in 0..TRIES {
        if browser.has_left() {
            return false;
        }
        if browser.mint().await {
            return true;
        }
        pause(dice.between(500, 3_000)).await;
    }
    false
}

/// Opens a page, and waits until it shows something.
pub(super) async fn open(browser: &Browser) -> Page {
    let page = Page::open(browser.clone(), browser.diary.begin_visit(browser.now()));
    page.wait_for(PATIENCE, |page| !matches!(page.session(), SessionState::None | SessionState::Loading)).await;
    page
}
