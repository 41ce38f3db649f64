//! Customers: each has a session, fills in an order, sends it in its own way, and watches what becomes of it.

mod bring;
mod browser;
mod character;
mod owning;

pub(crate) use character::{Character, Special};

use crate::diary::{Diary, Shown, Word};
use crate::dice::Dice;
use crate::fleet::Fleet;
use crate::time::pause;
use browser::Browser;

/// Rounds of ordering and looking before a customer gives up.
const ROUNDS: u32 = 40;
/// Tries of what has to work before anything can be ordered.
const TRIES: u32 = 20;
/// Looks at an order that does not end.
const LOOKS: u32 = 6;

/// Customers of 1,000 who look at their order again when it is over.
const RETURNING: u64 = 300;

/// What a customer does next.
enum Next {
    /// Waits for this order.
    Watch(String),
    /// Sends another draft.
    Change,
    /// Sends the same again.
    Repeat,
    /// Has had enough.
    Stop,
}

/// Lives one customer's life, from arrival to the last look.
pub(crate) async fn live(fleet: Fleet, diary: Diary, mut character: Character, dice: Dice, look_every: u64) {
    let name = diary.open().name();
    let customer = character.email.clone();
    let mut browser = Browser { fleet, diary, name, customer, token: String::new() };
    pause(character.arrives).await;
    if !arrive(&mut browser, &character, &dice).await || !bring::bring(&mut browser, &mut character, &dice).await {
        return;
    }
    let first = browser.fill_in(&character);
    if let Some(id) = place(&browser, &character, &dice, first).await {
        watch(&browser, &id, look_every).await;
        // Some come back: what was final must still be so.
        if dice.chance(RETURNING) {
            for _ in 0..2 {
                pause(dice.between(30_000, 1_200_000)).await;
                browser.watch(&id).await;
            }
        }
    }
}

async fn arrive(browser: &mut Browser, character: &Character, dice: &Dice) -> bool {
    let mut minted = false;
    for _ in 0..TRIES {
        if browser.has_left() {
            return false;
        }
        minted = browser.mint(character).await;
        if minted {
            break;
        }
        pause(dice.between(500, 3_000)).await;
    }
    if minted {
        browser.reload().await;
        if dice.chance(400) {
            browser.look_up(&character.names(0)).await;
        }
        pause(dice.between(2_000, 60_000)).await;
    }
    minted
}

/// Orders until there is an order, or a reason to stop.
async fn place(browser: &Browser, character: &Character, dice: &Dice, first: usize) -> Option<String> {
    let mut draft = first;
    for _ in 0..ROUNDS {
        let words = send_all(browser, character, dice, draft).await;
        if character.leaves || browser.has_left() {
            return None;
        }
        match judge(browser, dice, &words).await {
            Next::Watch(id) => return Some(id),
            Next::Change => draft = browser.fill_in(character),
            Next::Repeat => {}
            Next::Stop => return None,
        }
        pause(dice.between(1_000, 8_000)).await;
    }
    None
}

/// Sends the draft from every tab, all within a second or so.
async fn send_all(browser: &Browser, character: &Character, dice: &Dice, draft: usize) -> Vec<Word> {
    let quote = if character.asks_price { browser.quote(draft).await } else { None };
    let mut tabs = Vec::new();
    let quote = quote.as_deref();
    for tab in 0..character.tabs {
        let other = tab > 0 && character.undecided;
        let (draft, quote) = if other { (browser.fill_in(character), None) } else { (draft, quote) };
        let hesitates = if tab == 0 { 0 } else { dice.between(0, 1_200) };
        tabs.push(async move {
            pause(hesitates).await;
            browser.order(character, draft, quote).await
        });
    }
    futures::future::join_all(tabs).await
}

/// What the words of all tabs mean to the customer.
async fn judge(browser: &Browser, dice: &Dice, words: &[Word]) -> Next {
    let placed = words.iter().find_map(|word| match word {
        Word::Placed { id, .. } => Some(id.clone()),
        _ => None,
    });
    if let Some(id) = placed {
        return Next::Watch(id);
    }
    let open = words.iter().any(|word| matches!(word, Word::Nothing | Word::Placing));
    let refused = words.iter().find_map(|word| match word {
        Word::Refused(code) => Some(code.as_str()),
        _ => None,
    });
    match refused {
        Some("order_not_placed") if !open => Next::Repeat,
        Some(_) if !open => Next::Change,
        _ if words.iter().all(|word| matches!(word, Word::Failed(code) if code == "session_expired")) => Next::Stop,
        // Some who are told that it failed believe it, and leave.
        _ if !open && dice.chance(150) => Next::Stop,
        _ => find_out(browser, dice).await,
    }
}

/// Reloads the page until it says what became of the order.
async fn find_out(browser: &Browser, dice: &Dice) -> Next {
    for _ in 0..ROUNDS {
        if browser.has_left() {
            return Next::Stop;
        }
        match browser.reload().await {
            Some(Shown::Order(id)) => return Next::Watch(id),
            Some(Shown::None) if dice.chance(200) => return Next::Change,
            Some(Shown::None) => return Next::Repeat,
            Some(Shown::Placing) | None => pause(dice.between(2_000, 20_000)).await,
        }
        // Some press the button again, whatever the page says.
        if dice.chance(100) {
            return Next::Repeat;
        }
    }
    Next::Stop
}

async fn watch(browser: &Browser, id: &str, look_every: u64) {
    for _ in 0..LOOKS {
        if browser.watch(id).await {
            break;
        }
        pause(look_every).await;
    }
}
