//! What is checked before an order is sent: plan and names live, the quote, the session's limit, the day's limits.

use crate::clock::to_iso;
use crate::failure::Failure;
use crate::model::placement::{Counted, KeptQuote};
use crate::placement::desk::Desk;
use crate::placement::refusal::{EXPIRED, changed};
use crate::placement::rows::Look;
use crate::root_domain;
use crate::session::quote::NamedQuote;
use crate::session::{Session, quote};
use crate::store::guard::Guarded;
use crate::upstream::UpstreamError;
use axum::http::StatusCode;
use shared::availability::{AvailabilityRow, fold_names};
use shared::draft::{CheckedOrder, OrderDraft};
use shared::ids::QuoteId;
use shared::picks::{Pick, check_picks_by};
use shared::problem::{Details, Finding, Problem};
use shared::quote::{Quote, SignedQuote};

/// An order that may be sent, and what its domains cost now.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) order: CheckedOrder,
    /// What the domains cost now.
    pub(super) quote: Quote,
    /// What the customer was shown.
    pub(super) shown: Option<KeptQuote>,
    /// Which of them are the customer's own.
    pub(super) owned: Vec<String>,
}

impl Desk {
    /// What `domains` cost now, signed. They have to fill the plan.
    ///
    /// # Errors
    /// `400` with everything that is wrong with the picks; [`Failure::Upstream`].
    pub async fn quote(&self, session: &Session, domains: &[String]) -> Result<SignedQuote, Failure> {
        let plan = session.plan()?;
        if domains.is_empty() {
            return Err(nothing_picked());
        }
        let (names, entries) = fold_names(domains, root_domain::read);
        self.reserve_calls(session, self.upstream.availability_calls(names.len()).saturating_add(1)).await?;
        let required = self.upstream.plan(plan).await?.required_domains;
        let judge = |picks: &[Pick]| match check_picks_by(&required, picks, root_domain::read).findings {
            findings if findings.is_empty() => Ok(()),
            findings => Err(invalid(findings, required.total, domains.len())),
        };
        // What is wrong by itself needs no look-up.
        let assumed: Vec<Pick> = domains.iter().map(|domain| Pick::assumed(domain)).collect();
        judge(&assumed)?;
        let rows = self.rows(session, &names, Look::Thorough).await?;
        let picks: Vec<Pick> = domains
            .iter()
            .zip(entries)
            .map(|(domain, entry)| {
                let row = entry.ok().and_then(|index| rows.get(index));
                row.map_or_else(|| Pick::assumed(domain), |row| Pick { domain: domain.clone(), ..Pick::from(row) })
            })
            .collect();
        judge(&picks)?;
        let quote = priced(&rows)?;
        check_total(&quote, session.max_total_cents)?;
        self.sign(quote, session).await
    }

    /// What is wrong with `draft` and its quote, as far as nothing has to be asked to know it.
    pub fn check_alone(&self, session: &Session, draft: &OrderDraft) -> Vec<Finding> {
        let mut findings = draft.check_alone(root_domain::read);
        let secrets = self.vault.secrets();
        if let Some(Err(Failure::Invalid(problem))) =
            draft.quote.as_ref().map(|text| quote::read(text, session, &secrets.session))
        {
            findings.extend(problem.details.findings);
        }
        findings
    }

    /// The plan and every name are asked about anew: nothing the browser knew counts.
    pub(super) async fn check_live(&self, session: &Session, draft: &OrderDraft) -> Result<Checked, Failure> {
        let named = match &draft.quote {
            Some(text) => match quote::read(text, session, &self.vault.secrets().session) {
                Ok(named) => Some(named),
                Err(Failure::Invalid(_)) => return Err(invalid(self.check_alone(session, draft), 0, 0)),
                Err(failure) => return Err(failure),
            },
            None => None,
        };
        let quoted = match &named {
            Some(named) => Some(self.quoted(named, session).await?),
            None => None,
        };
        let plan = session.plan()?;
        if draft.domains.is_empty() {
            return Err(nothing_picked());
        }
        let calls = self.upstream.availability_calls(draft.domains.len()).saturating_add(2);
        self.reserve_calls(session, calls).await?;
        let order_desk = Self { upstream: self.upstream.for_order(), ..self.clone() };
        let required = order_desk.upstream.plan(plan).await?.required_domains;
        let inputs: Vec<String> = draft.domains.iter().map(|entry| entry.domain.clone()).collect();
        let form = draft.check_form(&required, root_domain::read);
        if !form.is_empty() {
            // What is wrong by itself needs no look-up, and a look-up would cost the partner's rate.
            return Err(invalid(form, required.total, inputs.len()));
        }
        let (names, _) = fold_names(&inputs, root_domain::read);
        if quoted.as_ref().is_some_and(|quoted| quoted.quote.as_ref().is_some_and(|quote| !quote.is_for(&names))) {
            let message = "The quote is for other domains. Ask for a new one.";
            return Err(Failure::bad_field("quote_mismatch", "quote", message));
        }
        let rows = order_desk.rows(session, &names, Look::Thorough).await?;
        let order = match draft.check(&required, &rows, root_domain::read) {
            Ok(order) => order,
            Err(mut findings) if quoted.is_some() => {
                // What can still be had may cost more: all that has changed is said at once.
                let before = quoted.as_ref().and_then(|quoted| quoted.quote.as_ref());
                let risen = before.map(|quote| quote.risen(&rows)).unwrap_or_default();
                // Names that could not be checked just now have not changed: the same order may succeed in a moment.
                if risen.is_empty() && findings.iter().all(|finding| finding.code == "domain_not_checked") {
                    return Err(invalid(findings, required.total, inputs.len()));
                }
                findings.extend(risen);
                return Err(changed(findings, None));
            }
            Err(findings) => return Err(invalid(findings, required.total, inputs.len())),
        };
        let now = priced(&rows)?;
        check_total(&now, session.max_total_cents)?;
        if let Some(quoted) = &quoted {
            let mut findings = quoted.quote.as_ref().map(|quote| quote.worsened(&now)).unwrap_or_default();
            if findings.is_empty() && quoted.expired {
                findings.push(Finding::new("quote_expired", "quote", EXPIRED));
            }
            if !findings.is_empty() {
                let fresh = self.sign(now, session).await?;
                return Err(changed(findings, Some(fresh)));
            }
        }
        let kept = |named: NamedQuote, quoted: Quoted| Some(KeptQuote { id: named.id, quote: quoted.quote? });
        let shown = named.zip(quoted).and_then(|(named, quoted)| kept(named, quoted));
        let owned = rows.iter().filter(|row| row.owned).map(|row| row.domain.clone()).collect();
        Ok(Checked { order, quote: now, shown, owned })
    }

    /// What the customer was shown under `named`. One that is not kept any more has ended.
    async fn quoted(&self, named: &NamedQuote, session: &Session) -> Result<Quoted, Failure> {
        let quote = self.store.quote(&named.id, &session.id).await?;
        Ok(Quoted { expired: quote.is_none() || named.expires_at <= self.clock.now(), quote })
    }

    /// Keeps `quote` for as long as it holds, and makes the token that names it.
    async fn sign(&self, quote: Quote, session: &Session) -> Result<SignedQuote, Failure> {
        let id = self.random.id("quo_").and_then(QuoteId::parse).ok_or(Failure::Internal("no randomness".into()))?;
        let named = NamedQuote { id, expires_at: self.clock.now().saturating_add(quote::LIFETIME) };
        let token = quote::sign(&named, session, &self.vault.secrets().session)?;
        self.store.keep_quote(&named.id, &session.id, &quote, named.expires_at).await?;
        Ok(SignedQuote::new(named.id, quote, to_iso(named.expires_at), token))
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

/// A quote that came with an order.
struct Quoted {
    /// What the customer was shown; `None` when it is not kept any more.
    quote: Option<Quote>,
    /// Whether it has ended.
    expired: bool,
}

/// The refusal of a list without names: nothing has to be asked to know that it fills no plan.
fn nothing_picked() -> Failure {
    let message = "No domains were given. Pick those that the plan needs.";
    Failure::bad_field("domain_count_mismatch", "domains", message)
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

/// What `rows` cost together.
fn priced(rows: &[AvailabilityRow]) -> Result<Quote, Failure> {
    Quote::of(rows).ok_or_else(|| {
        tracing::error!(alarm = "upstream_edition", "upstream's prices are in several currencies");
        UpstreamError::Unreadable { status: StatusCode::OK, request_id: None }.into()
    })
}

/// Registrations alone must not exceed what the session may cost; licences are on the receipt only.
fn check_total(quote: &Quote, limit: Option<u64>) -> Result<(), Failure> {
    if limit.is_some_and(|limit| quote.total_cents > limit) {
        let message = "These domains cost more than this session allows. Pick cheaper ones.";
        return Err(Failure::bad_field("total_too_high", "domains", message));
    }
    Ok(())
}
