//! The document with the partner's endpoints, as the stage reads it.

use crate::values::Values;
use serde_json::{Value, json};
use shared::endpoint::{Endpoint, Hosts, read};
use std::sync::Arc;

/// The endpoints, and the types that each receives; none for all. Each is at `https://<name>.acme-shop.com/hook`.
pub(crate) const ENDPOINTS: [(&str, &[&str]); 2] =
    [("backend", &[]), ("billing", &["order.placed", "order.not_placed"])];
/// The rest of an endpoint's address, after its name.
const ADDRESS: &str = ".acme-shop.com/hook";
const SCHEME: &str = "https://";

/// The name of the endpoint at `url`.
pub(super) fn endpoint_of(url: &str) -> &str {
    let name = url.strip_prefix(SCHEME).and_then(|rest| rest.strip_suffix(ADDRESS));
    name.unwrap_or_default()
}

/// Whether `endpoint` receives notifications of this type.
pub(crate) fn wants(endpoint: &str, kind: &str) -> bool {
    let types = ENDPOINTS.iter().find(|(name, _)| *name == endpoint).map(|(_, types)| *types);
    types.is_some_and(|types| types.is_empty() || types.contains(&kind))
}

/// The first `count` endpoints, with their current secrets. It is read as the functions read it.
pub(crate) fn document(values: &Values, count: usize) -> Arc<[Endpoint]> {
    let one = |(name, types): &(&str, &[&str])| {
        let secret = values.endpoint_secrets(name).join(",");
        let mut entry = json!({"name": name, "url": format!("{SCHEME}{name}{ADDRESS}"), "secret": secret});
        if let (false, Some(entry)) = (types.is_empty(), entry.as_object_mut()) {
            entry.insert("types".to_owned(), json!(types));
        }
        entry
    };
    let list: Vec<Value> = ENDPOINTS.iter().take(count).map(one).collect();
    read(&Value::from(list).to_string(), Hosts::Public).unwrap_or_default().into()
}
