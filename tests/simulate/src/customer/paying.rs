//! How a customer pays where the partner's approval comes with the order: the page asks for it once it is missing.

use crate::customer::browser::Browser;
use crate::customer::character::{Character, Pays};
use crate::partner::Quoted;
use crate::time::{START, pause};
use functions::model::approval::ApprovalMode;
use serde_json::Value;
use shared::protocol::order::{ApprovalRequest, Input};

/// Seconds that an approval lives: below the limit by more than any two clocks here differ.
const LIVES: i64 = 50 * 60;
/// Milliseconds that a payment takes.
const QUICK: (u64, u64) = (300, 1_000);
/// Milliseconds that a slow customer takes, twice: longer than a quote holds together, shorter than a page waits each.
const SLOW: (u64, u64) = (330_000, 500_000);
/// Milliseconds after which an approval has ended, whatever the clocks say, and the reconciler has run.
const ENDED: u64 = 75 * 60_000;

/// The partner's approval of `quoted` for `session` with the payment `id`.
fn paid(browser: &Browser, id: &str, quoted: &Quoted, session: &str) -> Option<String> {
    let shop = &browser.fleet.shop;
    let now = START.saturating_add(i64::try_from(browser.now() / 1_000).unwrap_or(0));
    shop.partner.approve((id, session), quoted, now.saturating_add(LIVES), shop.values.session_key())
}

/// The id of the next payment, and how the customer pays it: what goes wrong goes wrong once.
fn next(browser: &Browser) -> (String, Pays) {
    let number = browser.next_payment();
    let pays = if number == 0 { browser.pays } else { Pays::Properly };
    (format!("pay-{}-{number}", browser.name.replace(' ', "-")), pays)
}

/// What the customer's payment says to a page that asks for an approval.
pub(super) async fn pay(browser: &Browser, request: &ApprovalRequest) -> Input<Value> {
    let tally = &browser.fleet.shop.tally;
    tally.count("approvals: orders without one");
    let (id, pays) = next(browser);
    pause(browser.dice.between(QUICK.0, QUICK.1)).await;
    let quoted = Quoted {
        token: String::new(),
        id: request.quote.clone(),
        total_cents: request.amount_cents.unwrap_or(0),
        currency: request.currency.clone().unwrap_or_default(),
    };
    let session = request.session.as_str();
    let approval = match pays {
        Pays::Properly | Pays::AgainAfterTheEnd => paid(browser, &id, &quoted, session),
        Pays::Nothing => None,
        Pays::TooLittle => {
            tally.count("approvals: for another amount");
            let less = Quoted { total_cents: quoted.total_cents.saturating_sub(1), ..quoted };
            paid(browser, &id, &less, session)
        }
        Pays::WithAnothers => {
            tally.count("approvals: of another session");
            paid(browser, &id, &quoted, &format!("{session}-of-another"))
        }
        Pays::Slowly => {
            tally.count("approvals: presented after their quote has expired");
            pause(browser.dice.between(SLOW.0, SLOW.1)).await;
            paid(browser, &id, &quoted, session)
        }
    };
    approval.map_or_else(|| Input::NotApproved("The card was declined.".to_owned()), Input::Approved)
}

/// What the customer does between the quote and the button. The approval of one whose payment has ended meanwhile.
pub(super) async fn before(
    browser: &Browser,
    character: &Character,
    (draft, quoted): (usize, &Quoted),
) -> Option<String> {
    if browser.fleet.shop.features.approval != ApprovalMode::Token {
        return None;
    }
    match browser.pays_first() {
        Some(Pays::Slowly) => {
            pause(browser.dice.between(SLOW.0, SLOW.1)).await;
            None
        }
        Some(Pays::AgainAfterTheEnd) => {
            let (id, _) = next(browser);
            let session = browser.diary.open().session.clone()?;
            let approval = paid(browser, &id, quoted, &session)?;
            // A person whose name is no name is refused after the approval is recorded.
            let mut body = with_approval(browser.body(character, draft, Some(&quoted.token))?, Some(&approval));
            if let Some(name) = body.pointer_mut("/personas/0/first_name") {
                *name = "Ada@".into();
            }
            browser.order_by_hand(&body).await;
            pause(ENDED).await;
            browser.fleet.shop.tally.count("approvals: presented again after their end");
            paid(browser, &id, quoted, &session)
        }
        _ => None,
    }
}

/// The order with an approval, if there is one.
pub(super) fn with_approval(mut body: Value, approval: Option<&str>) -> Value {
    if let (Some(approval), Some(fields)) = (approval, body.as_object_mut()) {
        fields.insert("approval".to_owned(), approval.into());
    }
    body
}

/// Milliseconds for which a customer waits longer, because the payment takes them.
pub(super) const fn takes(character: &Character) -> u64 {
    match character.pays {
        Pays::Slowly => SLOW.1,
        _ => QUICK.1,
    }
}
