//! `GET /me`: environment, permissions and partner of the key.

use serde_json::json;

use super::call::Call;
use super::reply::{Answer, Reply};
use crate::state::State;

pub(crate) fn show(state: &mut State, call: &Call) -> Answer {
    Ok(Reply::ok(json!({
        "api_key": {"environment": call.env.as_str(), "permission_preset": call.preset},
        "partner": {"id": state.partner_id, "name": "Acme Resellers"},
    })))
}
