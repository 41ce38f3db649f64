//! The API accepts sessions minted on the command line.

use crate::harness::Harness;
use serde_json::{Value, json};

async fn session(harness: &Harness, token: &str) -> Value {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http.get(format!("{}/v1/session", harness.stack.api)).bearer_auth(token).send().await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn both_minting_modes_give_a_valid_token() {
    let harness = Harness::start().await;
    for local in [&[][..], &["--local"]] {
        let plan = ["session", "mint", "--customer", "client@example.com", "--bundle", harness.stack.bundle_id()];
        let run = harness.run(&[&plan, local].concat()).await.ended(0);
        let shown = session(&harness, run.stdout.trim()).await;
        assert_eq!(shown["data"]["customer"], "client@example.com", "{local:?}: {shown}");
        assert_eq!(shown["data"]["plan"]["required_domains"]["total"], 4, "{local:?}: {shown}");
        assert!(run.stderr.contains(shown["data"]["id"].as_str().unwrap()), "{}", run.stderr);
    }
}

#[tokio::test]
async fn session_grant_is_shown_alike_in_both_modes() {
    let harness = Harness::start().await;
    for local in [&[][..], &["--local"]] {
        let all = [
            "session",
            "mint",
            "--customer",
            "usr_1",
            "--google-licenses",
            "6",
            "--microsoft-licenses",
            "1",
            "--inboxes-per-domain",
            "3",
            "--client-id",
            "7",
            "--origin",
            "https://app.acme.com",
            "--max-total-cents",
            "9000",
            "--ttl",
            "1h",
        ];
        let document = harness.json(&[&all, local].concat(), 0).await;
        let token = document["data"]["token"].as_str().unwrap();
        let shown = session(&harness, token).await;
        assert_eq!(shown["data"]["plan"]["required_domains"]["google"], 2, "{local:?}: {shown}");
        assert_eq!(shown["data"]["expires_at"], document["data"]["expires_at"]);
        let claims = claims(token);
        assert_eq!(claims["sequencer"]["client_id"], 7);
        assert_eq!(claims["origins"][0], "https://app.acme.com");
        assert_eq!(claims["max_total_cents"], 9000);
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    }
}

fn claims(token: &str) -> Value {
    use base64::Engine;
    let payload = token.split('.').nth(1).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn local_minting_refuses_what_the_api_refuses() {
    let harness = Harness::start().await;
    for arguments in [
        &["--customer", "nobody", "--google-licenses", "2", "--local"][..],
        &["--customer", "a@b.co", "--google-licenses", "0", "--local"],
        &["--customer", "a@b.co", "--google-licenses", "2", "--inboxes-per-domain", "4", "--local"],
        &["--customer", "a@b.co", "--google-licenses", "2", "--ttl", "25h", "--local"],
        &["--customer", "a@b.co", "--bundle", "bun/1", "--local"],
        &["--customer", "a@b.co", "--no-plan", "--inboxes-per-domain", "2", "--local"],
    ] {
        harness.run(&[&["session", "mint"], arguments].concat()).await.ended(2);
    }
    let refused = harness.json(&["session", "mint", "--customer", "nobody", "--google-licenses", "2"], 1).await;
    assert_eq!(refused["error"]["code"], "customer_invalid");
    assert_eq!(refused["error"]["details"]["findings"][0]["field"], "customer");
}

#[tokio::test]
async fn invalid_origin_is_refused_before_signing() {
    let harness = Harness::start().await;
    let mint = ["session", "mint", "--customer", "a@b.co", "--google-licenses", "2", "--origin", "https://acme.com"];
    for local in [&[][..], &["--local"]] {
        for origin in ["x", "app.acme.com", "https://app.acme.com/checkout", "ftp://app.acme.com", "https://*.acme.com"]
        {
            let refused = harness.json(&[&mint[..], &["--origin", origin], local].concat(), 2).await;
            assert_eq!(refused["error"]["code"], "origin_invalid", "{origin} {local:?}");
            let message = refused["error"]["message"].as_str().unwrap();
            assert!(message.starts_with(&format!("--origin {origin}: ")), "{message}");
        }
        let many = ["--origin", "https://acme.net"].repeat(20);
        let refused = harness.json(&[&mint[..], &many, local].concat(), 2).await;
        assert_eq!(refused["error"]["code"], "origin_invalid", "21 origins, {local:?}");
    }
}

#[tokio::test]
async fn session_without_a_plan_is_minted_on_request() {
    let harness = Harness::start().await;
    for local in [&[][..], &["--local"]] {
        let mint = ["session", "mint", "--customer", "client@example.com", "--no-plan"];
        let document = harness.json(&[&mint[..], local].concat(), 0).await;
        let token = document["data"]["token"].as_str().unwrap();
        assert_eq!(claims(token).get("plan"), None, "{local:?}");
        let shown = session(&harness, token).await;
        assert_eq!((&shown["data"]["customer"], &shown["data"]["plan"]), (&"client@example.com".into(), &Value::Null));
    }
}

#[tokio::test]
async fn wrong_partner_key_is_not_authorized() {
    let mut harness = Harness::start().await;
    let api = harness.stack.api.clone();
    harness.shell.set("PEEKER_API", &api);
    harness.shell.set("PEEKER_PARTNER_KEY", "partner_of_somebody_else");
    let refused = harness.json(&["session", "mint", "--customer", "a@b.co", "--google-licenses", "2"], 3).await;
    assert_eq!(refused["error"]["code"], "partner_key_wrong");
    assert!(refused["error"]["request_id"].as_str().unwrap().starts_with("creq_"));
}

#[tokio::test]
async fn minted_session_carries_prices_approval_and_labels() {
    let harness = Harness::start().await;
    let pricing = r#"{"show": "retail", "currency": "usd", "domains": [{"tld": "*", "price_cents": 2900}]}"#;
    let file = std::env::temp_dir().join(format!("pricing-{}.json", std::process::id()));
    std::fs::write(&file, pricing).unwrap();
    let from_file = format!("@{}", file.display());
    let terms =
        ["--approval", "token", "--reference", "sale-1042", "--metadata", "campaign=spring", "--metadata", "seat=a=b"];
    let messages = ["--order-link", "https://app.acme.com/orders/{id}", "--locale", "pt-BR"];
    let mint = ["session", "mint", "--customer", "client@example.com", "--google-licenses", "2"];
    for (local, pricing) in [(&["--local"][..], pricing), (&[], &from_file)] {
        let all = [&mint[..], &terms, &messages, &["--pricing", pricing], local].concat();
        let document = harness.json(&all, 0).await;
        let token = document["data"]["token"].as_str().unwrap();
        let shown = session(&harness, token).await;
        assert_eq!(shown["data"]["approval"], "token", "{local:?}: {shown}");
        assert_eq!(shown["data"]["pricing"]["show"], "retail", "{local:?}: {shown}");
        let claims = claims(token);
        assert_eq!((&claims["order_link"], &claims["locale"]), (&json!(messages[1]), &json!("pt-BR")));
        // What the API mints is encrypted; what is signed here can be read.
        let expected = if local.is_empty() { Value::Null } else { json!({"campaign": "spring", "seat": "a=b"}) };
        assert_eq!(claims["metadata"], expected, "{local:?}");
        assert_eq!(claims["sealed"].is_string(), local.is_empty(), "{claims}");
    }
    std::fs::remove_file(&file).unwrap();
    for (wrong, code) in [
        (&["--pricing", "retail"][..], "pricing_invalid"),
        (&["--pricing", "[]"], "pricing_invalid"),
        (&["--pricing", "@/does/not/exist.json"], "unreadable"),
        (&["--metadata", "campaign"], "metadata_invalid"),
        (&["--metadata", "=spring"], "metadata_invalid"),
        (&["--metadata", "a=1", "--metadata", "a=2"], "metadata_invalid"),
    ] {
        let refused = harness.json(&[&mint[..], wrong, &["--local"]].concat(), 2).await;
        assert_eq!(refused["error"]["code"], code, "{wrong:?}");
    }
    let refused = harness.json(&[&mint[..], &["--pricing", r#"{"show": "all"}"#]].concat(), 1).await;
    assert_eq!(refused["error"]["details"]["findings"][0]["field"], "pricing.show", "{refused}");
}

#[tokio::test]
async fn local_minting_reads_terms_by_the_rules_of_the_api() {
    let mut harness = Harness::start().await;
    let mint = ["session", "mint", "--customer", "client@example.com", "--google-licenses", "2"];
    let list = |entry: &str| format!(r#"{{"show": "retail", "currency": "usd", "domains": [{entry}]}}"#);
    let [unknown, negative, absurd, percent] = [
        r#"{"tld": "nope", "price_cents": 1900}"#,
        r#"{"tld": "com", "price_cents": -1}"#,
        r#"{"tld": "com", "price_cents": 10000001}"#,
        r#"{"tld": "*", "markup_percent": 1001}"#,
    ]
    .map(list);
    for (wrong, finding) in [
        (["--pricing", r#"{"show": "retail", "currency": "xyz"}"#], "pricing.currency currency_invalid"),
        (["--pricing", &unknown], "pricing.domains[0].tld tld_unknown"),
        (["--pricing", &negative], "pricing.domains[0].price_cents wrong_type"),
        (["--pricing", &absurd], "pricing.domains[0].price_cents out_of_range"),
        (["--pricing", &percent], "pricing.domains[0].markup_percent out_of_range"),
        (["--reference", ""], "reference label_invalid"),
        (["--metadata", "campaign="], "metadata.campaign label_invalid"),
        (["--order-link", "http://acme.com/{id}"], "order_link order_link_invalid"),
        (["--locale", "d"], "locale locale_invalid"),
    ] {
        for (local, exit) in [(&[][..], 1), (&["--local"], 2)] {
            let refused = harness.json(&[&mint[..], &wrong, local].concat(), exit).await;
            let first = &refused["error"]["details"]["findings"][0];
            let found = format!("{} {}", first["field"].as_str().unwrap(), first["code"].as_str().unwrap());
            assert_eq!(found, finding, "{wrong:?} {local:?}");
        }
    }
    // In the open it is longer than a token may be; the API packs and encrypts the same list.
    let prices = prices_of_many_endings();
    let all = [&mint[..], &["--pricing", &prices]].concat();
    harness.json(&all, 0).await;
    let refused = harness.json(&[&all[..], &["--local"]].concat(), 2).await;
    assert_eq!(refused["error"]["code"], "session_too_large");
    harness.shell.set("PEEKER_SESSION_AUDIENCE", "peeker-checkout");
    let refused = harness.json(&[&mint[..], &["--local"]].concat(), 2).await;
    assert_eq!(refused["error"]["code"], "session_audience_invalid");
}

fn prices_of_many_endings() -> String {
    let entry = json!({"tld": "com", "price_cents": 10_000_000, "renewal_price_cents": 10_000_000});
    json!({"show": "retail", "currency": "usd", "domains": vec![entry; 100]}).to_string()
}
