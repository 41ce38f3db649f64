//! Quotes: what picks cost now and what the customer pays for them, stored, and named by a signed token.

use crate::clock::to_iso;
use crate::failure::Failure;
use crate::model::sale::Prices;
use crate::placement::check::{check_total, invalid, nothing_picked};
use crate::placement::order_placement::OrderPlacement;
use crate::placement::prices::{check_priced, costs, prices};
use crate::placement::quoted::Quoted;
use crate::placement::rows::Precision;
use crate::session::quote::NamedQuote;
use crate::session::{Session, quote};
use shared::availability::fold_names;
use shared::ids::QuoteId;
use shared::picks::{Pick, check_picks_by};
use shared::quote::SignedQuote;
use shared::root_domain;

impl OrderPlacement {
    /// A signed quote for `domains`, which have to fill the plan.
    ///
    /// # Errors
    /// `400` with everything that is wrong with the picks; `409 price_below_cost`; [`Failure::Upstream`].
    pub async fn quote(&self, session: &Session, domains: &[String]) -> Result<SignedQuote, Failure> {
        let plan = session.plan()?;
        if domains.is_empty() {
            return Err(nothing_picked());
        }
        let (names, entries) = fold_names(domains, root_domain::read);
        self.reserve_calls(session, self.upstream.availability_calls(names.len()).saturating_add(1)).await?;
        let required = self.upstream.plan(plan).await?.required_domains;
        let check = |picks: &[Pick]| match check_picks_by(&required, picks, root_domain::read).findings {
            findings if findings.is_empty() => Ok(()),
            findings => Err(invalid(findings, required.total, domains.len())),
        };
        // Names that are invalid by themselves need no look-up.
        let assumed: Vec<Pick> = domains.iter().map(|domain| Pick::assumed(domain)).collect();
        check(&assumed)?;
        let rows = self.rows(session, &names, Precision::Confirmed, Some(&session.pricing)).await?;
        check_priced(session, &rows)?;
        let picks: Vec<Pick> = domains
            .iter()
            .zip(entries)
            .map(|(domain, entry)| {
                let row = entry.ok().and_then(|index| rows.get(index));
                row.map_or_else(|| Pick::assumed(domain), |row| Pick { domain: domain.clone(), ..Pick::from(row) })
            })
            .collect();
        check(&picks)?;
        let costs = costs(session, &rows)?;
        check_total(&costs, session.max_total_cents)?;
        self.sign(prices(session, costs, &rows)?, session).await
    }

    /// The prices that the customer was shown in the quote `named`. A quote that is no longer stored has expired.
    pub(super) async fn quoted(&self, named: &NamedQuote, session: &Session) -> Result<Quoted, Failure> {
        let prices = self.store.quote(&named.id, &session.id).await?;
        Ok(Quoted { expired: prices.is_none() || named.expires_at <= self.clock.now(), prices })
    }

    /// Stores `prices` until they expire, and creates their token.
    pub(super) async fn sign(&self, prices: Prices, session: &Session) -> Result<SignedQuote, Failure> {
        let id = self.random.id("quo_").and_then(QuoteId::parse).ok_or(Failure::Internal("no randomness".into()))?;
        let named = NamedQuote { id, expires_at: self.clock.now().saturating_add(quote::LIFETIME) };
        let token = quote::sign(&named, session, &self.secret_store.secrets().session)?;
        self.store.keep_quote(&named.id, &session.id, &prices, named.expires_at).await?;
        let ends = to_iso(named.expires_at);
        Ok(match prices.shown(session.pricing.show) {
            Some(shown) => SignedQuote::new(named.id, shown, ends, token),
            None => SignedQuote::without_amounts(named.id, &prices.costs, ends, token),
        })
    }
}
