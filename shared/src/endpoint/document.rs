//! Reads the document with the endpoints: a JSON list, strictly, with all findings at once.

use super::address::Hosts;
use super::receiver::{Destination, Endpoint, MAX_ENDPOINTS};
use super::types::TYPES;
use super::{bus, secret};
use serde_json::{Map, Value};

/// Longest name of an endpoint: it becomes a dimension of metrics and part of a key.
const MAX_NAME: usize = 40;
/// The fields of an endpoint.
const FIELDS: [&str; 5] = ["name", "url", "secret", "bus", "types"];

/// Reads the endpoints.
///
/// ```
/// use shared::endpoint::{Hosts, read};
/// let text = r#"[{"name": "backend", "url": "http://10.0.0.1/", "secret": "secret"}]"#;
/// assert_eq!(
///     read(text, Hosts::Public).unwrap_err(),
///     [
///         "[0].url: it must start with https://",
///         "[0].secret: a secret starts with whsec_. To make one: echo whsec_$(openssl rand -base64 32)",
///     ]
/// );
/// ```
///
/// # Errors
/// All that is wrong, each with its place and without any secret.
pub fn read(text: &str, hosts: Hosts) -> Result<Vec<Endpoint>, Vec<String>> {
    let Ok(Value::Array(list)) = serde_json::from_str::<Value>(text) else {
        return Err(vec!["it must be a JSON list of endpoints, such as [] or [{\"name\": …, \"url\": …}]".to_owned()]);
    };
    let mut reader = Reader { hosts, problems: Vec::new() };
    if list.len() > MAX_ENDPOINTS {
        reader.problems.push(format!("it has {} endpoints, at most {MAX_ENDPOINTS} are allowed", list.len()));
    }
    let mut endpoints: Vec<Endpoint> = Vec::new();
    for (index, entry) in list.iter().enumerate() {
        let at = format!("[{index}]");
        let Value::Object(entry) = entry else {
            reader.problems.push(format!("{at} must be an object with a name, and a url or a bus"));
            continue;
        };
        let endpoint = reader.endpoint(&at, entry);
        reader.compare(&at, &endpoint, &endpoints);
        endpoints.push(endpoint);
    }
    if reader.problems.is_empty() { Ok(endpoints) } else { Err(reader.problems) }
}

struct Reader {
    hosts: Hosts,
    problems: Vec<String>,
}

impl Reader {
    fn note(&mut self, at: &str, field: &str, problem: &str) {
        self.problems.push(format!("{at}.{field}{problem}"));
    }

    /// One endpoint; what is wrong is noted, and stands empty in it.
    fn endpoint(&mut self, at: &str, entry: &Map<String, Value>) -> Endpoint {
        for field in entry.keys().filter(|field| !FIELDS.contains(&field.as_str())) {
            self.note(at, field, &format!(" is unknown. An endpoint has {}", FIELDS.join(", ")));
        }
        let name = self.name(at, entry);
        let destination = match (entry.get("url"), entry.get("bus")) {
            (Some(url), None) => self.http(at, url, entry.get("secret")),
            (None, Some(bus)) => self.bus(at, bus, entry.get("secret")),
            _ => {
                self.problems.push(format!("{at} needs either a url or a bus"));
                Destination::Bus { arn: String::new() }
            }
        };
        Endpoint { name, destination, types: self.types(at, entry.get("types")) }
    }

    fn name(&mut self, at: &str, entry: &Map<String, Value>) -> String {
        let is_name = |name: &&str| {
            let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= MAX_NAME && name.bytes().all(fits)
        };
        let name = entry.get("name").and_then(Value::as_str).filter(is_name);
        if name.is_none() {
            self.note(at, "name", " must be lower-case letters, digits and hyphens, a letter first, at most 40");
        }
        name.unwrap_or_default().to_owned()
    }

    fn http(&mut self, at: &str, url: &Value, secret: Option<&Value>) -> Destination {
        let url = url.as_str().unwrap_or_default();
        if let Err(problem) = self.hosts.check(url) {
            self.note(at, "url", &format!(": {problem}"));
        }
        let secrets = match secret {
            None => {
                let how = "whsec_ and base64 of 24 to 64 bytes. To make one: echo whsec_$(openssl rand -base64 32)";
                self.note(at, "secret", &format!(" is missing: {how}"));
                Vec::new()
            }
            Some(text) => secret::read_secrets(text.as_str().unwrap_or_default()).unwrap_or_else(|problem| {
                self.note(at, "secret", &format!(": {problem}"));
                Vec::new()
            }),
        };
        Destination::Http { url: url.to_owned(), secrets }
    }

    fn bus(&mut self, at: &str, arn: &Value, secret: Option<&Value>) -> Destination {
        let arn = arn.as_str().unwrap_or_default();
        if !bus::is_bus(arn) {
            self.note(at, "bus", " must be an ARN: arn:aws:events:<region>:<account>:event-bus/<name>");
        }
        if secret.is_some() {
            self.note(at, "secret", " is only for a url: AWS signs what is put on a bus");
        }
        Destination::Bus { arn: arn.to_owned() }
    }

    fn types(&mut self, at: &str, types: Option<&Value>) -> Vec<String> {
        let Some(types) = types else {
            return Vec::new();
        };
        let names: Option<Vec<&str>> = types.as_array().map(|list| list.iter().filter_map(Value::as_str).collect());
        let is_list = names.as_ref().is_some_and(|names| Some(names.len()) == types.as_array().map(Vec::len));
        if names.as_ref().is_some_and(|names| is_list && names.is_empty()) {
            self.note(at, "types", " must name at least one type. Leave it out to receive all");
            return Vec::new();
        }
        let names = names.filter(|_| is_list);
        let Some(names) = names else {
            self.note(at, "types", " must be a list of types. Leave it out to receive all");
            return Vec::new();
        };
        for (index, name) in names.iter().enumerate().filter(|(_, name)| !TYPES.contains(name)) {
            let problem = format!(": {name} is no type of notification. Known: {}", TYPES.join(", "));
            self.note(at, &format!("types[{index}]"), &problem);
        }
        names.into_iter().map(str::to_owned).collect()
    }

    /// Compares an endpoint with those before it.
    fn compare(&mut self, at: &str, endpoint: &Endpoint, before: &[Endpoint]) {
        if !endpoint.name.is_empty() && before.iter().any(|other| other.name == endpoint.name) {
            self.note(at, "name", &format!(": {} is the name of another endpoint, too", endpoint.name));
        }
        let secrets = |endpoint: &Endpoint| match &endpoint.destination {
            Destination::Http { secrets, .. } => secrets.clone(),
            Destination::Bus { .. } => Vec::new(),
        };
        let own = secrets(endpoint);
        if before.iter().flat_map(secrets).any(|other| own.contains(&other)) {
            self.note(at, "secret", " is that of another endpoint, too: each needs its own");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Destination, Hosts, TYPES, read};
    use serde_json::json;

    /// 24 bytes of zeros, and 24 of ones, in base64.
    const ZEROS: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const ONES: &str = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";

    fn problems(document: &serde_json::Value) -> Vec<String> {
        read(&document.to_string(), Hosts::Public).unwrap_err()
    }

    #[test]
    fn endpoints_of_both_kinds_are_read() {
        let document = json!([
            {"name": "backend", "url": "https://app.acme.com/hook", "secret": format!("{ONES}, {ZEROS}")},
            {"name": "crm", "bus": "arn:aws:events:eu-central-1:123456789012:event-bus/crm", "types": ["order.placed"]},
        ]);
        let endpoints = read(&document.to_string(), Hosts::Public).unwrap();
        let [backend, crm] = endpoints.as_slice() else { panic!("{endpoints:?}") };
        let Destination::Http { url, secrets } = &backend.destination else { panic!("{backend:?}") };
        assert_eq!((backend.name.as_str(), url.as_str()), ("backend", "https://app.acme.com/hook"));
        assert_eq!(secrets.iter().map(|secret| secret.expose()).collect::<Vec<_>>(), [ONES, ZEROS]);
        assert!(backend.wants("order.placed") && backend.wants("order.completed"));
        assert!(crm.wants("order.placed") && !crm.wants("order.completed"));
        assert!(!format!("{backend:?}").contains("AQEB"), "a secret is printed");
        assert!(read("[]", Hosts::Public).unwrap().is_empty());
    }

    #[test]
    fn everything_wrong_is_reported_at_once() {
        let document = json!([
            {"name": "Back end", "url": "http://10.0.0.1/", "secret": "whsec_short", "types": ["order.lost", "order.placed"]},
            {"name": "crm", "bus": "crm", "secret": ONES, "types": [], "uri": "x"},
            {"name": "crm"},
            "https://app.acme.com",
        ]);
        let make = "To make one: echo whsec_$(openssl rand -base64 32)";
        assert_eq!(
            problems(&document),
            [
                "[0].name must be lower-case letters, digits and hyphens, a letter first, at most 40".to_owned(),
                "[0].url: it must start with https://".to_owned(),
                format!("[0].secret: after whsec_, a secret is base64 of 24 to 64 bytes. {make}"),
                format!("[0].types[0]: order.lost is no type of notification. Known: {}", TYPES.join(", ")),
                "[1].uri is unknown. An endpoint has name, url, secret, bus, types".to_owned(),
                "[1].bus must be an ARN: arn:aws:events:<region>:<account>:event-bus/<name>".to_owned(),
                "[1].secret is only for a url: AWS signs what is put on a bus".to_owned(),
                "[1].types must name at least one type. Leave it out to receive all".to_owned(),
                "[2] needs either a url or a bus".to_owned(),
                "[2].name: crm is the name of another endpoint, too".to_owned(),
                "[3] must be an object with a name, and a url or a bus".to_owned(),
            ]
        );
    }

    #[test]
    fn secrets_have_24_to_64_bytes() {
        let secret = |text: &str| {
            let document = json!([{"name": "a", "url": "https://app.acme.com/", "secret": text}]);
            read(&document.to_string(), Hosts::Public).map(drop).map_err(|mut all| all.remove(0))
        };
        let base64 = |bytes: usize| {
            use base64::Engine;
            format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(vec![7; bytes]))
        };
        let make = "To make one: echo whsec_$(openssl rand -base64 32)";
        let form = Err(format!("[0].secret: after whsec_, a secret is base64 of 24 to 64 bytes. {make}"));
        for (bytes, outcome) in [(23, form.clone()), (24, Ok(())), (64, Ok(())), (65, form.clone())] {
            assert_eq!(secret(&base64(bytes)), outcome, "{bytes} bytes");
        }
        let start = Err(format!("[0].secret: a secret starts with whsec_. {make}"));
        assert_eq!(secret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), start);
        assert_eq!(secret(&format!("{ZEROS},")), start);
        assert_eq!(
            secret(&format!("{ZEROS},{ZEROS}")),
            Err("[0].secret: both secrets are the same: leave one out".into())
        );
        let three = "[0].secret: give one secret, or two while rotating: the new one, a comma, the old one";
        assert_eq!(secret(&format!("{ZEROS},{ONES},{}", base64(30))), Err(three.into()));
    }

    #[test]
    fn two_endpoints_do_not_share_a_secret() {
        let document = json!([
            {"name": "a", "url": "https://a.acme.com/", "secret": ZEROS},
            {"name": "b", "url": "https://b.acme.com/", "secret": format!("{ONES},{ZEROS}")},
        ]);
        assert_eq!(problems(&document), ["[1].secret is that of another endpoint, too: each needs its own"]);
    }

    #[test]
    fn a_document_is_a_list() {
        for text in ["", "{}", "null", "[", r#""[]""#] {
            let expected = r#"it must be a JSON list of endpoints, such as [] or [{"name": …, "url": …}]"#;
            assert_eq!(read(text, Hosts::Public).unwrap_err(), [expected], "{text}");
        }
    }
}
