#![doc = include_str!("../README.md")]

mod answers;
mod outside;

use bytes::Bytes;
use functions::clock::Clock;
use functions::model::projection::{Entity, Projection, version};
use functions::secret::{Secret, SessionKey};
use functions::secrets::{SigningSecret, StageKind};
use functions::session::{Session, StageTerms, token};
use functions::webhook::delivery::Delivery;
use functions::webhook::moment::Moment;
use functions::webhook::signature::{BaseString, SigningSettings};
use shared::event::Event;

pub use answers::answer;
pub use outside::Door;

/// The current time of every target, Unix seconds.
pub const NOW: i64 = 1_778_241_600;
/// Key that signs valid sessions.
pub const SESSION_KEY: &str = "a-session-key-that-no-one-else-knows";

/// A target: takes bytes, and panics if the code violates a guarantee.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, named like their corpora.
pub const TARGETS: [Target; 5] =
    [("signature", signature), ("event", event), ("answer", answer), ("token", proof), ("body", body)];

/// The bytes up to the first line feed are the header, those up to the second the timestamp, the rest is the body.
#[expect(clippy::panic, reason = "a fuzz target reports by panicking")]
pub fn signature(data: &[u8]) {
    let mut parts = data.splitn(3, |byte| *byte == b'\n');
    let mut text = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (signature, timestamp) = (text(), text());
    let body = Bytes::copy_from_slice(parts.next().unwrap_or_default());
    let delivery = Delivery { event_id: "evt_fuzz".to_owned(), timestamp, signature, body };
    let secrets = [SigningSecret { environment: "test", secret: Secret::new("a-secret-that-no-one-else-knows") }];
    for (_, base_string) in BaseString::ALL {
        let settings = SigningSettings { base_string, tolerance: 300, accepts_late: true };
        if let Ok(Some(_)) = settings.verify(&delivery, &secrets) {
            panic!("a signature was forged");
        }
    }
}

/// The bytes are the body of a delivery.
pub fn event(data: &[u8]) {
    let Ok(event) = Event::parse(data) else {
        return;
    };
    assert!(!event.id.as_str().is_empty() && !event.kind.is_empty(), "an event has no id or type");
    if let Some(projection) = Projection::of(&event, Moment::of(&event.created_at, Some(NOW), NOW).at, NOW) {
        assert!(projection.version < version(NOW + 1, 0), "a version is ahead of its signature");
        let id = match &projection.entity {
            Entity::Order(id) => id.as_str(),
            Entity::Import(id) => id.as_str(),
            Entity::Swap(id) | Entity::Forwarding(id) => id,
            Entity::Domain(name) => name.as_str(),
        };
        assert!(!id.is_empty(), "a projection names no entity");
    }
}

/// The bytes are a session token.
#[expect(clippy::panic, reason = "a fuzz target reports by panicking")]
pub fn proof(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let keys = [SessionKey { kid: "k".to_owned(), key: Secret::new(SESSION_KEY) }];
    if token::verify(&text, &keys).is_ok() {
        panic!("a token was forged");
    }
    // The claims are parsed only after a valid signature; here they are parsed without it.
    if let Ok(session) = Session::from_payload(data, &StageTerms::of(StageKind::Test), &keys, NOW) {
        assert!(session.expires_at > NOW, "a session that has ended was let in");
    }
}

/// The first byte selects the route; the rest is the body.
pub fn body(data: &[u8]) {
    let Some((route, body)) = data.split_first() else {
        return;
    };
    let (status, answer) = Door::open(Clock::from_fn(|| NOW)).post(usize::from(*route), body);
    let text = String::from_utf8_lossy(&answer);
    assert!(status != 500, "a handler broke: {text}");
    if (400..500).contains(&status) {
        assert!(text.contains("\"code\":"), "a refusal without a code: {text}");
    }
}
