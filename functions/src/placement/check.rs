//! The checks before an order is sent: plan and names live, the quote, the session's limit, the day's limits.

use crate::failure::Failure;
use crate::model::placement::{Counted, KeptQuote};
use crate::model::sale::Prices;
use crate::placement::order_placement::OrderPlacement;
use crate::placement::prices::{Refusal, check_floor, check_priced, costs, prices};
use crate::placement::rows::Precision;
use crate::placement::terms::Terms;
use crate::placement::upstream_refusal::changed;
use crate::session::quote::NamedQuote;
use crate::session::{Session, quote};
use crate::store::spend_counter::SpendCounter;
use shared::availability::fold_names;
use shared::draft::{CheckedOrder, OrderDraft};
use shared::pricing::Show;
use shared::problem::{Details, Finding, Problem};
use shared::quote::Quote;
use shared::root_domain;

/// An order that may be sent, and what its domains cost now.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) order: CheckedOrder,
    /// What the domains cost now, and what the customer pays for them.
    pub(super) prices: Prices,
    /// The prices that the customer was shown.
    pub(super) shown: Option<KeptQuote>,
    /// The domains that the customer owns.
    pub(super) owned: Vec<String>,
}

impl OrderPlacement {
    /// The problems of `draft` and its quote that can be found without a lookup.
    pub fn check_alone(&self, session: &Session, draft: &OrderDraft) -> Vec<Finding> {
        let mut findings = draft.check_alone(root_domain::read);
        let secrets = self.secret_store.secrets();
        if let Some(Err(Failure::Invalid(problem))) =
            draft.quote.as_ref().map(|text| quote::read(text, session, &secrets.session))
        {
            findings.extend(problem.details.findings);
        }
        findings
    }

    /// Reads the plan and every name from upstream again: nothing that the browser sent is trusted.
    pub(super) async fn check_live(
        &self,
        session: &Session,
        draft: &OrderDraft,
        terms: &Terms,
    ) -> Result<Checked, Refusal> {
        let quoted = terms.quoted.as_ref();
        let plan = session.plan()?;
        if draft.domains.is_empty() {
            return Err(nothing_picked().into());
        }
        let calls = self.upstream.availability_calls(draft.domains.len()).saturating_add(2);
        self.reserve_calls(session, calls).await?;
        let order_placement = Self { upstream: self.upstream.for_order(), ..self.clone() };
        let required = order_placement.upstream.plan(plan).await.map_err(Failure::from)?.required_domains;
        let inputs: Vec<String> = draft.domains.iter().map(|entry| entry.domain.clone()).collect();
        let form = draft.check_form(&required, root_domain::read);
        if !form.is_empty() {
            // An invalid draft needs no lookup, which would use the partner's rate.
            return Err(invalid(form, required.total, inputs.len()).into());
        }
        let (names, _) = fold_names(&inputs, root_domain::read);
        let before = quoted.and_then(|quoted| quoted.prices.as_ref());
        if before.is_some_and(|prices| !prices.costs.is_for(&names)) {
            return Err(for_other_domains().into());
        }
        // What was quoted stays for sale until the quote ends, also when the stage's price list changes meanwhile.
        let is_held = quoted.is_some_and(|quoted| !quoted.expired) && before.is_some_and(Prices::has_charges);
        let list = if is_held { None } else { Some(session.pricing.as_ref()) };
        let rows = order_placement.rows(session, &names, Precision::Confirmed, list).await?;
        check_priced(session, &rows)?;
        let order = match draft.check(&required, &rows, root_domain::read) {
            Ok(order) => order,
            Err(mut findings) if quoted.is_some() => {
                // Names that are still available may cost more: all changes are returned together.
                let shown = before.filter(|_| session.pricing.show == Show::Cost);
                let risen = shown.map(|prices| prices.costs.risen(&rows)).unwrap_or_default();
                // Names that could not be checked just now have not changed: the same order may succeed in a moment.
                if risen.is_empty() && findings.iter().all(|finding| finding.code == "domain_not_checked") {
                    return Err(invalid(findings, required.total, inputs.len()).into());
                }
                findings.extend(risen);
                return Err(changed(findings, None).into());
            }
            Err(findings) => return Err(invalid(findings, required.total, inputs.len()).into()),
        };
        let now = costs(session, &rows)?;
        check_total(&now, session.max_total_cents)?;
        let findings = quoted.map(|quoted| quoted.outdated(session, &now)).unwrap_or_default();
        if !findings.is_empty() {
            let fresh = self.sign(prices(session, now, &rows)?, session).await?;
            return Err(changed(findings, Some(fresh)).into());
        }
        let prices = match before.and_then(|prices| prices.charges.as_ref()) {
            Some(charges) => {
                check_floor(session, charges, &now)?;
                Prices { costs: now, charges: Some(charges.clone()) }
            }
            None => prices(session, now, &rows)?,
        };
        let kept = |(named, prices): (&NamedQuote, &Prices)| KeptQuote { id: named.id.clone(), prices: prices.clone() };
        let shown = terms.named.as_ref().zip(before).map(kept);
        let owned = rows.iter().filter(|row| row.owned).map(|row| row.domain.clone()).collect();
        Ok(Checked { order, prices, shown, owned })
    }

    /// Counts the order against the day's limits.
    pub(super) async fn reserve(&self, customer: &str, cents: u64) -> Result<Counted, Failure> {
        let counted = Counted { cents, at: self.clock.now() };
        if !self.store.reserve(SpendCounter::Customer(customer), self.spend_limits.customer, counted).await? {
            return Err(CUSTOMER_LIMIT);
        }
        match self.store.reserve(SpendCounter::Partner, self.spend_limits.partner, counted).await {
            Ok(true) => Ok(counted),
            refused => {
                self.store.release(SpendCounter::Customer(customer), self.spend_limits.customer, counted).await;
                refused?;
                tracing::error!(alarm = "partner_limit", "partner's daily limit reached");
                Err(PARTNER_LIMIT)
            }
        }
    }

    /// Takes the count back: nothing was ordered.
    pub(super) async fn release(&self, customer: &str, counted: Counted) {
        for (counter, limit) in self.spend_limits.of(customer) {
            self.store.release(counter, limit, counted).await;
        }
    }
}

/// The refusal of an order beyond what its customer may order in a day.
pub(super) const CUSTOMER_LIMIT: Failure = Failure::DailyLimit("customer_limit_reached");
/// The refusal of an order beyond what all customers together may order in a day.
pub(super) const PARTNER_LIMIT: Failure = Failure::DailyLimit("partner_limit_reached");

/// The error for an empty list, which needs no lookup.
pub(super) fn nothing_picked() -> Failure {
    let message = "No domains were sent. Pick those that the plan needs.";
    Failure::bad_field("domain_count_mismatch", "domains", message)
}

/// The refusal of a quote that prices other names than those of the order.
pub(super) fn for_other_domains() -> Failure {
    Failure::bad_field("quote_mismatch", "quote", "The quote is for other domains. Request a new one.")
}

/// The refusal of domains that cost more than the session may.
pub(super) fn over_session_limit() -> Failure {
    let message = "These domains cost more than this session allows. Pick others.";
    Failure::bad_field("total_too_high", "domains", message)
}

/// The refusal of an order, with the counts that upstream's own refusal has.
pub(super) fn invalid(findings: Vec<Finding>, required: u32, submitted: usize) -> Failure {
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

/// Registrations alone must not exceed what the session may cost; licences are on the receipt only.
pub(super) fn check_total(quote: &Quote, limit: Option<u64>) -> Result<(), Failure> {
    if limit.is_some_and(|limit| quote.total_cents > limit) {
        return Err(over_session_limit());
    }
    Ok(())
}
