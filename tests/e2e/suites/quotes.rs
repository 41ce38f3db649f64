//! Quotes: they are signed, valid for ten minutes, and checked again when the order is placed.

use crate::client::{Call, FOUR, Harness, draft};
use sandbox::{DomainOutcome, Fault};
use serde_json::{Value, json};

async fn quote(harness: &Harness, token: &str, names: &[&str], status: u16) -> crate::client::Reply {
    harness.send(Call::post("/v1/quotes").bearer(token).json(&json!({ "domains": names })), status).await
}

fn with_quote(names: &[&str], quote: &Value) -> Value {
    let mut body = draft(names);
    body["quote"] = quote.clone();
    body
}

#[tokio::test]
async fn quote_has_prices_totals_and_expiry() {
    let harness = Harness::start().await;
    let quote = quote(&harness, &harness.session("s1"), &FOUR, 200).await.data();
    assert_eq!(quote["total_cents"], 4 * 1_300);
    assert_eq!(quote["renewal_total_cents"], 4 * 1_500);
    assert_eq!(quote["currency"], "usd");
    assert_eq!(quote["expires_at"], "2026-05-08T12:10:00Z");
    assert_eq!(
        quote["lines"][0],
        json!({"domain": "acme-mail.com", "price_cents": 1_300, "renewal_price_cents": 1_500})
    );
}

#[tokio::test]
async fn order_with_its_quote_is_placed() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    let quote = quote(&harness, &token, &FOUR, 200).await.data();
    harness.place(&token, &with_quote(&FOUR, &quote["token"]), 201).await;
}

#[tokio::test]
async fn higher_price_returns_a_new_quote() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    let old = quote(&harness, &token, &FOUR, 200).await.data();
    harness.stack.sandbox.set_domain(FOUR[2], DomainOutcome::priced(9_900, 1_500));

    let reply = harness.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.code(), "quote_changed");
    assert_eq!(reply.findings(), ["domains[2] price_rose"]);
    let fresh = reply.error()["details"]["quote"].clone();
    assert_eq!(fresh["total_cents"], 3 * 1_300 + 9_900);
    assert!(harness.stack.sandbox.orders().is_empty(), "something was placed under an old price");

    harness.place(&token, &with_quote(&FOUR, &fresh["token"]), 201).await;
}

#[tokio::test]
async fn higher_renewal_price_returns_a_new_quote() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    let old = quote(&harness, &token, &FOUR, 200).await.data();
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::priced(1_300, 1_501));
    let reply = harness.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.findings(), ["domains[0] renewal_price_rose"]);
}

#[tokio::test]
async fn missing_renewal_price_stays_unknown() {
    for renewal in [None, Some(Value::Null), Some(json!("soon"))] {
        let harness = Harness::start().await;
        let token = harness.session("s1");
        let row = |name: &str| {
            let mut row = json!({"domain": name, "available": true, "price_cents": 1_300, "currency": "usd",
                                 "usable_for": ["google", "microsoft"], "premium": false});
            match &renewal {
                Some(value) if name == FOUR[1] => row["renewal_price_cents"] = value.clone(),
                None if name == FOUR[1] => {}
                _ => row["renewal_price_cents"] = json!(1_500),
            }
            row
        };
        let body = Some(json!({"data": {"domains": FOUR.map(row)}}).to_string());
        harness.stack.sandbox.fail_next(Fault { body, times: 3, ..Fault::on("POST", "/domains/availability") });
        let rows = harness.ask(&token, &FOUR, 200).await.data()["domains"].clone();
        assert_eq!(
            (rows[0].get("renewal_price_cents"), rows[1].get("renewal_price_cents")),
            (Some(&json!(1_500)), None)
        );
        let quote = quote(&harness, &token, &FOUR, 200).await.data();
        assert_eq!(quote["lines"][0]["renewal_price_cents"], 1_500);
        assert_eq!(quote["lines"][1], json!({"domain": FOUR[1], "price_cents": 1_300}), "{renewal:?}");
        assert_eq!((&quote["total_cents"], quote.get("renewal_total_cents")), (&json!(5_200), None), "{renewal:?}");
        // Now it is known; that is not a higher price.
        harness.stack.sandbox.clear_faults();
        harness.place(&token, &with_quote(&FOUR, &quote["token"]), 201).await;
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn lower_price_is_accepted() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    let old = quote(&harness, &token, &FOUR, 200).await.data();
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::priced(900, 1_500));
    harness.place(&token, &with_quote(&FOUR, &old["token"]), 201).await;
}

#[tokio::test]
async fn unavailable_domain_returns_a_new_quote() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    let old = quote(&harness, &token, &FOUR, 200).await.data();
    harness.stack.sandbox.set_domain(FOUR[3], DomainOutcome::Taken);
    let reply = harness.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.code(), "quote_changed");
    assert_eq!(reply.findings(), ["domains[3] domain_unavailable"]);
    assert!(harness.stack.sandbox.orders().is_empty());
}

#[tokio::test]
async fn domains_refused_by_upstream_are_named() {
    let harness = Harness::start().await;
    let refusal = json!({"error": {"code": "invalid_request", "message": "Replace them", "field": "domains",
        "details": {"domains": [{"domain": FOUR[2], "reason": "taken"}, {"domain": FOUR[0]}, "nowhere.com"]}}});
    let refuse = || {
        let body = Some(refusal.to_string());
        harness.stack.sandbox.fail_next(Fault { status: Some(400), body, ..Fault::on("POST", "/orders") });
    };
    let findings = ["domains[0] domain_unavailable", "domains[2] domain_unavailable"];
    refuse();
    let reply = harness.place(&harness.session("s1"), &draft(&FOUR), 400).await;
    assert_eq!(
        (reply.code().as_str(), reply.findings().as_slice()),
        ("domain_unavailable", &findings.map(str::to_owned)[..])
    );
    assert!(reply.text.contains(&format!("{} is taken", FOUR[2])), "{}", reply.text);
    let token = harness.session("s2");
    let shown = quote(&harness, &token, &FOUR, 200).await.data();
    refuse();
    let reply = harness.place(&token, &with_quote(&FOUR, &shown["token"]), 409).await;
    assert_eq!(
        (reply.code().as_str(), reply.findings().as_slice()),
        ("quote_changed", &findings.map(str::to_owned)[..])
    );
    harness.place(&token, &with_quote(&FOUR, &shown["token"]), 201).await;
}

#[tokio::test]
async fn unchecked_names_do_not_change_the_quote() {
    for body in
        [json!({"data": {"domains": []}}), json!({"data": {"domains": [{"domain": FOUR[0], "reason": "errored"}]}})]
    {
        let harness = Harness::start().await;
        let token = harness.session("s1");
        let old = quote(&harness, &token, &FOUR, 200).await.data();
        let body = Some(body.to_string());
        harness.stack.sandbox.fail_next(Fault { body, times: 5, ..Fault::on("POST", "/domains/availability") });
        let reply = harness.place(&token, &with_quote(&FOUR, &old["token"]), 400).await;
        assert_eq!((reply.code().as_str(), &reply.error()["retryable"]), ("domain_not_checked", &json!(true)));
        harness.stack.sandbox.clear_faults();
        harness.place(&token, &with_quote(&FOUR, &old["token"]), 201).await;
    }
    // Beside an unavailable domain, it is a change.
    let harness = Harness::start().await;
    let token = harness.session("s1");
    let old = quote(&harness, &token, &FOUR, 200).await.data();
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::Errored);
    harness.stack.sandbox.set_domain(FOUR[1], DomainOutcome::Taken);
    let reply = harness.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.findings(), ["domains[0] domain_not_checked", "domains[1] domain_unavailable"]);
}

#[tokio::test]
async fn higher_price_and_unavailable_domain_are_both_listed() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    let old = quote(&harness, &token, &FOUR, 200).await.data();
    harness.stack.sandbox.set_domain(FOUR[1], DomainOutcome::Taken);
    harness.stack.sandbox.set_domain(FOUR[2], DomainOutcome::priced(9_900, 1_500));
    let reply = harness.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.findings(), ["domains[1] domain_unavailable", "domains[2] price_rose"]);
}

#[tokio::test]
async fn prices_in_several_currencies_are_not_summed() {
    let harness = Harness::start().await;
    let row = |name: &str, currency: Value| {
        json!({"domain": name, "available": true, "price_cents": 1_300, "renewal_price_cents": 1_500,
               "currency": currency, "usable_for": null, "premium": false})
    };
    let answer = |currencies: [Value; 4]| {
        let rows: Vec<Value> = FOUR.iter().zip(currencies).map(|(name, currency)| row(name, currency)).collect();
        let body = Some(json!({"data": {"domains": rows}}).to_string());
        harness.stack.sandbox.fail_next(Fault { body, ..Fault::on("POST", "/domains/availability") });
    };
    answer([json!("eur"), json!("USD"), json!("eur"), json!("eur")]);
    let refused = quote(&harness, &harness.session("s1"), &FOUR, 502).await;
    assert_eq!(refused.code(), "upstream_unreadable");
    // In any letter case; a row without a currency has that of the others. Supported providers are absent here.
    answer([json!("EUR"), json!("eur"), Value::Null, json!("Eur")]);
    let token = harness.session("s2");
    assert_eq!(quote(&harness, &token, &FOUR, 200).await.data()["currency"], "eur");
    answer([json!("usd"), json!("usd"), json!("usd"), json!("usd")]);
    let rows = harness.ask(&token, &FOUR, 200).await.data()["domains"].clone();
    assert_eq!(rows[0]["usable_for"], json!(["google", "microsoft"]), "an absent list excludes no provider");
}

#[tokio::test]
async fn invalid_quote_costs_no_upstream_call() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("s1");
    claims["plan"] = json!({"microsoft_licenses": 4});
    let token = harness.sign(&claims);
    for names in [&[FOUR[0], FOUR[0], FOUR[1], FOUR[2]][..], &FOUR[..3], &[FOUR[0], "a..com", FOUR[1], FOUR[2]]] {
        quote(&harness, &token, names, 400).await;
    }
    assert_eq!(harness.stack.sandbox.received().len(), 0);
}

#[tokio::test]
async fn expired_quote_is_renewed_before_ordering() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    let old = quote(&harness, &token, &FOUR, 200).await.data();
    harness.advance(600).await;
    let reply = harness.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.findings(), ["quote quote_expired"]);
    assert_eq!(reply.error()["message"], "The quote has expired. Look at the prices again before you order.");
    let fresh = reply.error()["details"]["quote"]["token"].clone();
    harness.place(&token, &with_quote(&FOUR, &fresh), 201).await;
}

#[tokio::test]
async fn foreign_or_forged_quote_is_refused() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    let theirs = quote(&harness, &harness.session("s2"), &FOUR, 200).await.data();
    let mine = quote(&harness, &token, &FOUR, 200).await.data();
    let others = ["acme-mail.com", "getacme.com", "acme-hq.com", "acme-team.com"];
    let whole = mine["token"].as_str().unwrap();
    let (start, end) = whole.rsplit_once('.').unwrap();
    let other = if end.starts_with('A') { 'B' } else { 'A' };
    let altered = format!("{start}.{other}{}", end.chars().skip(1).collect::<String>());
    for (quote, message) in [
        (&theirs["token"], "The quote belongs to another session. Request a new one."),
        (&json!(altered), "The quote was altered, or its key is no longer used. Request a new one."),
        // A session token is signed with the same key, and is not a quote.
        (&json!(token), "The quote was altered, or its key is no longer used. Request a new one."),
        (&mine["id"], "This is not the token of a quote. Send the token that came with the quote, not its id."),
        (&json!("x.y.z"), "This is not the token of a quote. Send the token that came with the quote, not its id."),
    ] {
        let refused = harness.place(&token, &with_quote(&FOUR, quote), 400).await;
        assert_eq!(refused.findings(), ["quote quote_invalid"], "{quote}");
        assert_eq!(refused.error()["message"], message, "{quote}");
    }
    assert_eq!(harness.place(&token, &with_quote(&others, &mine["token"]), 400).await.code(), "quote_mismatch");
    assert!(harness.stack.sandbox.orders().is_empty());
}

#[tokio::test]
async fn quote_token_grants_no_access() {
    let harness = Harness::start().await;
    let quote = quote(&harness, &harness.session("s1"), &FOUR, 200).await.data();
    let call = Call::get("/v1/session").bearer(quote["token"].as_str().unwrap());
    // Quotes are bound to their customer, and signed with their own key.
    let mut claims = harness.claims("s1");
    claims["sub"] = json!("other@example.com");
    let body = with_quote(&FOUR, &quote["token"]);
    assert_eq!(harness.place(&harness.sign(&claims), &body, 400).await.code(), "quote_invalid");
    assert_eq!(harness.send(call, 401).await.code(), "session_signature");
}

#[tokio::test]
async fn picks_that_do_not_match_the_plan_get_no_quote() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    let reply = quote(&harness, &token, &FOUR[..3], 400).await;
    assert_eq!(reply.findings(), ["domains domain_count_mismatch"]);
    let reply = quote(&harness, &token, &["acme-mail.com", "getacme.com", "acme-hq.com", "taken-acme.com"], 400).await;
    assert_eq!(reply.findings(), ["domains[3] domain_unavailable"]);
    let reply = quote(&harness, &token, &["acme-mail.com", "getacme.com", "acme-hq.com", "no name"], 400).await;
    assert_eq!(reply.findings(), ["domains[3] domain_bad_character"]);
}

#[tokio::test]
async fn session_limit_applies_to_quotes() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("s1");
    claims["max_total_cents"] = json!(4 * 1_300 - 1);
    let reply = quote(&harness, &harness.sign(&claims), &FOUR, 400).await;
    assert_eq!(reply.code(), "total_too_high");
}
