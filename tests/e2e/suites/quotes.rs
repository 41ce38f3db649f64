//! A customer pays what it was told: quotes are signed, hold for ten minutes, and are checked again when the order comes.

use crate::client::{Bench, Call, FOUR, draft};
use sandbox::{DomainOutcome, Fault};
use serde_json::{Value, json};

async fn quote(bench: &Bench, token: &str, names: &[&str], status: u16) -> crate::client::Reply {
    bench.send(Call::post("/v1/quotes").bearer(token).json(&json!({ "domains": names })), status).await
}

fn with_quote(names: &[&str], quote: &Value) -> Value {
    let mut body = draft(names);
    body["quote"] = quote.clone();
    body
}

#[tokio::test]
async fn a_quote_tells_each_price_the_totals_and_how_long_it_holds() {
    let bench = Bench::start().await;
    let quote = quote(&bench, &bench.session("s1"), &FOUR, 200).await.data();
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
async fn an_order_under_its_quote_is_placed() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    let quote = quote(&bench, &token, &FOUR, 200).await.data();
    bench.place(&token, &with_quote(&FOUR, &quote["token"]), 201).await;
}

#[tokio::test]
async fn a_price_that_rose_places_nothing_and_comes_with_a_new_quote() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    let old = quote(&bench, &token, &FOUR, 200).await.data();
    bench.stack.sandbox.set_domain(FOUR[2], DomainOutcome::priced(9_900, 1_500));

    let reply = bench.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.code(), "quote_changed");
    assert_eq!(reply.findings(), ["domains[2] price_rose"]);
    let fresh = reply.error()["details"]["quote"].clone();
    assert_eq!(fresh["total_cents"], 3 * 1_300 + 9_900);
    assert!(bench.stack.sandbox.orders().is_empty(), "something was placed under an old price");

    bench.place(&token, &with_quote(&FOUR, &fresh["token"]), 201).await;
}

#[tokio::test]
async fn a_renewal_price_that_rose_is_told_too() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    let old = quote(&bench, &token, &FOUR, 200).await.data();
    bench.stack.sandbox.set_domain(FOUR[0], DomainOutcome::priced(1_300, 1_501));
    let reply = bench.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.findings(), ["domains[0] renewal_price_rose"]);
}

#[tokio::test]
async fn a_renewal_price_that_upstream_does_not_say_is_not_made_up() {
    for renewal in [None, Some(Value::Null), Some(json!("soon"))] {
        let bench = Bench::start().await;
        let token = bench.session("s1");
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
        bench.stack.sandbox.fail_next(Fault { body, times: 3, ..Fault::on("POST", "/domains/availability") });
        let rows = bench.ask(&token, &FOUR, 200).await.data()["domains"].clone();
        assert_eq!(
            (rows[0].get("renewal_price_cents"), rows[1].get("renewal_price_cents")),
            (Some(&json!(1_500)), None)
        );
        let quote = quote(&bench, &token, &FOUR, 200).await.data();
        assert_eq!(quote["lines"][0]["renewal_price_cents"], 1_500);
        assert_eq!(quote["lines"][1], json!({"domain": FOUR[1], "price_cents": 1_300}), "{renewal:?}");
        assert_eq!((&quote["total_cents"], quote.get("renewal_total_cents")), (&json!(5_200), None), "{renewal:?}");
        // Known by now: that is not a price that rose.
        bench.stack.sandbox.clear_faults();
        bench.place(&token, &with_quote(&FOUR, &quote["token"]), 201).await;
        bench.stack.stop().await;
    }
}

#[tokio::test]
async fn a_price_that_fell_is_no_reason_to_ask_again() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    let old = quote(&bench, &token, &FOUR, 200).await.data();
    bench.stack.sandbox.set_domain(FOUR[0], DomainOutcome::priced(900, 1_500));
    bench.place(&token, &with_quote(&FOUR, &old["token"]), 201).await;
}

#[tokio::test]
async fn a_domain_that_went_places_nothing() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    let old = quote(&bench, &token, &FOUR, 200).await.data();
    bench.stack.sandbox.set_domain(FOUR[3], DomainOutcome::Taken);
    let reply = bench.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.code(), "quote_changed");
    assert_eq!(reply.findings(), ["domains[3] domain_unavailable"]);
    assert!(bench.stack.sandbox.orders().is_empty());
}

#[tokio::test]
async fn what_upstream_refuses_when_the_order_is_placed_is_named() {
    let bench = Bench::start().await;
    let refusal = json!({"error": {"code": "invalid_request", "message": "Replace them", "field": "domains",
        "details": {"domains": [{"domain": FOUR[2], "reason": "taken"}, {"domain": FOUR[0]}, "nowhere.com"]}}});
    let refuse = || {
        let body = Some(refusal.to_string());
        bench.stack.sandbox.fail_next(Fault { status: Some(400), body, ..Fault::on("POST", "/orders") });
    };
    let findings = ["domains[0] domain_unavailable", "domains[2] domain_unavailable"];
    refuse();
    let reply = bench.place(&bench.session("s1"), &draft(&FOUR), 400).await;
    assert_eq!(
        (reply.code().as_str(), reply.findings().as_slice()),
        ("domain_unavailable", &findings.map(str::to_owned)[..])
    );
    assert!(reply.text.contains(&format!("{} is taken", FOUR[2])), "{}", reply.text);
    let token = bench.session("s2");
    let shown = quote(&bench, &token, &FOUR, 200).await.data();
    refuse();
    let reply = bench.place(&token, &with_quote(&FOUR, &shown["token"]), 409).await;
    assert_eq!(
        (reply.code().as_str(), reply.findings().as_slice()),
        ("quote_changed", &findings.map(str::to_owned)[..])
    );
    bench.place(&token, &with_quote(&FOUR, &shown["token"]), 201).await;
}

#[tokio::test]
async fn names_that_cannot_be_checked_just_now_have_not_changed() {
    for body in
        [json!({"data": {"domains": []}}), json!({"data": {"domains": [{"domain": FOUR[0], "reason": "errored"}]}})]
    {
        let bench = Bench::start().await;
        let token = bench.session("s1");
        let old = quote(&bench, &token, &FOUR, 200).await.data();
        let body = Some(body.to_string());
        bench.stack.sandbox.fail_next(Fault { body, times: 5, ..Fault::on("POST", "/domains/availability") });
        let reply = bench.place(&token, &with_quote(&FOUR, &old["token"]), 400).await;
        assert_eq!((reply.code().as_str(), &reply.error()["retryable"]), ("domain_not_checked", &json!(true)));
        bench.stack.sandbox.clear_faults();
        bench.place(&token, &with_quote(&FOUR, &old["token"]), 201).await;
    }
    // Beside one that went it is a change.
    let bench = Bench::start().await;
    let token = bench.session("s1");
    let old = quote(&bench, &token, &FOUR, 200).await.data();
    bench.stack.sandbox.set_domain(FOUR[0], DomainOutcome::Errored);
    bench.stack.sandbox.set_domain(FOUR[1], DomainOutcome::Taken);
    let reply = bench.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.findings(), ["domains[0] domain_not_checked", "domains[1] domain_unavailable"]);
}

#[tokio::test]
async fn a_price_that_rose_is_told_beside_a_domain_that_went() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    let old = quote(&bench, &token, &FOUR, 200).await.data();
    bench.stack.sandbox.set_domain(FOUR[1], DomainOutcome::Taken);
    bench.stack.sandbox.set_domain(FOUR[2], DomainOutcome::priced(9_900, 1_500));
    let reply = bench.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.findings(), ["domains[1] domain_unavailable", "domains[2] price_rose"]);
}

#[tokio::test]
async fn prices_in_several_currencies_are_not_added_up() {
    let bench = Bench::start().await;
    let row = |name: &str, currency: Value| {
        json!({"domain": name, "available": true, "price_cents": 1_300, "renewal_price_cents": 1_500,
               "currency": currency, "usable_for": null, "premium": false})
    };
    let answer = |currencies: [Value; 4]| {
        let rows: Vec<Value> = FOUR.iter().zip(currencies).map(|(name, currency)| row(name, currency)).collect();
        let body = Some(json!({"data": {"domains": rows}}).to_string());
        bench.stack.sandbox.fail_next(Fault { body, ..Fault::on("POST", "/domains/availability") });
    };
    answer([json!("eur"), json!("USD"), json!("eur"), json!("eur")]);
    let refused = quote(&bench, &bench.session("s1"), &FOUR, 502).await;
    assert_eq!(refused.code(), "upstream_unreadable");
    // In whatever letter case, and a row without a currency is in that of the others. What a name serves is not said here.
    answer([json!("EUR"), json!("eur"), Value::Null, json!("Eur")]);
    let token = bench.session("s2");
    assert_eq!(quote(&bench, &token, &FOUR, 200).await.data()["currency"], "eur");
    answer([json!("usd"), json!("usd"), json!("usd"), json!("usd")]);
    let rows = bench.ask(&token, &FOUR, 200).await.data()["domains"].clone();
    assert_eq!(rows[0]["usable_for"], json!(["google", "microsoft"]), "nobody has said that it serves nothing");
}

#[tokio::test]
async fn a_quote_that_is_wrong_by_itself_costs_no_upstream_call() {
    let bench = Bench::start().await;
    let mut claims = bench.claims("s1");
    claims["plan"] = json!({"microsoft_licenses": 4});
    let token = bench.sign(&claims);
    for names in [&[FOUR[0], FOUR[0], FOUR[1], FOUR[2]][..], &FOUR[..3], &[FOUR[0], "a..com", FOUR[1], FOUR[2]]] {
        quote(&bench, &token, names, 400).await;
    }
    assert_eq!(bench.stack.sandbox.received().len(), 0);
}

#[tokio::test]
async fn an_expired_quote_is_renewed_before_anything_is_placed() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    let old = quote(&bench, &token, &FOUR, 200).await.data();
    bench.advance(600).await;
    let reply = bench.place(&token, &with_quote(&FOUR, &old["token"]), 409).await;
    assert_eq!(reply.findings(), ["quote quote_expired"]);
    assert_eq!(reply.error()["message"], "The quote has expired. Look at the prices again before you order.");
    let fresh = reply.error()["details"]["quote"]["token"].clone();
    bench.place(&token, &with_quote(&FOUR, &fresh), 201).await;
}

#[tokio::test]
async fn a_quote_of_another_session_of_other_domains_or_of_nobody_is_refused() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    let theirs = quote(&bench, &bench.session("s2"), &FOUR, 200).await.data();
    let mine = quote(&bench, &token, &FOUR, 200).await.data();
    let others = ["acme-mail.com", "getacme.com", "acme-hq.com", "acme-team.com"];
    for (body, code) in [
        (with_quote(&FOUR, &theirs["token"]), "quote_invalid"),
        (with_quote(&FOUR, &json!("x.y.z")), "quote_invalid"),
        // A session token is signed with the same key, and is no quote.
        (with_quote(&FOUR, &json!(token)), "quote_invalid"),
        (with_quote(&others, &mine["token"]), "quote_mismatch"),
    ] {
        assert_eq!(bench.place(&token, &body, 400).await.code(), code);
    }
    assert!(bench.stack.sandbox.orders().is_empty());
}

#[tokio::test]
async fn a_quote_opens_nothing() {
    let bench = Bench::start().await;
    let quote = quote(&bench, &bench.session("s1"), &FOUR, 200).await.data();
    let call = Call::get("/v1/session").bearer(quote["token"].as_str().unwrap());
    // Quotes are bound to their customer, and signed with a key of their own.
    let mut claims = bench.claims("s1");
    claims["sub"] = json!("other@example.com");
    let body = with_quote(&FOUR, &quote["token"]);
    assert_eq!(bench.place(&bench.sign(&claims), &body, 400).await.code(), "quote_invalid");
    assert_eq!(bench.send(call, 401).await.code(), "session_signature");
}

#[tokio::test]
async fn picks_that_do_not_fill_the_plan_get_no_quote() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    let reply = quote(&bench, &token, &FOUR[..3], 400).await;
    assert_eq!(reply.findings(), ["domains domain_count_mismatch"]);
    let reply = quote(&bench, &token, &["acme-mail.com", "getacme.com", "acme-hq.com", "taken-acme.com"], 400).await;
    assert_eq!(reply.findings(), ["domains[3] domain_unavailable"]);
    let reply = quote(&bench, &token, &["acme-mail.com", "getacme.com", "acme-hq.com", "no name"], 400).await;
    assert_eq!(reply.findings(), ["domains[3] domain_bad_character"]);
}

#[tokio::test]
async fn the_sessions_limit_holds_for_quotes() {
    let bench = Bench::start().await;
    let mut claims = bench.claims("s1");
    claims["max_total_cents"] = json!(4 * 1_300 - 1);
    let reply = quote(&bench, &bench.sign(&claims), &FOUR, 400).await;
    assert_eq!(reply.code(), "total_too_high");
}
