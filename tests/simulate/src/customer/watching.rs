//! How a customer follows an order: looks for a while, comes back to the page, closes it, and opens it again another day.

use crate::customer::arriving::open;
use crate::customer::browser::Browser;
use crate::customer::page::Page;
use crate::dice::Dice;
use crate::time::pause;
use shared::protocol::order::{Input, OrderState, SessionState};

/// Returns to an order that does not end.
const LOOKS: u32 = 5;
/// Milliseconds that the customer looks at the page.
const LOOKING: (u64, u64) = (1_000, 10_000);
/// Customers of 1,000 who open a new page for their order when it is over.
const RETURNING: u64 = 300;
/// Milliseconds of the last look at a page.
const LAST_LOOK: u64 = 60_000;
/// Milliseconds within which a page shows how things are, when everything works.
const QUIET_LOOK: u64 = 5 * 60_000;
/// Last looks at a page whose session has ended.
const LAST_LOOKS: u32 = 3;

/// What a customer leaves behind when its life is over: its browser, with a page that may still be open.
#[derive(Debug)]
pub(crate) struct Remains {
    pub(super) browser: Browser,
    pub(super) page: Option<Page>,
}

fn is_final(page: &Page) -> bool {
    matches!(page.order(), OrderState::Placed { is_final: true, .. })
}

/// Watches the order on `page`. Returns the page that is still open.
pub(super) async fn watch(browser: &Browser, mut page: Page, dice: &Dice, look_every: u64) -> Page {
    for _ in 0..LOOKS {
        if page.wait_for(dice.between(LOOKING.0, LOOKING.1), is_final).await || browser.has_left() {
            break;
        }
        page.input(Input::Hidden(true));
        pause(look_every).await;
        page.input(Input::Hidden(false));
    }
    // Some come back: what was final must still be so.
    if dice.chance(RETURNING) {
        for _ in 0..2 {
            page.close();
            pause(dice.between(30_000, 1_200_000)).await;
            page = open(browser).await;
            page.wait_for(LOOKING.1, is_final).await;
        }
    }
    page.input(Input::Hidden(true));
    page
}

/// When everything is quiet, the customer looks once more at its order, on the page that is still open or on a new one.
pub(crate) async fn last_look(remains: Remains) {
    let Remains { browser, page } = remains;
    if browser.has_left() || browser.token().is_empty() {
        return;
    }
    let page = match page {
        Some(page) if !page.is_closed() => page,
        _ => open(&browser).await,
    };
    page.input(Input::Hidden(false));
    look(&browser, &page).await;
    // In another session than the order's, the customer opens it from the list.
    let told = browser.diary.open().told_by_pages().last().map(str::to_owned);
    if let (OrderState::None { .. }, Some(id)) = (page.order(), told) {
        page.input(Input::Watch(id));
        look(&browser, &page).await;
    }
    browser.diary.look_last(page.visit());
    page.close();
}

/// Looks at the page until it waits for nothing. Who has no session any more signs in.
async fn look(browser: &Browser, page: &Page) {
    for _ in 0..LAST_LOOKS {
        pause(LAST_LOOK).await;
        if page.wait_for(QUIET_LOOK, is_settled).await {
            return;
        }
        if browser.mint().await {
            page.sign_in();
        }
    }
    pause(LAST_LOOK).await;
    page.wait_for(QUIET_LOOK, is_settled).await;
}

/// Whether the page waits for nothing, but for the order to go on.
fn is_settled(page: &Page) -> bool {
    match page.order() {
        OrderState::Placed { order, is_stale, .. } => order.is_some() && !is_stale,
        OrderState::None { .. } | OrderState::Unconfirmed { .. } => matches!(page.session(), SessionState::Open { .. }),
        _ => false,
    }
}
