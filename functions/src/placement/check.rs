//! What is checked before an order is sent: plan and names live, the quote, the session's limit, the day's limits.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::placement::desk::Desk;
use crate::placement::state::Counted;
use crate::session::{Session, quote};
use crate::store::guard::{Guarded, Limit};
use shared::availability::fold_names;
use shared::draft::{CheckedOrder, OrderDraft};
use shared::picks::{Pick, check_picks};
use shared::problem::{Details, Finding, Problem};
use shared::quote::{Quote, SignedQuote};

/// Seconds that a session's counter outlives the session.
const KEEP_BUDGET: Timestamp = 24 * 60 * 60;

/// What a day, and a session, may see.
#[derive(Debug, Clone, Copy)]
pub struct Guards {
    /// Of one customer.
    pub customer: Limit,
    /// Of all customers together.
    pub partner: Limit,
    /// Whether new orders are taken.
    pub orders_enabled: bool,
    /// Upstream calls that one session may cause.
    pub session_calls: u64,
}

impl Guards {
    /// The counters that an order of `customer` stands in.
    pub(super) fn of<'g>(&self, customer: &'g str) -> [(Guarded<'g>, Limit); 2] {
        [(Guarded::Customer(customer), self.customer), (Guarded::Partner, self.partner)]
    }
}

/// An order that may be sent, and what its domains cost now.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) order: CheckedOrder,
    pub(super) quote: Quote,
}

impl Desk {
    /// What `domains` cost now, signed. They have to fill the plan.
    ///
    /// # Errors
    /// `400` with everything that is wrong with the picks; [`Failure::Upstream`].
    pub async fn quote(&self, session: &Session, domains: &[String]) -> Result<SignedQuote, Failure> {
        let required = self.upstream.plan(session.plan()?).await?.required_domains;
        let (names, entries) = fold_names(domains);
        let rows = self.rows(session, &names).await?;
        let picks: Vec<Pick> = domains
            .iter()
            .zip(entries)
            .map(|(domain, entry)| {
                let row = entry.ok().and_then(|index| rows.get(index));
                let unknown = Pick { domain: domain.clone(), available: true, usable_for: Vec::new(), reason: None };
                row.map_or(unknown, |row| Pick { domain: domain.clone(), ..Pick::from(row) })
            })
            .collect();
        let findings = check_picks(&required, &picks).findings;
        if !findings.is_empty() {
            return Err(invalid(findings, required.total, domains.len()));
        }
        let quote = Quote::of(&rows);
        check_total(&quote, session.max_total_cents)?;
        self.sign(quote, session)
    }

    /// The plan and every name are asked about anew: nothing the browser knew counts.
    pub(super) async fn check_live(&self, session: &Session, draft: &OrderDraft) -> Result<Checked, Failure> {
        let quoted = match &draft.quote {
            Some(text) => {
                let secrets = self.vault.secrets();
                Some(quote::read(text, &session.id, &secrets.session, self.clock.now())?)
            }
            None => None,
        };
        let required = self.upstream.plan(session.plan()?).await?.required_domains;
        let inputs: Vec<String> = draft.domains.iter().map(|entry| entry.domain.clone()).collect();
        let form = draft.check_form(&required);
        if !form.is_empty() {
            // What is wrong by itself needs no look-up, and a look-up would cost the partner's rate.
            return Err(invalid(form, required.total, inputs.len()));
        }
        let (names, _) = fold_names(&inputs);
        if quoted.as_ref().is_some_and(|quoted| !quoted.quote.is_for(&names)) {
            let message = "The quote is for other domains. Ask for a new one.";
            return Err(Failure::bad_field("quote_mismatch", "quote", message));
        }
        let rows = self.rows(session, &names).await?;
        let order = match draft.check(&required, &rows) {
            Ok(order) => order,
            Err(findings) if quoted.is_some() => return Err(changed(findings, None)),
            Err(findings) => return Err(invalid(findings, required.total, inputs.len())),
        };
        let now = Quote::of(&rows);
        check_total(&now, session.max_total_cents)?;
        if let Some(quoted) = quoted {
            let mut findings = quoted.quote.worsened(&now);
            if findings.is_empty() && quoted.expired {
                let message = "The quote has expired; the prices are the same.";
                findings.push(Finding::new("quote_expired", "quote", message));
            }
            if !findings.is_empty() {
                let fresh = self.sign(now, session)?;
                return Err(changed(findings, Some(fresh)));
            }
        }
        Ok(Checked { order, quote: now })
    }

    /// Takes what asking about `names` names costs out of the session's budget.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`].
    pub async fn spend(&self, session: &Session, names: usize) -> Result<(), Failure> {
        self.spend_calls(session, self.upstream.availability_calls(names)).await
    }

    /// Takes `calls` out of the session's budget.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`].
    pub async fn spend_calls(&self, session: &Session, calls: usize) -> Result<(), Failure> {
        let calls = u64::try_from(calls).unwrap_or(u64::MAX);
        let until = session.expires_at.saturating_add(KEEP_BUDGET);
        match calls == 0 || self.store.spend(&session.id, calls, self.guards.session_calls, until).await? {
            true => Ok(()),
            false => Err(Failure::BudgetSpent),
        }
    }

    fn sign(&self, quote: Quote, session: &Session) -> Result<SignedQuote, Failure> {
        quote::sign(quote, &session.id, &self.vault.secrets().session, self.clock.now())
    }

    /// Counts the order against the day's limits.
    pub(super) async fn reserve(&self, customer: &str, cents: u64) -> Result<Counted, Failure> {
        let counted = Counted { cents, at: self.clock.now() };
        if !self.store.reserve(Guarded::Customer(customer), self.guards.customer, counted).await? {
            return Err(Failure::DailyLimit("customer_limit_reached"));
        }
        match self.store.reserve(Guarded::Partner, self.guards.partner, counted).await {
            Ok(true) => Ok(counted),
            refused => {
                self.store.release(Guarded::Customer(customer), self.guards.customer, counted).await;
                refused?;
                tracing::error!(alarm = "partner_limit", "the partner's daily limit is reached");
                Err(Failure::DailyLimit("partner_limit_reached"))
            }
        }
    }

    /// Takes the count back: nothing was ordered.
    pub(super) async fn release(&self, customer: &str, counted: Counted) {
        for (whose, limit) in self.guards.of(customer) {
            self.store.release(whose, limit, counted).await;
        }
    }
}

/// The refusal of an order, with the counts that upstream's own refusal has.
fn invalid(findings: Vec<Finding>, required: u32, submitted: usize) -> Failure {
    let Some(mut problem) = Problem::from_findings(findings) else {
        return Failure::Internal("a refusal without findings".into());
    };
    if problem.details.findings.iter().any(|finding| finding.code == "domain_count_mismatch") {
        let submitted = u32::try_from(submitted).unwrap_or(u32::MAX);
        problem.details = Details {
            required_count: Some(required),
            submitted_count: Some(submitted),
            missing_count: required.checked_sub(submitted),
            ..problem.details
        };
    }
    Failure::Invalid(Box::new(problem))
}

/// What the customer was told no longer holds: what is different, and the new quote if there can be one.
fn changed(findings: Vec<Finding>, quote: Option<SignedQuote>) -> Failure {
    let message = "Something has changed since the prices were shown. Look at them again before you order.";
    let problem = Problem::new("quote_changed", message).at("quote");
    let details = Details { findings, quote, ..Details::default() };
    Failure::Changed(Box::new(Problem { details, ..problem }))
}

/// Registrations alone must not exceed what the session may cost; licences are on the receipt only.
fn check_total(quote: &Quote, limit: Option<u64>) -> Result<(), Failure> {
    if limit.is_some_and(|limit| quote.total_cents > limit) {
        let message = "These domains cost more than this session allows. Pick cheaper ones.";
        return Err(Failure::bad_field("total_too_high", "domains", message));
    }
    Ok(())
}
