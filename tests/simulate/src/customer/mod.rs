//! Customers: each has a browser, fills in an order, sends it in its own way, and believes what its pages tell it.
//!
//! What a page does with an order is decided by the machine of `shared`, as in a real browser.

mod arriving;
mod bring;
mod browser;
mod character;
mod machine;
mod ordering;
mod owning;
mod page;
mod paying;
mod requests;
mod watching;
mod wire;

pub(crate) use character::{Character, Pays, Special};
pub(crate) use watching::{Remains, last_look};

use crate::diary::Diary;
use crate::dice::Dice;
use crate::fleet::Fleet;
use crate::time::pause;
use browser::Browser;

/// Lives one customer's life, from arrival to leaving the page.
pub(crate) async fn live(fleet: Fleet, diary: Diary, mut character: Character, dice: Dice, look_every: u64) -> Remains {
    let browser = Browser::new(fleet, diary, &character, dice.fork());
    pause(character.arrives).await;
    if !arrive(&browser, &character, &dice).await || !bring::bring(&browser, &mut character, &dice).await {
        return Remains { browser, page: None };
    }
    let page = match ordering::order(&browser, &character, &dice).await {
        Some(page) => Some(watching::watch(&browser, page, &dice, look_every).await),
        None => None,
    };
    Remains { browser, page }
}

async fn arrive(browser: &Browser, character: &Character, dice: &Dice) -> bool {
    if !arriving::sign_in(browser, dice).await {
        return false;
    }
    let page = arriving::open(browser).await;
    if dice.chance(400) {
        browser.look_up(&character.names(0)).await;
    }
    pause(dice.between(2_000, 60_000)).await;
    page.close();
    true
}
