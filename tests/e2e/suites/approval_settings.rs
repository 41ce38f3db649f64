//! Which sessions a stage takes, depending on how it has orders approved.

use crate::approval_backend::{Backend, by_call, by_token};
use crate::client::{Call, Harness};
use e2e::StackConfig;
use functions::config::{self, ApprovalSettings, ConfigError};
use functions::model::approval::ApprovalMode;
use functions::placement::ApprovalUrl;
use serde_json::json;

#[tokio::test]
async fn sessions_that_cannot_be_approved_are_refused() {
    let backend = Backend::start().await;
    let url = ApprovalUrl::parse(&backend.url);
    let can_ask =
        StackConfig { approvals: ApprovalSettings { least: ApprovalMode::None, url }, ..StackConfig::paused() };
    // What the stage is, what the claim is, and what comes of it.
    for (stage, config, results) in [
        ("none", StackConfig::paused(), [Some("none"), Some("none"), Some("token"), None]),
        ("none, with a URL", can_ask, [Some("none"), Some("none"), Some("token"), Some("call")]),
        ("token", by_token(), [Some("token"), Some("token"), Some("token"), None]),
        ("call", by_call(&backend), [Some("call"), Some("call"), None, Some("call")]),
    ] {
        let harness = Harness::with(config).await;
        for (claim, result) in [None, Some("none"), Some("token"), Some("call")].into_iter().zip(results) {
            let mut claims = harness.claims("ses_1");
            let mut grant = json!({"customer": "client@example.com", "plan": claims["plan"]});
            if let Some(claim) = claim {
                (claims["approval"], grant["approval"]) = (json!(claim), json!(claim));
            }
            let call = Call::get("/v1/session").bearer(&harness.sign(&claims));
            let Some(result) = result else {
                let refused = harness.send(call, 401).await;
                assert_eq!(
                    (refused.code().as_str(), &refused.error()["field"]),
                    ("session_claims", &json!("approval")),
                    "{stage} {claim:?}"
                );
                let refused = harness.as_partner("POST", "/v1/sessions", Some(&grant), 400).await;
                assert_eq!(refused.findings(), ["approval approval_impossible"], "{stage} {claim:?}");
                continue;
            };
            assert_eq!(harness.send(call, 200).await.data()["approval"], result, "{stage} {claim:?}");
            let minted = harness.as_partner("POST", "/v1/sessions", Some(&grant), 201).await.data();
            let minted = harness.show_session(minted["token"].as_str().unwrap()).await;
            assert_eq!(minted["approval"], result, "{stage} {claim:?}, minted");
        }
        let mut claims = harness.claims("ses_1");
        for wrong in [json!("always"), json!("TOKEN"), json!(true), json!(["token"])] {
            claims["approval"] = wrong.clone();
            let refused = harness.send(Call::get("/v1/session").bearer(&harness.sign(&claims)), 401).await;
            assert_eq!(
                (refused.code().as_str(), &refused.error()["field"]),
                ("session_claims", &json!("approval")),
                "{wrong}"
            );
        }
    }
}

/// What the order proxy says of these variables.
fn problems(extra: &[(&str, &str)]) -> Vec<String> {
    let lookup = |name: &str| {
        let own = extra.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        own.or_else(|| match name {
            "STAGE_KIND" => Some("test".to_owned()),
            "TABLE_NAME" | "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("a".to_owned()),
            "ALLOWED_ORIGINS" => Some("https://app.acme.com".to_owned()),
            "SESSION_KEYS" => Some("one:0123456789abcdef0123456789abcdef".to_owned()),
            "PEEKER_KEYS" => Some("pk_test_one".to_owned()),
            "PARTNER_KEYS" => Some("partner_0123456789abcdef01234567".to_owned()),
            "DATA_KEY" => Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()),
            "SEQUENCER_LOGIN_EMAIL" | "SEQUENCER_LOGIN_PASSWORD" => Some("ops".to_owned()),
            _ => None,
        })
    };
    match config::order_proxy(&lookup).checked_with(Ok(())) {
        Ok(_) => Vec::new(),
        Err(ConfigError(problems)) => problems,
    }
}

#[test]
fn settings_of_approvals_are_checked_at_the_start() {
    const URL: (&str, &str) = ("APPROVAL_URL", "https://app.acme.com/approve");
    const SECRET: (&str, &str) = ("APPROVAL_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assert_eq!(problems(&[]), [] as [&str; 0]);
    assert_eq!(problems(&[("APPROVAL", "token")]), [] as [&str; 0]);
    assert_eq!(problems(&[("APPROVAL", "call"), URL, SECRET]), [] as [&str; 0]);
    assert_eq!(problems(&[("APPROVAL", "call"), SECRET]), ["APPROVAL is call, so APPROVAL_URL is needed"]);
    assert_eq!(problems(&[("APPROVAL", "always")]), ["APPROVAL must be none or token or call"]);
    let missing = "APPROVAL_SECRET is missing: whsec_… and base64 of 24 to 64 random bytes, which APPROVAL_URL needs";
    assert_eq!(problems(&[URL]), [missing]);
    let wrong = "APPROVAL_SECRET: each secret is whsec_ and base64 of 24 to 64 bytes";
    assert_eq!(problems(&[URL, ("APPROVAL_SECRET", "whsec_short")]), [wrong]);
    for url in ["http://app.acme.com/approve", "https://10.0.0.1/", "https://localhost.internal/", "app.acme.com"] {
        let expected = ["APPROVAL_URL must be an https address on a public host, or an address on this machine"];
        assert_eq!(problems(&[("APPROVAL_URL", url), SECRET]), expected, "{url}");
    }
}
