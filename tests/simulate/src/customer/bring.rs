//! How a customer brings its domains: import, nameservers after a while or never, and then the order.

use crate::customer::browser::Browser;
use crate::customer::character::Character;
use crate::customer::owning::Owning;
use crate::customer::requests::Import;
use crate::diary::Switched;
use crate::dice::Dice;
use crate::time::pause;

/// Tries of one request.
const TRIES: u32 = 12;
/// Milliseconds between two looks at an import: a little more than upstream advises (docs/upstream.md#imports).
const LOOK: (u64, u64) = (61_000, 180_000);
/// Looks at an import whose nameservers are set.
const LOOKS: u32 = 12;
/// Milliseconds after which a customer needs a new session.
const SESSION_LASTS: u64 = 20 * 60_000;
/// Milliseconds of an hour and of a day.
const HOUR: u64 = 60 * 60_000;
const DAY: u64 = 24 * HOUR;

/// Brings what `character` owns. `false`: it orders nothing.
pub(super) async fn bring(browser: &Browser, character: &mut Character, dice: &Dice) -> bool {
    let Some(owning) = character.owns.clone() else {
        return true;
    };
    let Some(import) = start(browser, &owning, dice).await else {
        return true;
    };
    let tally = browser.fleet.shop.tally.clone();
    let mine = import.domains(|row| row.status != "failed");
    let Some(id) = import.id.filter(|_| !mine.is_empty()) else {
        return owning.orders;
    };
    if owning.releases {
        pause(dice.between(5_000, 10 * 60_000)).await;
        if browser.release(&id, &mine).await {
            tally.count("imports: domains released");
        }
        return owning.orders;
    }
    if owning.impatient {
        tally.count("imports: orders before the nameservers are set");
        character.brings = mine;
        return owning.orders;
    }
    let Some(after) = owning.switch else {
        tally.count("imports: nameservers never set");
        return owning.orders;
    };
    pause(after).await;
    if !renew(browser, character, after, dice).await {
        return false;
    }
    set(browser, &id, after, dice).await;
    let mut connected = Vec::new();
    for _ in 0..LOOKS {
        pause(dice.between(LOOK.0, LOOK.1)).await;
        if let Some(import) = browser.look_at_import(&id).await {
            connected = import.domains(|row| row.status == "completed");
            if import.domains(|row| row.status != "failed").len() == connected.len() {
                break;
            }
        }
    }
    character.brings = connected;
    renew(browser, character, u64::from(LOOKS).saturating_mul(LOOK.1), dice).await && owning.orders
}

/// Asks for the import until there is an answer. Who is told that upstream's job is another customer's asks again,
/// together with another domain, as the answer says.
async fn start(browser: &Browser, owning: &Owning, dice: &Dice) -> Option<Import> {
    let tally = &browser.fleet.shop.tally;
    let mut names = owning.names.clone();
    for _ in 0..TRIES {
        let Some(import) = browser.import(&names).await else {
            pause(dice.between(1_000, 10_000)).await;
            continue;
        };
        // Upstream's answer was lost: asking again finds the job.
        if import.id.is_none() && !import.domains(|row| row.status != "failed").is_empty() {
            tally.count("imports: answers that were lost");
            pause(dice.between(1_000, 10_000)).await;
            continue;
        }
        tally.count("imports: started");
        let taken = import.domains(|row| row.reason.as_deref() == Some("taken"));
        if !taken.is_empty() {
            tally.count("imports: domains that were taken");
        }
        if taken.len() == owning.names.len() && names.len() == owning.names.len() {
            names.push(owning.another.clone());
            continue;
        }
        if owning.is_rival && taken.is_empty() {
            tally.count("imports: claims that ended and were taken over");
        }
        return Some(import);
    }
    None
}

/// Sets the nameservers of what is still the customer's.
async fn set(browser: &Browser, id: &str, after: u64, dice: &Dice) {
    for _ in 0..TRIES {
        let Some(import) = browser.look_at_import(id).await else {
            pause(dice.between(2_000, 20_000)).await;
            continue;
        };
        let names = import.domains(|row| row.status != "failed");
        if names.is_empty() || browser.has_left() {
            return;
        }
        let shop = &browser.fleet.shop;
        let at = shop.timeline.millis();
        shop.tally.count(match after {
            days if days >= DAY => "imports: nameservers set after days",
            hours if hours >= HOUR => "imports: nameservers set after hours",
            _ => "imports: nameservers set within the hour",
        });
        browser.diary.open().switched.push(Switched { names, at });
        shop.peeker.set_nameservers(id).await;
        return;
    }
}

/// A session ends; the partner mints another one when the customer comes back.
async fn renew(browser: &Browser, character: &Character, after: u64, dice: &Dice) -> bool {
    if after < SESSION_LASTS && character.session_life > 3_600 {
        return true;
    }
    for _ in 0..TRIES {
        if browser.mint().await {
            return true;
        }
        pause(dice.between(1_000, 10_000)).await;
    }
    false
}
