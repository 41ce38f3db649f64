//! Approvals on the way of an order: what it needs before it is claimed, whom to ask before it is sent, and what becomes
//! of an approval that no order came of.

use crate::failure::Failure;
use crate::model::approval::{Amount, Approval, ApprovalMode, KeptApproval, State};
use crate::model::approval_due::{Due, due};
use crate::model::placement::Placement;
use crate::placement::asking::Word;
use crate::placement::check::invalid;
use crate::placement::order_placement::OrderPlacement;
use crate::placement::terms::{NotApproved, Terms, not_approved, not_taken, quote_required, required};
use crate::session::approval::{self, Expected};
use crate::session::quote::NamedQuote;
use crate::session::{Session, quote};
use crate::store::placement::Moved;
use shared::draft::{CheckedOrder, OrderDraft};
use shared::ids::ApprovalId;
use shared::pricing::Show;
use shared::quote::Quote;

impl OrderPlacement {
    /// Reads the quote and the approval that come with an order, before anything is claimed.
    ///
    /// # Errors
    /// `400 quote_required`, `400 quote_invalid`, `402 approval_required`, `402 approval_invalid`.
    pub(super) async fn terms(
        &self,
        session: &Session,
        draft: &OrderDraft,
        token: Option<&str>,
    ) -> Result<Terms, Failure> {
        let mode = self.approvals.policy.of(session.approval).map_err(|why| Failure::Internal(why.into()))?;
        let named = match &draft.quote {
            Some(text) => match quote::read(text, session, &self.secret_store.secrets().session) {
                Ok(named) => Some(named),
                Err(Failure::Invalid(_)) => return Err(invalid(self.check_alone(session, draft), 0, 0)),
                Err(failure) => return Err(failure),
            },
            None if mode != ApprovalMode::None || token.is_some() => return Err(quote_required()),
            None => None,
        };
        let quoted = match &named {
            Some(named) => Some(self.quoted(named, session).await?),
            None => None,
        };
        let prices = quoted.as_ref().and_then(|quoted| quoted.prices.as_ref());
        let shown = prices.and_then(|prices| prices.shown(session.pricing.show));
        // A quote from before the stage had prices of its own says nothing about what the customer pays.
        let is_known = shown.is_some() || (prices.is_some() && session.pricing.show == Show::None);
        let amount = shown.map(|quote| amount_of(session, quote));
        let mut terms = Terms { named, quoted, mode, presented: None, amount, is_known };
        terms.presented = self.presented(session, &terms, token).await?;
        let expired = terms.is_expired(self.clock.now());
        if let Some(quoted) = &mut terms.quoted {
            quoted.expired = expired;
        }
        Ok(terms)
    }

    /// The approval that came with an order. Nothing can be said about one whose quote is no longer stored: the order
    /// is answered with a new quote then, as is one whose quote has ended.
    async fn presented(
        &self,
        session: &Session,
        terms: &Terms,
        token: Option<&str>,
    ) -> Result<Option<Approval>, Failure> {
        let now = self.clock.now();
        match (terms.mode, token, &terms.named) {
            (ApprovalMode::Call, Some(_), _) => Err(not_taken()),
            (_, Some(text), Some(named)) if terms.is_known => {
                let expected = Expected { session: &session.id, quote: &named.id, amount: terms.amount.as_ref() };
                let read = || approval::read(text, expected, &self.secret_store.secrets().session, self.clock.now());
                match read() {
                    Err(failure) if approval::may_be_newer(&failure) && self.secret_store.refresh().await => {
                        read().map(Some)
                    }
                    read => read.map(Some),
                }
            }
            (ApprovalMode::Token, None, Some(named)) if !terms.is_expired(now) => {
                Err(required(named, terms.amount.as_ref()))
            }
            _ => Ok(None),
        }
    }

    /// Ends the approval that came with an order which is answered without it, because the session has another claim:
    /// its payment is given back. One that is known already keeps its state.
    ///
    /// # Errors
    /// [`Failure::Store`]; then the order can be sent again, with the same approval.
    pub(super) async fn void_left_over(
        &self,
        session: &Session,
        draft: &OrderDraft,
        token: &str,
    ) -> Result<(), Failure> {
        let presented = match self.terms(session, draft, Some(token)).await {
            Ok(terms) => terms.presented,
            Err(Failure::Store(error)) => return Err(error.into()),
            // It approves nothing: no payment depends on it.
            Err(_) => None,
        };
        let (of, labels) = ((&session.id, session.customer.as_str()), session.labels.clone());
        if let Some(approval) = presented
            && self.store.void_left_over(&approval, of, &labels, self.clock.now()).await?
        {
            tracing::info!(approval.id = %approval.id, session.id = %session.id, "an approval is left over");
        }
        Ok(())
    }

    /// The placement to send: with an approval if the order needs one. Whoever has to be asked is asked now, when
    /// everything else is certain.
    ///
    /// # Errors
    /// [`NotApproved`].
    pub(super) async fn approved(
        &self,
        session: &Session,
        claimed: Placement,
        terms: &Terms,
        order: &CheckedOrder,
    ) -> Result<Placement, NotApproved> {
        if terms.mode == ApprovalMode::None && !terms.is_presented() {
            return Ok(claimed);
        }
        if claimed.approval.as_ref().is_some_and(|kept| terms.is_approved_by(kept)) {
            return Ok(claimed);
        }
        match (terms.mode, &terms.named) {
            (ApprovalMode::Call, Some(named)) => self.ask_partner(session, claimed, named, terms, order).await,
            (_, Some(named)) => Err(NotApproved::Refused(Box::new(claimed), required(named, terms.amount.as_ref()))),
            (_, None) => Err(NotApproved::Refused(Box::new(claimed), quote_required())),
        }
    }

    async fn ask_partner(
        &self,
        session: &Session,
        claimed: Placement,
        named: &NamedQuote,
        terms: &Terms,
        order: &CheckedOrder,
    ) -> Result<Placement, NotApproved> {
        let refused = |placement: &Placement, failure| NotApproved::Refused(Box::new(placement.clone()), failure);
        let id = self.random.id("apr_").and_then(ApprovalId::parse);
        let (Some(approver), Some(id)) = (&self.approvals.approver, id) else {
            return Err(refused(&claimed, Failure::Internal("nobody can be asked for an approval".into())));
        };
        let (quote, amount) = (named.id.clone(), terms.amount.clone());
        let approval = Approval { id, quote, amount, expires_at: named.expires_at };
        let kept = Some(KeptApproval::new(approval.clone(), State::Asking));
        let asking = Placement { approval: kept, ..claimed.clone() };
        // This is written first: who finds it later knows that the question may have been asked.
        match self.store.move_with_approval(Some(&claimed), &asking, self.clock.now()).await {
            Ok(Moved::Done) => {}
            Ok(Moved::Lost | Moved::ApprovalEnded) => return Err(NotApproved::TakenOver),
            // Whether it is written is not known; nothing was asked, and nothing is.
            Err(error) => return Err(refused(&claimed, error.into())),
        }
        let domains = order.domains().iter().map(|entry| entry.domain.as_str()).collect();
        match approver.ask(session, &approval, domains).await {
            Word::Yes => Ok(asking),
            Word::No(message) => {
                let kept = asking.approval.clone().map(|kept| KeptApproval { message: message.clone(), ..kept });
                let denied = Placement { approval: kept, ..asking };
                Err(refused(&denied, not_approved(message)))
            }
        }
    }

    /// A question whose answer was lost in a crash: the approval is void, and the customer decides whether to try again.
    pub(super) async fn end_question(&self, found: &Placement) -> Result<Failure, Failure> {
        if self.store.refuse(found, self.clock.now()).await? {
            tracing::warn!(session.id = %found.session, "the answer to a question for an approval was lost");
        }
        Ok(not_approved(None))
    }

    /// Ends an approval that no request ends, if it is time.
    ///
    /// # Errors
    /// [`Failure`] when it could not be looked at; it stays open.
    pub async fn reconcile_approval(&self, id: &ApprovalId) -> Result<(), Failure> {
        let Some(stored) = self.store.approval(id).await?.filter(|stored| stored.state.is_live()) else {
            return Ok(());
        };
        let placement = self.store.placement(&stored.session).await?;
        let now = self.clock.now();
        match due(&stored.approval, stored.state, placement.as_ref(), now) {
            Due::Wait(until) => Ok(self.store.approval_waits(id, until).await?),
            Due::Placement => self.reconcile(&stored.session).await,
            Due::End(step) => {
                if self.store.end_approval(&stored, step, placement.as_ref(), now).await? {
                    tracing::info!(approval.id = %id, session.id = %stored.session, ?step, "an approval has ended");
                }
                Ok(())
            }
        }
    }
}

/// What the customer pays for `quote`, which was shown: its total, and the plan's first period.
fn amount_of(session: &Session, quote: &Quote) -> Amount {
    let cents = session.pricing.first_payment_cents(quote.total_cents);
    Amount { cents, currency: quote.currency.clone() }
}
