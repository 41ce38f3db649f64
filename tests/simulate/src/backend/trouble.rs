//! What happens to the partner's endpoints: they are down for a while, or lose their disks.

use crate::backend::document::ENDPOINTS;
use crate::backend::receiving::Backend;
use crate::backend::repair::{enable, restore};
use crate::dice::Dice;
use crate::fleet::Fleet;
use crate::time::pause;

/// What happens to an endpoint in one phase of a world, and the weights.
const WHAT: [(u64, Trouble); 3] = [(3, Trouble::None), (4, Trouble::Down), (3, Trouble::DiskLost)];
/// Milliseconds until a lost disk is noticed: at once, or within half an hour.
const NOTICED: [(u64, (u64, u64)); 2] = [(30, (0, 2_000)), (70, (2_000, 1_800_000))];
/// Milliseconds of an outage after which the partner asks for what it has missed; attempts are made for longer.
const LONG: u64 = 2 * 60 * 60 * 1_000;
/// Milliseconds for which attempts are made: what was recorded this long before an outage may have missed its last one.
const ATTEMPTS: u64 = 36 * 60 * 60 * 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    Down,
    DiskLost,
}

/// Everything that happens to the endpoints in the next `phase` milliseconds. It ends when all of it is repaired.
pub(crate) async fn troubles(fleet: Fleet, dice: Dice, phase: u64) {
    let count = fleet.shop.features.endpoints;
    let all = ENDPOINTS.iter().take(count).map(|(name, _)| trouble(&fleet, name, dice.fork(), phase));
    futures::future::join_all(all).await;
}

async fn trouble(fleet: &Fleet, endpoint: &str, dice: Dice, phase: u64) {
    let (shop, half) = (&fleet.shop, phase / 2);
    let trouble = dice.weighted(&WHAT).unwrap_or(Trouble::None);
    pause(dice.between(0, half)).await;
    match trouble {
        Trouble::None => {}
        Trouble::Down => {
            shop.tally.count("notifications: endpoints down");
            let began = shop.timeline.millis();
            down(&shop.backend, endpoint, true);
            pause(dice.between(1_000, half)).await;
            down(&shop.backend, endpoint, false);
            if shop.timeline.millis().saturating_sub(began) > LONG {
                enable(fleet, &shop.backend, endpoint, began.saturating_sub(ATTEMPTS)).await;
            }
        }
        Trouble::DiskLost => {
            shop.tally.count("notifications: disks lost");
            shop.backend.change(endpoint, |received| received.known.clear());
            let (shortest, longest) = dice.weighted(&NOTICED).unwrap_or_default();
            pause(dice.between(shortest, longest)).await;
            restore(fleet, &shop.backend, endpoint).await;
        }
    }
}

fn down(backend: &Backend, endpoint: &str, is_down: bool) {
    backend.change(endpoint, |received| received.is_down = is_down);
}
