//! Errors of quotes and orders, for the API description.

use crate::failure::Failure;
use crate::placement::check::{CUSTOMER_LIMIT, PARTNER_LIMIT, for_other_domains, over_session_limit};
use crate::placement::prices::BELOW_COST;
use crate::placement::resolve::NOT_PLACED;
use crate::placement::settle::FAILED_BEFORE;
use crate::placement::terms::{approval_required, not_approved, not_taken, quote_required, used_before};
use crate::placement::upstream_refusal::changed;
use crate::session::quote::not_yours;

/// Of a quote.
pub fn of_quotes() -> [Failure; 2] {
    [over_session_limit(), BELOW_COST]
}

/// Of an order.
pub fn of_orders() -> [Failure; 15] {
    [
        over_session_limit(),
        not_yours(),
        for_other_domains(),
        BELOW_COST,
        changed(Vec::new(), None),
        Failure::SessionUsed(None),
        FAILED_BEFORE,
        NOT_PLACED,
        CUSTOMER_LIMIT,
        PARTNER_LIMIT,
        quote_required(),
        not_taken(),
        approval_required(),
        used_before(),
        not_approved(None),
    ]
}
