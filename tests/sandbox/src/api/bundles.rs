//! Bundles: the partner's named order sizes.

use serde_json::json;

use super::call::Call;
use super::fields::{self, Fields};
use super::paging::Page;
use super::reply::{Answer, Refusal, Reply};
use crate::state::State;
use crate::world::{Bundle, BundleStatus};

pub(crate) fn create(state: &mut State, call: &Call) -> Answer {
    let body = fields::object(&call.body)?;
    let volume = volume(&body)?
        .ok_or_else(|| Refusal::invalid("monthly_sending_volume", "monthly_sending_volume is required"))?;
    let bundle = Bundle {
        id: state.ids.mint("bun"),
        name: fields::needed_text(&body, "name", "name")?.to_owned(),
        monthly_sending_volume: volume,
        google_percent: percents(&body)?.flatten(),
        send_on_weekends: fields::flag(&body, "send_on_weekends")?.unwrap_or(false),
        google_inboxes_per_domain: fields::inboxes(&body)?.unwrap_or(2),
        status: BundleStatus::Active,
        used: false,
        created_at: call.now,
    };
    let reply = Reply::created(bundle.json());
    state.worlds.of_mut(call.env).bundles.insert(bundle);
    Ok(reply)
}

pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let page = Page::of(call)?;
    let status = call.choice("status", &["active", "archived"])?;
    // Without a status both kinds are listed; upstream does not say.
    let rows = state.worlds.of(call.env).bundles.newest_below(page.below);
    let rows = rows.filter(|(_, bundle)| status.is_none_or(|status| bundle.status.as_str() == status));
    Ok(page.answer(call, rows, Bundle::json))
}

pub(crate) fn show(state: &mut State, call: &Call, id: &str) -> Answer {
    let bundle = state.worlds.of(call.env).bundles.get(id);
    bundle.map(|bundle| Reply::ok(bundle.json())).ok_or_else(|| Refusal::no_record("bundle", id))
}

pub(crate) fn change(state: &mut State, call: &Call, id: &str) -> Answer {
    let bundles = &mut state.worlds.of_mut(call.env).bundles;
    let bundle = bundles.get_mut(id).ok_or_else(|| Refusal::no_record("bundle", id))?;
    let body = fields::object(&call.body)?;
    let mut changed = bundle.clone();
    if body.contains_key("name") {
        fields::needed_text(&body, "name", "name")?.clone_into(&mut changed.name);
    }
    if let Some(volume) = volume(&body)? {
        changed.monthly_sending_volume = volume;
    }
    if let Some(google) = percents(&body)? {
        changed.google_percent = google;
    }
    if let Some(weekends) = fields::flag(&body, "send_on_weekends")? {
        changed.send_on_weekends = weekends;
    }
    if let Some(inboxes) = fields::inboxes(&body)? {
        changed.google_inboxes_per_domain = inboxes;
    }
    *bundle = changed;
    Ok(Reply::ok(bundle.json()))
}

/// Removes a bundle that no order used, and archives one that was used.
pub(crate) fn delete(state: &mut State, call: &Call, id: &str) -> Answer {
    let bundles = &mut state.worlds.of_mut(call.env).bundles;
    let bundle = bundles.get_mut(id).ok_or_else(|| Refusal::no_record("bundle", id))?;
    if bundle.used {
        bundle.status = BundleStatus::Archived;
        return Ok(Reply::ok(json!({"id": id, "status": "archived"})));
    }
    bundles.remove(id);
    Ok(Reply::ok(json!({"id": id, "status": "deleted"})))
}

fn volume(body: &Fields) -> Result<Option<u64>, Refusal> {
    match fields::whole(body, "monthly_sending_volume")? {
        Some(0) => Err(Refusal::invalid("monthly_sending_volume", "monthly_sending_volume must be at least 1")),
        other => Ok(other),
    }
}

/// The Google share: not mentioned, back to the recommended split, or set together with Microsoft's.
fn percents(body: &Fields) -> Result<Option<Option<u64>>, Refusal> {
    let names = ["google_percent", "microsoft_percent"];
    if !names.iter().any(|name| body.contains_key(*name)) {
        return Ok(None);
    }
    let [google, microsoft] = names.map(|name| fields::whole(body, name));
    match (google?, microsoft?) {
        (None, None) => Ok(Some(None)),
        (Some(google), Some(microsoft)) if google.checked_add(microsoft) == Some(100) => Ok(Some(Some(google))),
        (Some(_), Some(_)) => {
            Err(Refusal::invalid("google_percent", "google_percent and microsoft_percent must add up to 100"))
        }
        (google, _) => {
            let missing = if google.is_none() { "google_percent" } else { "microsoft_percent" };
            Err(Refusal::invalid(missing, "set both percents, or neither"))
        }
    }
}
