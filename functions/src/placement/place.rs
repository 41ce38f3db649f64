//! Places a session's order: claim, check live, send once, settle.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::keys::{DerivedKey, Purpose};
use crate::metrics::{self, OrderOutcome};
use crate::model::placement::{CLAIM_LEASE, Phase, Placement, RESOLVE_LEASE, SENT_LEASE, Sent, Step, next_step};
use crate::placement::check::Checked;
use crate::placement::desk::Desk;
use crate::placement::refusal;
use crate::secret::SequencerLogin;
use crate::session::Session;
use crate::upstream::UpstreamError;
use crate::upstream::order_body::OrderBody;
use crate::upstream::orders::SeenReceipt;
use shared::answers::PlacedOrder;
use shared::draft::{CheckedOrder, OrderDraft};
use shared::ids::SessionId;
use shared::order::Receipt;
use std::time::Duration;

/// Looks that a second request takes at a placement which another one is working on, before it answers "placing".
const LOOKS: u32 = 32;
/// Pause between them: together 8 s, under API Gateway's 30 and longer than an order usually takes.
const LOOK_PAUSE: Duration = Duration::from_millis(250);

/// What the customer is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Upstream has the order.
    Placed(PlacedOrder),
    /// It is on its way, or being looked for: asking again tells.
    Placing,
}

impl Desk {
    /// Places the session's one order, or says what became of it.
    ///
    /// # Errors
    /// A [`Failure`] means that nothing was ordered, for certain.
    pub async fn place(&self, session: &Session, draft: &OrderDraft) -> Result<Outcome, Failure> {
        let content = self.content(draft)?;
        for _ in 0..LOOKS {
            let found = self.placement_of(session).await?;
            let now = self.clock.now();
            let is_same = found.as_ref().is_some_and(|found| found.content == content);
            let is_claim = found.as_ref().is_some_and(|found| found.phase == Phase::Claimed);
            match next_step(found.as_ref(), now) {
                Step::Done(receipt) if is_same => return Ok(placed_before(receipt)),
                Step::Done(receipt) => return Err(Failure::SessionUsed(Some(Box::new(receipt)))),
                Step::Resolve => match self.resolve_found(found).await? {
                    Outcome::Placed(PlacedOrder { receipt, .. }) if is_same => return Ok(placed_before(receipt)),
                    Outcome::Placed(PlacedOrder { receipt, .. }) => {
                        return Err(Failure::SessionUsed(Some(Box::new(receipt))));
                    }
                    Outcome::Placing if is_same => return Ok(Outcome::Placing),
                    Outcome::Placing => return Err(Failure::SessionUsed(None)),
                },
                // What is on its way is another order. A claim, on the other hand, may still be given back.
                Step::Wait if !is_same && !is_claim => {
                    return Err(Failure::SessionUsed(None));
                }
                Step::Claim => {
                    let placement = self.new_placement(session, content.clone(), now)?;
                    if self.store.claim(&placement, found.as_ref()).await? {
                        return self.fulfil(session, draft, placement).await;
                    }
                }
                Step::Wait => tokio::time::sleep(LOOK_PAUSE).await,
            }
        }
        Ok(Outcome::Placing)
    }

    /// What became of the session's order, if there is one; finds out when nobody else is at it.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn outcome(&self, session: &Session) -> Result<Option<Outcome>, Failure> {
        let found = self.placement_of(session).await?;
        match next_step(found.as_ref(), self.clock.now()) {
            Step::Claim => Ok(None),
            Step::Done(receipt) => Ok(Some(placed_before(receipt))),
            // A claim may still end in a refusal; then the next look finds no order.
            Step::Wait => Ok(Some(Outcome::Placing)),
            Step::Resolve => match self.resolve_found(found).await {
                Ok(outcome) => Ok(Some(outcome)),
                Err(Failure::Store(error)) => Err(error.into()),
                // Resolved as never placed: the customer may order again.
                Err(_) => Ok(None),
            },
        }
    }

    /// The session's placement. One of another customer's stays hidden: its session id was used again.
    async fn placement_of(&self, session: &Session) -> Result<Option<Placement>, Failure> {
        match self.store.placement(&session.id).await? {
            Some(found) if found.customer != session.customer => Err(Failure::SessionUsed(None)),
            found => Ok(found),
        }
    }

    /// The keyed hash of what the draft orders.
    fn content(&self, draft: &OrderDraft) -> Result<String, Failure> {
        let content = draft.content();
        let hash = self.fingerprint_key()?.hmac(&[b"content:", content.as_bytes()]);
        hash.ok_or(Failure::Internal("the data key cannot sign".into()))
    }

    fn fingerprint_key(&self) -> Result<DerivedKey, Failure> {
        let secrets = self.vault.secrets();
        let key = secrets.data.as_ref().ok_or(Failure::Internal("there is no data key".into()))?;
        Ok(DerivedKey::of(key, Purpose::Fingerprint))
    }

    /// Ends a placement that was left open, if it is time.
    ///
    /// # Errors
    /// [`Failure`] when it could not be looked at; it stays open.
    pub async fn reconcile(&self, session: &SessionId) -> Result<(), Failure> {
        let found = self.store.placement(session).await?;
        match (next_step(found.as_ref(), self.clock.now()), found) {
            // A claim whose request died before it sent anything.
            (Step::Claim, Some(claimed)) if claimed.phase == Phase::Claimed => {
                self.store.refuse(&claimed, self.clock.now()).await?;
                Ok(())
            }
            // A refusal whose function died before it was finished.
            (Step::Claim, Some(refused)) => Ok(self.store.finish_refused(&refused, self.clock.now()).await?),
            // A customer that was forgotten while its order was on its way, and whose function died before that was done.
            (Step::Done(receipt), Some(placed)) => {
                Ok(self.store.finish_placed(&placed, &receipt.id, self.clock.now()).await?)
            }
            (Step::Resolve, found) => match self.resolve_found(found).await {
                // Resolved as never placed is an end, too.
                Ok(_)
                | Err(Failure::Conflict(..) | Failure::Invalid(_) | Failure::Upstream(UpstreamError::Refused { .. })) => {
                    Ok(())
                }
                Err(failure) => Err(failure),
            },
            _ => Ok(()),
        }
    }

    async fn fulfil(&self, session: &Session, draft: &OrderDraft, claimed: Placement) -> Result<Outcome, Failure> {
        let prepared = async {
            if !self.guards.orders_enabled || self.store.orders_stopped().await? {
                return Err(Failure::OrdersStopped);
            }
            let checked = self.check_live(session, draft).await?;
            let (body, fingerprint) = self.body(&claimed, &checked.order)?;
            let counted = self.reserve(&session.customer, checked.quote.total_cents).await?;
            Ok((checked, body, fingerprint, counted))
        };
        let (Checked { order, shown, owned, .. }, body, fingerprint, counted) = match prepared.await {
            Ok(prepared) => prepared,
            Err(failure) => return self.give_back(&claimed, failure).await,
        };
        let now = self.clock.now();
        let sent = Placement {
            phase: Phase::Sent,
            lease_until: now.saturating_add(SENT_LEASE),
            sent: Some(Sent { at: now, resend_after: None, fingerprint, counted, order, quote: shown, owned }),
            ..claimed.clone()
        };
        match self.store.move_placement(&claimed, &sent).await {
            Ok(true) => {}
            // The lease ran out meanwhile: another request owns the session.
            Ok(false) => {
                self.release(&session.customer, counted).await;
                return Ok(Outcome::Placing);
            }
            // It may be written all the same: then whoever resolves it sends the order. If not, the claim runs out.
            Err(error) => {
                tracing::warn!(session.id = %sent.session, error.cause = %error, "it is not known whether to send");
                return Ok(Outcome::Placing);
            }
        }
        let answer = self.upstream.for_sent_order().place(&body).await;
        self.conclude(sent, answer).await
    }

    /// Turns upstream's answer to a sent order into its end, or into `unknown`.
    async fn conclude(&self, sent: Placement, answer: Result<SeenReceipt, UpstreamError>) -> Result<Outcome, Failure> {
        match answer {
            Ok(seen) => self.settle(&sent, seen).await,
            Err(error) if error.is_certain() => self.give_back(&sent, refusal::of(error, &sent)).await,
            Err(error) => {
                tracing::warn!(
                    session.id = %sent.session,
                    error.cause = %error,
                    upstream.request_id = error.request_id(),
                    "the order's fate is unknown"
                );
                metrics::order(OrderOutcome::Unknown);
                // An answer of failure is no end either: a proxy gives up while upstream is still at work behind it.
                let unknown = Placement {
                    phase: Phase::Unknown,
                    lease_until: self.clock.now().saturating_add(RESOLVE_LEASE),
                    ..sent.clone()
                };
                match self.store.move_placement(&sent, &unknown).await {
                    Ok(true) => self.resolve(unknown).await,
                    // The lease of `sent` runs out by itself, and the next look resolves it.
                    Ok(false) | Err(_) => Ok(Outcome::Placing),
                }
            }
        }
    }

    /// Nothing was ordered: frees the session for another try, and tells why.
    pub(super) async fn give_back(&self, placement: &Placement, failure: Failure) -> Result<Outcome, Failure> {
        match self.store.refuse(placement, self.clock.now()).await {
            Ok(true) => {
                self.uncount(placement).await;
                metrics::order(OrderOutcome::Refused);
                Err(failure)
            }
            // Somebody else has moved it on: what they find is the truth.
            Ok(false) => Ok(Outcome::Placing),
            Err(error) => {
                tracing::warn!(session.id = %placement.session, error.cause = %error, "a refusal was not recorded");
                match placement.phase {
                    // The lease frees it a little later; the reason is still the better answer.
                    Phase::Claimed => Err(failure),
                    // What stands as sent is resolved, and then upstream may take it.
                    _ => Ok(Outcome::Placing),
                }
            }
        }
    }

    /// Takes a refused order out of the day's counters.
    pub(super) async fn uncount(&self, refused: &Placement) {
        if let Some(sent) = &refused.sent {
            self.release(&refused.customer, sent.counted).await;
        }
    }

    /// The bytes to send and what they are told by later.
    fn body(&self, placement: &Placement, order: &CheckedOrder) -> Result<(OrderBody, String), Failure> {
        let secrets = self.vault.secrets();
        let login = secrets.logins.first().ok_or(Failure::Internal("there is no sequencer login".into()))?;
        let body = body_with(login, placement, order)?;
        let fingerprint = body.fingerprint(&self.fingerprint_key()?);
        let fingerprint = fingerprint.ok_or(Failure::Internal("the data key cannot sign".into()))?;
        Ok((body, fingerprint))
    }

    /// The bytes that were sent, if the login of that time is still here.
    pub(super) fn same_body(&self, placement: &Placement, sent: &Sent) -> Result<Option<OrderBody>, Failure> {
        let (secrets, key) = (self.vault.secrets(), self.fingerprint_key()?);
        for login in &secrets.logins {
            let body = body_with(login, placement, &sent.order)?;
            if body.fingerprint(&key).as_ref() == Some(&sent.fingerprint) {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }

    fn new_placement(&self, session: &Session, content: String, now: Timestamp) -> Result<Placement, Failure> {
        Ok(Placement {
            session: session.id.clone(),
            claim: self.claim_id()?,
            phase: Phase::Claimed,
            lease_until: now.saturating_add(CLAIM_LEASE),
            claimed_at: now,
            content,
            sent: None,
            customer: session.customer.clone(),
            user: session.user.clone(),
            plan: session.plan()?.clone(),
            client_id: session.client_id,
        })
    }

    pub(super) fn claim_id(&self) -> Result<String, Failure> {
        self.random.id("clm_").ok_or(Failure::Internal("no randomness".into()))
    }
}

/// The receipt of an order that an earlier call has placed.
fn placed_before(receipt: Receipt) -> Outcome {
    Outcome::Placed(PlacedOrder { receipt, replayed: true })
}

fn body_with(login: &SequencerLogin, placement: &Placement, order: &CheckedOrder) -> Result<OrderBody, Failure> {
    OrderBody::new(&placement.user, &placement.plan, placement.client_id, login, order)
        .map_err(|_| Failure::Internal("an order cannot be written as JSON".into()))
}
