//! How a customer orders: presses the button, in several tabs or with other picks, loses patience, reloads, and presses again.

use crate::customer::arriving::{PATIENCE, open, sign_in};
use crate::customer::browser::Browser;
use crate::customer::character::Character;
use crate::customer::page::Page;
use crate::customer::paying;
use crate::dice::Dice;
use crate::time::pause;
use functions::model::approval::ApprovalMode;
use serde_json::Value;
use shared::protocol::order::{Input, OrderState, SessionState};

/// Rounds of ordering and looking before a customer gives up.
const ROUNDS: u32 = 40;
/// Customers of 1,000 whose page shows the list of orders beside the form.
const LISTING: u64 = 300;

/// What a customer does next.
enum Next {
    /// Has an order on this page.
    Watch,
    /// Sends another draft.
    Change,
    /// Sends the same again.
    Repeat,
    /// Has had enough.
    Stop,
}

/// What a page says, as far as a customer acts on it.
enum Seen {
    Ordered,
    /// Nothing is ordered, with the code of the refusal that is shown.
    Nothing(Option<(u16, String)>),
    /// It is not known, and sending again is safe.
    Unconfirmed,
    Doubt,
    /// The page is busy, or cannot be used.
    Waiting,
    /// There is no session.
    NoSession,
}

/// Orders until there is an order, which is on the page that is returned, or a reason to stop.
pub(super) async fn order(browser: &Browser, character: &Character, dice: &Dice) -> Option<Page> {
    let mut draft = browser.fill_in(character);
    let mut page = open(browser).await;
    if dice.chance(LISTING)
        && let Some((ids, placing)) = browser.list().await
    {
        page.input(Input::Listed { ids, placing });
    }
    for _ in 0..ROUNDS {
        page = send_all(browser, character, dice, (page, draft)).await;
        if character.leaves || browser.has_left() {
            page.close();
            return None;
        }
        match find_out(browser, dice, &mut page).await {
            Next::Watch => return Some(page),
            Next::Change => draft = browser.fill_in(character),
            Next::Repeat => {}
            Next::Stop => {
                page.close();
                return None;
            }
        }
        pause(dice.between(1_000, 8_000)).await;
    }
    page.close();
    None
}

/// Sends the draft from every tab, all within a second or so. Returns the page on which the customer goes on.
async fn send_all(browser: &Browser, character: &Character, dice: &Dice, (page, draft): (Page, usize)) -> Page {
    let is_approved = browser.fleet.shop.features.approval != ApprovalMode::None;
    let quoted = if character.asks_price || is_approved { browser.quote(draft).await } else { None };
    let approval = match &quoted {
        Some(quoted) => paying::before(browser, character, (draft, quoted)).await,
        None => None,
    };
    let mut tabs = Vec::new();
    let quote = quoted.as_ref().map(|quoted| quoted.token.as_str());
    for tab in 0..character.tabs {
        let other = tab > 0 && character.undecided;
        let (draft, quote) = if other { (browser.fill_in(character), None) } else { (draft, quote) };
        let hesitates = if tab == 0 { 0 } else { dice.between(0, 1_200) };
        let body = browser.body(character, draft, quote).map(|body| paying::with_approval(body, approval.as_deref()));
        let main = (tab == 0).then(|| page.clone());
        tabs.push(async move {
            let page = match main {
                Some(page) => page,
                None => open(browser).await,
            };
            pause(hesitates).await;
            press(&page, character, draft, body).await;
            page
        });
    }
    let mut pages = futures::future::join_all(tabs).await;
    let best = pages.iter().position(|page| matches!(see(page), Seen::Ordered)).unwrap_or(0);
    let chosen = if best < pages.len() { pages.swap_remove(best) } else { page };
    pages.iter().for_each(Page::close);
    chosen
}

/// Presses the button, and waits for the outcome. When patience ends, the page is closed.
async fn press(page: &Page, character: &Character, draft: usize, body: Option<Value>) {
    let Some(body) = body else { return };
    let patience = character.patience.saturating_add(paying::takes(character));
    if page.place(draft, body) && !page.wait_for(patience, |page| !matches!(see(page), Seen::Waiting)).await {
        page.close();
    }
}

fn see(page: &Page) -> Seen {
    let is_open = matches!(page.session(), SessionState::Open { .. });
    match page.order() {
        OrderState::Placed { .. } => Seen::Ordered,
        OrderState::Placing | OrderState::Approving | OrderState::Sending | OrderState::Confirming => Seen::Waiting,
        _ if matches!(page.session(), SessionState::Ended | SessionState::Failed { .. }) => Seen::NoSession,
        _ if !is_open => Seen::Waiting,
        OrderState::None { problem, .. } => Seen::Nothing(problem.map(|problem| (problem.status, problem.code))),
        OrderState::Unconfirmed { .. } => Seen::Unconfirmed,
        OrderState::Doubt { .. } => Seen::Doubt,
    }
}

/// Looks at the page, and reloads it, until it says what became of the order.
async fn find_out(browser: &Browser, dice: &Dice, page: &mut Page) -> Next {
    for _ in 0..ROUNDS {
        if browser.has_left() {
            return Next::Stop;
        }
        if page.is_closed() {
            *page = open(browser).await;
        }
        match see(page) {
            Seen::Ordered => return Next::Watch,
            Seen::Nothing(refusal) => return judge(dice, refusal),
            Seen::Unconfirmed if dice.chance(200) => return Next::Change,
            Seen::Unconfirmed if dice.chance(800) => return Next::Repeat,
            Seen::Doubt => look_for(page, dice).await,
            Seen::NoSession if dice.chance(300) || !sign_in(browser, dice).await => return Next::Stop,
            Seen::NoSession => {
                page.sign_in();
                page.wait_for(PATIENCE, |page| !matches!(page.session(), SessionState::Loading)).await;
            }
            Seen::Unconfirmed | Seen::Waiting => {
                let wait = dice.between(2_000, 20_000);
                page.wait_for(wait, |page| !matches!(see(page), Seen::Waiting | Seen::Unconfirmed)).await;
            }
        }
        // Some reload a page that does not show an order.
        if !matches!(see(page), Seen::Ordered) && dice.chance(100) {
            page.close();
            pause(dice.between(0, 4_000)).await;
        }
    }
    Next::Stop
}

/// What a customer does who is told that nothing is ordered.
fn judge(dice: &Dice, refusal: Option<(u16, String)>) -> Next {
    match refusal {
        // The customer pays again.
        Some((_, code)) if code.starts_with("approval_") => Next::Repeat,
        Some((400 | 409, code)) if code != "order_not_placed" => Next::Change,
        None if dice.chance(200) => Next::Change,
        // Some who are told that it failed believe it, and leave.
        Some((status, _)) if ![400, 409].contains(&status) && dice.chance(150) => Next::Stop,
        _ => Next::Repeat,
    }
}

/// Looks through the list of orders, and says after a while that the order is not in it.
async fn look_for(page: &Page, dice: &Dice) {
    page.wait_for(dice.between(5_000, 40_000), |page| !matches!(see(page), Seen::Doubt)).await;
    if matches!(see(page), Seen::Doubt) {
        page.input(Input::SawOrders);
        pause(dice.between(2_000, 30_000)).await;
        if page.can_order_again() {
            page.input(Input::OrderAgain);
        }
    }
}
