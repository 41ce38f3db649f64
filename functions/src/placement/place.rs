//! Places a session's order: claim, check live, send once, settle.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::metrics::{self, OrderOutcome};
use crate::model::placement::{CLAIM_LEASE, Phase, Placement, RESOLVE_LEASE, SENT_LEASE, Sent, Step, next_step};
use crate::model::sale::Sale;
use crate::placement::check::Checked;
use crate::placement::order_placement::OrderPlacement;
use crate::placement::prices::Refusal;
use crate::placement::terms::{NotApproved, Terms, allowed, is_lost_question, refused_meanwhile, used_before};
use crate::placement::upstream_refusal;
use crate::session::Session;
use crate::store::placement::Moved;
use crate::upstream::UpstreamError;
use crate::upstream::orders::SeenReceipt;
use shared::answers::PlacedOrder;
use shared::draft::OrderDraft;
use shared::ids::SessionId;
use shared::order::Receipt;
use std::time::Duration;

/// Checks by a second request while another one is placing the order, before it answers "placing".
const LOOKS: u32 = 32;
/// Pause between two checks: 8 s in total, less than API Gateway's 30 and longer than an order usually takes.
const LOOK_PAUSE: Duration = Duration::from_millis(250);

/// The result that the customer gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Upstream has the order.
    Placed(PlacedOrder),
    /// The order is being placed or searched for; a later request returns its result.
    Placing,
}

/// How an order is answered.
enum Answer {
    /// With what came of the claim that this request made, together with its approval.
    Own(Result<Outcome, Failure>),
    /// With another claim's order: the approval that came with this one is left over.
    Other(Result<Outcome, Failure>),
}

impl OrderPlacement {
    /// Places the session's order, or returns its outcome.
    ///
    /// # Errors
    /// A [`Failure`] means with certainty that nothing was ordered.
    pub async fn place(
        &self,
        session: &Session,
        draft: &OrderDraft,
        approval: Option<&str>,
    ) -> Result<Outcome, Failure> {
        let show = session.pricing.show;
        let answer = match (self.place_once(session, draft, approval).await?, approval) {
            (Answer::Own(answer), _) | (Answer::Other(answer), None) => answer,
            (Answer::Other(answer), Some(token)) => {
                self.void_left_over(session, draft, token).await?;
                answer
            }
        };
        match answer {
            Ok(Outcome::Placed(placed)) => {
                Ok(Outcome::Placed(PlacedOrder { receipt: placed.receipt.shown(show), ..placed }))
            }
            Err(Failure::SessionUsed(Some(receipt))) => Err(Failure::SessionUsed(Some(Box::new(receipt.shown(show))))),
            other => other,
        }
    }

    async fn place_once(
        &self,
        session: &Session,
        draft: &OrderDraft,
        approval: Option<&str>,
    ) -> Result<Answer, Failure> {
        let content = self.content(draft)?;
        let (mut read, mut waited_for, mut is_ended) = (None, None, false);
        for _ in 0..LOOKS {
            let found = self.placement_of(session).await?;
            let now = self.clock.now();
            let is_same = found.as_ref().is_some_and(|found| found.content == content);
            let is_claim = found.as_ref().is_some_and(|found| found.phase == Phase::Claimed);
            match next_step(found.as_ref(), now) {
                Step::Done(receipt) => return Ok(Answer::Other(answer_of(Some(receipt), is_same))),
                Step::Resolve => {
                    return match self.resolve_found(found).await {
                        Ok(Outcome::Placed(placed)) => Ok(Answer::Other(answer_of(Some(placed.receipt), is_same))),
                        Ok(Outcome::Placing) => Ok(Answer::Other(answer_of(None, is_same))),
                        Err(failure) if is_refusal(&failure) => Ok(Answer::Other(Err(failure))),
                        Err(failure) => Err(failure),
                    };
                }
                // A different order is being placed. A claim, however, may still be released.
                Step::Wait if !is_same && !is_claim => {
                    return Ok(Answer::Other(answer_of(None, is_same)));
                }
                Step::Claim => {
                    if let Some(refusal) = refused_meanwhile(found.as_ref().filter(|_| is_same), waited_for.as_deref())
                    {
                        return Ok(Answer::Other(Err(refusal)));
                    }
                    if let Some(asked) = found.as_ref().filter(|found| is_lost_question(found)) {
                        return Ok(Answer::Other(Err(self.end_question(asked).await?)));
                    }
                    let terms = match read.take() {
                        Some(terms) => terms,
                        None => self.terms(session, draft, approval).await?,
                    };
                    let kept = terms.kept(found.as_ref(), now).filter(|_| !is_ended);
                    let placement = Placement { approval: kept, ..self.new_placement(session, content.clone(), now)? };
                    match self.store.move_with_approval(found.as_ref(), &placement, now).await? {
                        Moved::Done => return Ok(Answer::Own(self.fulfil(session, draft, placement, terms).await)),
                        Moved::ApprovalEnded if terms.is_presented() => return Err(used_before()),
                        Moved::ApprovalEnded => is_ended = true,
                        Moved::Lost => {}
                    }
                    read = Some(terms);
                }
                Step::Wait => {
                    waited_for = found.map(|found| found.claim);
                    tokio::time::sleep(LOOK_PAUSE).await;
                }
            }
        }
        Ok(Answer::Other(Ok(Outcome::Placing)))
    }

    /// The state of the session's order, if there is one; resolves it when no other request is working on it.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn outcome(&self, session: &Session) -> Result<Option<Outcome>, Failure> {
        let found = self.placement_of(session).await?;
        match next_step(found.as_ref(), self.clock.now()) {
            Step::Claim => Ok(None),
            Step::Done(receipt) => Ok(Some(placed_before(receipt))),
            // A claim may still end in a refusal; then the next check finds no order.
            Step::Wait => Ok(Some(Outcome::Placing)),
            Step::Resolve => match self.resolve_found(found).await {
                Ok(outcome) => Ok(Some(outcome)),
                Err(Failure::Store(error)) => Err(error.into()),
                // Resolved as never placed: the customer may order again.
                Err(_) => Ok(None),
            },
        }
    }

    /// The session's placement. Another customer's placement stays hidden: its session id was used twice.
    async fn placement_of(&self, session: &Session) -> Result<Option<Placement>, Failure> {
        match self.store.placement(&session.id).await? {
            Some(found) if found.customer != session.customer => Err(Failure::SessionUsed(None)),
            found => Ok(found),
        }
    }

    /// Resolves an open placement that is due.
    ///
    /// # Errors
    /// [`Failure`] if it could not be checked; it stays open.
    pub async fn reconcile(&self, session: &SessionId) -> Result<(), Failure> {
        let found = self.store.placement(session).await?;
        match (next_step(found.as_ref(), self.clock.now()), found) {
            // A claim whose request ended before it sent anything.
            (Step::Claim, Some(claimed)) if claimed.phase == Phase::Claimed => {
                self.store.refuse(&claimed, self.clock.now()).await?;
                Ok(())
            }
            // A refusal whose function ended before cleaning up.
            (Step::Claim, Some(refused)) => Ok(self.store.finish_refused(&refused, self.clock.now()).await?),
            // The customer was erased while the order was being placed, and the function ended before the erasure was
            // done.
            (Step::Done(receipt), Some(placed)) => {
                Ok(self.store.finish_placed(&placed, &receipt.id, self.clock.now()).await?)
            }
            (Step::Resolve, found) => match self.resolve_found(found).await {
                // "Never placed" is a result as well.
                Ok(_) => Ok(()),
                Err(failure) if is_refusal(&failure) => Ok(()),
                Err(failure) => Err(failure),
            },
            _ => Ok(()),
        }
    }

    async fn fulfil(
        &self,
        session: &Session,
        draft: &OrderDraft,
        claimed: Placement,
        terms: Terms,
    ) -> Result<Outcome, Failure> {
        let prepared = async {
            if !self.spend_limits.orders_enabled || self.store.orders_stopped().await.map_err(Failure::from)? {
                return Err(Refusal::from(Failure::OrdersStopped));
            }
            let checked = self.check_live(session, draft, &terms).await?;
            let (body, fingerprint) = self.body(&claimed, &checked.order)?;
            let counted = self.reserve(&session.customer, checked.prices.costs.total_cents).await?;
            Ok((checked, body, fingerprint, counted))
        };
        let (Checked { order, prices, shown, owned }, body, fingerprint, counted) = match prepared.await {
            Ok(prepared) => prepared,
            Err(refusal) => return self.give_back(&claimed, refusal).await,
        };
        let claimed = match self.approved(session, claimed, &terms, &order).await {
            Ok(approved) => approved,
            Err(refused) => {
                self.release(&session.customer, counted).await;
                return match refused {
                    NotApproved::Refused(placement, failure) => self.give_back(&placement, failure).await,
                    NotApproved::TakenOver => Ok(Outcome::Placing),
                };
            }
        };
        let now = self.clock.now();
        let sent = Placement {
            sale: Some(Sale::of(&session.pricing, &prices, claimed.labels.clone())),
            phase: Phase::Sent,
            lease_until: now.saturating_add(SENT_LEASE),
            sent: Some(Sent { at: now, resend_after: None, fingerprint, counted, order, quote: shown, owned }),
            approval: allowed(&claimed),
            ..claimed.clone()
        };
        match self.store.move_with_approval(Some(&claimed), &sent, now).await {
            Ok(Moved::Done) => {}
            // The lease has expired: another request owns the session.
            Ok(Moved::Lost | Moved::ApprovalEnded) => {
                self.release(&session.customer, counted).await;
                return Ok(Outcome::Placing);
            }
            // The write may have succeeded: then the order is sent when it is resolved. If not, the claim expires.
            Err(error) => {
                tracing::warn!(
                    session.id = %sent.session,
                    error.cause = %error,
                    "placement write unconfirmed; order not sent"
                );
                return Ok(Outcome::Placing);
            }
        }
        let answer = self.upstream.for_sent_order().place(&body).await;
        self.conclude(sent, answer).await
    }

    /// Turns upstream's response to a sent order into its outcome, or into `unknown`.
    async fn conclude(&self, sent: Placement, answer: Result<SeenReceipt, UpstreamError>) -> Result<Outcome, Failure> {
        match answer {
            Ok(seen) => self.settle(&sent, seen).await,
            Err(error) if error.is_certain() => self.give_back(&sent, upstream_refusal::of(error, &sent)).await,
            Err(error) => {
                tracing::warn!(
                    session.id = %sent.session,
                    error.cause = %error,
                    upstream.request_id = error.request_id(),
                    "order outcome unknown"
                );
                metrics::order(OrderOutcome::Unknown);
                // A server error is not final either: a proxy can time out while upstream is still working.
                let unknown = Placement {
                    phase: Phase::Unknown,
                    lease_until: self.clock.now().saturating_add(RESOLVE_LEASE),
                    ..sent.clone()
                };
                match self.store.move_placement(&sent, &unknown).await {
                    Ok(true) => self.resolve(unknown).await,
                    // The lease of `sent` expires, and the next check resolves it.
                    Ok(false) | Err(_) => Ok(Outcome::Placing),
                }
            }
        }
    }

    fn new_placement(&self, session: &Session, content: String, now: Timestamp) -> Result<Placement, Failure> {
        Ok(Placement {
            session: session.id.clone(),
            claim: self.claim_id()?,
            phase: Phase::Claimed,
            lease_until: now.saturating_add(CLAIM_LEASE),
            claimed_at: now,
            content,
            labels: session.labels.clone(),
            sale: None,
            sent: None,
            customer: session.customer.clone(),
            user: session.user.clone(),
            plan: session.plan()?.clone(),
            client_id: session.client_id,
            approval: None,
        })
    }

    pub(super) fn claim_id(&self) -> Result<String, Failure> {
        self.random.id("clm_").ok_or(Failure::Internal("no randomness".into()))
    }
}

/// The answer to an order whose session has placed another claim's, or is placing it: the same one or another.
fn answer_of(receipt: Option<Receipt>, is_same: bool) -> Result<Outcome, Failure> {
    match receipt {
        Some(receipt) if is_same => Ok(placed_before(receipt)),
        None if is_same => Ok(Outcome::Placing),
        receipt => Err(Failure::SessionUsed(receipt.map(Box::new))),
    }
}

/// Whether a search for an order has ended, with the certainty that nothing was ordered.
const fn is_refusal(failure: &Failure) -> bool {
    matches!(failure, Failure::Conflict(..) | Failure::Invalid(_) | Failure::Upstream(UpstreamError::Refused { .. }))
}

/// The receipt of an order that an earlier call placed.
fn placed_before(receipt: Receipt) -> Outcome {
    Outcome::Placed(PlacedOrder { receipt, replayed: true })
}
