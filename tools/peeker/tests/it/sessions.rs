//! Sessions that the command line mints are sessions for the API.

use crate::bench::Bench;
use serde_json::Value;

async fn session(bench: &Bench, token: &str) -> Value {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http.get(format!("{}/v1/session", bench.stack.api)).bearer_auth(token).send().await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn both_ways_of_minting_give_a_token_that_the_api_takes() {
    let bench = Bench::start().await;
    for local in [&[][..], &["--local"]] {
        let plan = ["session", "mint", "--customer", "client@example.com", "--bundle", bench.stack.bundle_id()];
        let run = bench.run(&[&plan, local].concat()).await.ended(0);
        let shown = session(&bench, run.stdout.trim()).await;
        assert_eq!(shown["data"]["customer"], "client@example.com", "{local:?}: {shown}");
        assert_eq!(shown["data"]["plan"]["required_domains"]["total"], 4, "{local:?}: {shown}");
        assert!(run.stderr.contains(shown["data"]["id"].as_str().unwrap()), "{}", run.stderr);
    }
}

#[tokio::test]
async fn what_a_session_grants_is_said_the_same_way_both_times() {
    let bench = Bench::start().await;
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
        let document = bench.json(&[&all, local].concat(), 0).await;
        let token = document["data"]["token"].as_str().unwrap();
        let shown = session(&bench, token).await;
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
async fn what_the_api_would_refuse_is_refused_here_too() {
    let bench = Bench::start().await;
    for arguments in [
        &["--customer", "nobody", "--google-licenses", "2", "--local"][..],
        &["--customer", "a@b.co", "--google-licenses", "0", "--local"],
        &["--customer", "a@b.co", "--google-licenses", "2", "--inboxes-per-domain", "4", "--local"],
        &["--customer", "a@b.co", "--google-licenses", "2", "--ttl", "25h", "--local"],
        &["--customer", "a@b.co", "--bundle", "bun/1", "--local"],
        &["--customer", "a@b.co", "--no-plan", "--inboxes-per-domain", "2", "--local"],
    ] {
        bench.run(&[&["session", "mint"], arguments].concat()).await.ended(2);
    }
    let refused = bench.json(&["session", "mint", "--customer", "nobody", "--google-licenses", "2"], 1).await;
    assert_eq!(refused["error"]["code"], "customer_invalid");
    assert_eq!(refused["error"]["details"]["findings"][0]["field"], "customer");
}

#[tokio::test]
async fn an_origin_that_is_none_is_refused_before_anything_is_signed_or_sent() {
    let bench = Bench::start().await;
    let mint = ["session", "mint", "--customer", "a@b.co", "--google-licenses", "2", "--origin", "https://acme.com"];
    for local in [&[][..], &["--local"]] {
        for origin in ["x", "app.acme.com", "https://app.acme.com/checkout", "ftp://app.acme.com", "https://*.acme.com"]
        {
            let refused = bench.json(&[&mint[..], &["--origin", origin], local].concat(), 2).await;
            assert_eq!(refused["error"]["code"], "origin_invalid", "{origin} {local:?}");
            let message = refused["error"]["message"].as_str().unwrap();
            assert!(message.starts_with(&format!("--origin {origin}: ")), "{message}");
        }
        let many = ["--origin", "https://acme.net"].repeat(20);
        let refused = bench.json(&[&mint[..], &many, local].concat(), 2).await;
        assert_eq!(refused["error"]["code"], "origin_invalid", "21 origins, {local:?}");
    }
}

#[tokio::test]
async fn a_session_without_a_plan_is_minted_when_it_is_asked_for() {
    let bench = Bench::start().await;
    for local in [&[][..], &["--local"]] {
        let mint = ["session", "mint", "--customer", "client@example.com", "--no-plan"];
        let document = bench.json(&[&mint[..], local].concat(), 0).await;
        let token = document["data"]["token"].as_str().unwrap();
        assert_eq!(claims(token).get("plan"), None, "{local:?}");
        let shown = session(&bench, token).await;
        assert_eq!((&shown["data"]["customer"], &shown["data"]["plan"]), (&"client@example.com".into(), &Value::Null));
    }
}

#[tokio::test]
async fn a_wrong_partner_key_is_not_authorised() {
    let mut bench = Bench::start().await;
    let api = bench.stack.api.clone();
    bench.shell.set("PEEKER_API", &api);
    bench.shell.set("PEEKER_PARTNER_KEY", "partner_of_somebody_else");
    let refused = bench.json(&["session", "mint", "--customer", "a@b.co", "--google-licenses", "2"], 3).await;
    assert_eq!(refused["error"]["code"], "partner_key_wrong");
    assert!(refused["error"]["request_id"].as_str().unwrap().starts_with("creq_"));
}
