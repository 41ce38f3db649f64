//! Records the receipt of an order: the placement ends, and the order becomes known, in one transaction.

use crate::clock::Timestamp;
use crate::model::approval::{KeptApproval, Step};
use crate::model::placement::{Phase, Placement};
use crate::store::approval::change::{capture, order_approval, void};
use crate::store::condition::claim_is;
use crate::store::dynamo::item::json_text;
use crate::store::dynamo::transaction::{Refusal, Transaction};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::notification::item::notification_put;
use crate::store::notification::of_placement;
use crate::store::order::placed::{Placed, PlacedWrite};
use crate::store::quote::order_quote;
use crate::store::retention::tombstone::read_tombstone;
use crate::store::spend_counter::{Limit, SpendCounter, correction};
use crate::store::{Store, StoreError};
use shared::ids::OrderId;
use shared::order::Receipt;

/// Transactions of one receipt: an event may have been faster with several facts.
const ATTEMPTS: usize = 8;

/// The writes of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Placement,
    Order(PlacedWrite),
    Counter,
    Quote,
    Approval,
    Paid,
    /// That the order was placed.
    NotificationOfOrder,
    /// That the order has the status of the receipt.
    NotificationOfStatus,
    /// That its approval is void.
    NotificationOfVoid,
}

/// How an approval ends together with its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The order is paid with it.
    Capture,
    /// The order was placed before, for another session: it is not paid twice.
    Void,
}

/// Ends the approval of a placed order.
fn push_ending(
    transaction: &mut Transaction<Part>,
    ending: Ending,
    kept: &KeptApproval,
    order: &OrderId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = &kept.approval.id;
    match ending {
        _ if !kept.state.is_live() => {}
        Ending::Capture => {
            transaction.push(Part::Paid, order_approval(order, id)?);
            transaction.push(Part::Approval, capture(id, order, now));
        }
        Ending::Void => transaction.push(Part::Approval, void(id, Step::Expired, now)),
    }
    Ok(())
}

/// Tells the partner that the order was placed, what it is paid with, and which approval is void because another one paid.
fn push_told(
    transaction: &mut Transaction<Part>,
    ending: Option<Ending>,
    placement: &Placement,
    receipt: &Receipt,
    now: Timestamp,
) -> Result<(), StoreError> {
    let live = placement.approval.as_ref().filter(|kept| kept.state.is_live()).map(|kept| &kept.approval);
    let paid = live.filter(|_| ending == Some(Ending::Capture));
    let placed = of_placement::placed(placement, receipt, paid, now);
    transaction.push(Part::NotificationOfOrder, notification_put(&placed, now)?);
    if let Some(approval) = live.filter(|_| ending == Some(Ending::Void)) {
        let void = of_placement::void_of(&placement.session, approval, &placement.labels, now);
        transaction.push(Part::NotificationOfVoid, notification_put(&void, now)?);
    }
    Ok(())
}

impl Store {
    /// Ends the placement as placed, and writes the order: both or neither. The status in the receipt is of the moment
    /// `at`, on the clock of upstream.
    ///
    /// # Errors
    /// [`StoreError`]; then the placement is unchanged, and a search upstream finds the order.
    pub async fn settle(
        &self,
        placement: &Placement,
        receipt: &Receipt,
        at: Option<Timestamp>,
        spend_limits: [(SpendCounter<'_>, Limit); 2],
        ending: Ending,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut ending = Some(ending);
        let mut rest = Transaction::new();
        if let (Some(sent), Some(costs)) = (&placement.sent, &receipt.costs) {
            for counter in spend_limits {
                if let Some(correction) = correction(counter, sent.counted, costs) {
                    rest.push(Part::Counter, correction);
                }
            }
        }
        if let Some(quote) = placement.sent.as_ref().and_then(|sent| sent.quote.as_ref()) {
            rest.push(Part::Quote, order_quote(&receipt.id, quote)?);
        }
        // This is first: a function that stops here leaves the placement open, and the next one does it again.
        self.note_on_order(placement, receipt, now).await?;
        let mut placed = Placed::new(placement, receipt, at, now)?;
        for _ in 0..ATTEMPTS {
            let mut transaction = Transaction::new();
            transaction.push(Part::Placement, self.placed_update(placement, receipt, &placed, now)?);
            for (write, update) in placed.writes(&receipt.id, self.end_of_personal(now)) {
                transaction.push(Part::Order(write), update);
            }
            transaction.extend(rest.clone());
            if let (Some(ending), Some(kept)) = (ending, &placement.approval) {
                push_ending(&mut transaction, ending, kept, &receipt.id, now)?;
            }
            push_told(&mut transaction, ending, placement, receipt, now)?;
            if let Some(notification) = placed.notification(receipt, now) {
                transaction.push(Part::NotificationOfStatus, notification_put(&notification, now)?);
            }
            let refused = self.transact(transaction).await?;
            if refused.is_empty() {
                self.drop_draft(placement).await;
                self.forget_if_asked(placement, &placed, &receipt.id, now).await;
                return Ok(());
            }
            // The order is placed, whatever its approval says: that is never in the way of knowing it.
            match refused.iter().find(|refusal| matches!(refusal.label, Part::Approval | Part::Paid)) {
                Some(Refusal { label: Part::Paid, .. }) => ending = Some(Ending::Void),
                Some(_) => {
                    tracing::error!(alarm = "approval_ended", order.id = %receipt.id, "placed with an approval that had ended");
                    ending = None;
                }
                None => {}
            }
            for refusal in refused {
                self.resolve(refusal, &mut placed, &receipt.id).await?;
            }
        }
        Err(StoreError::Contended)
    }

    fn placed_update(
        &self,
        placement: &Placement,
        receipt: &Receipt,
        placed: &Placed,
        now: Timestamp,
    ) -> Result<Update, StoreError> {
        let update = Update::of(Key::placement(&placement.session))
            .set("phase", Phase::PLACED)
            .set("receipt", json_text(receipt)?)
            .set("lease_until", now)
            // The draft names people, and is removed with the order; this is for an order that never becomes final.
            .set("expires_at", self.latest_end(now))
            .only_if(claim_is(placement));
        // If the customer was forgotten, the placement stays open until all of that is done.
        Ok(match placed.pseudonym() {
            None => update.remove("open_shard").remove("open_due"),
            Some(_) => update,
        })
    }

    /// Leaves out what a refusal shows to be outdated.
    async fn resolve(&self, refusal: Refusal<Part>, placed: &mut Placed, order: &OrderId) -> Result<(), StoreError> {
        match (refusal.label, refusal.item) {
            (Part::Placement, _) => return Err(StoreError::Contended),
            (Part::Order(PlacedWrite::Head), Some(head)) => {
                placed.leave_out_older(&head);
            }
            (Part::Order(PlacedWrite::ForgottenCheck), Some(found)) => {
                let pseudonym = read_tombstone(found)?.pseudonym;
                // An event of an order that was sent later than its customer was forgotten counts as an event of a customer
                // who came back: what it wrote is removed before the placement ends.
                self.forget_known_order(order, &pseudonym).await?;
                placed.strip(&pseudonym);
            }
            _ => {}
        }
        Ok(())
    }

    /// A customer who was forgotten meanwhile is forgotten here, too: the draft names people.
    async fn forget_if_asked(&self, placement: &Placement, placed: &Placed, order: &OrderId, now: Timestamp) {
        if let Some(pseudonym) = placed.pseudonym()
            && let Err(error) = self.forget_placed(placement, order, pseudonym, now).await
        {
            tracing::warn!(
                session.id = %placement.session,
                error.cause = %error,
                "customer not erased from the order; the reconciler retries"
            );
        }
    }
}
