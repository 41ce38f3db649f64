//! Invalid orders: each is refused with its exact code and field, and nothing is sent upstream.

use crate::client::{Call, FOUR, Harness, draft};
use serde_json::{Value, json};

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = draft(&FOUR);
    change(&mut body);
    body
}

fn person() -> Value {
    json!({"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null})
}

/// Sends each body, expects `400` with exactly these findings, and then places a valid order in the same session.
async fn refused(cases: Vec<(&str, Value, &[&str])>) {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    for (what, body, findings) in cases {
        let reply = harness.place(&token, &body, 400).await;
        assert_eq!(reply.findings(), findings, "{what}");
        let (field, code) = findings[0].split_once(' ').unwrap();
        assert_eq!(reply.code(), code, "{what}: the first finding leads");
        assert_eq!(reply.error()["field"], field, "{what}");
        assert!(harness.show_session(&token).await["order"].is_null(), "{what}");
    }
    assert_eq!(harness.orders_sent(), 0, "nothing was sent upstream");
    assert!(harness.stack.sandbox.orders().is_empty());
    harness.place(&token, &draft(&FOUR), 201).await;
}

#[tokio::test]
async fn body_of_another_shape_is_refused_field_by_field() {
    refused(vec![
        ("nothing", json!({}), &["domains missing_field", "personas missing_field"]),
        ("nulls", with(|b| b["domains"] = Value::Null), &["domains missing_field"]),
        ("a text for domains", with(|b| b["domains"] = json!("acme-mail.com")), &["domains wrong_type"]),
        ("a number among domains", with(|b| b["domains"][2] = json!(7)), &["domains[2] wrong_type"]),
        ("a domain without a name", with(|b| b["domains"][0] = json!({})), &["domains[0].domain missing_field"]),
        ("a person who is a text", with(|b| b["personas"][0] = json!("Sam")), &["personas[0] wrong_type"]),
        ("a forwarding URL that is a list", with(|b| b["forwarding_url"] = json!([])), &["forwarding_url wrong_type"]),
        ("a quote that is a number", with(|b| b["quote"] = json!(1)), &["quote wrong_type"]),
    ])
    .await;
}

#[tokio::test]
async fn unknown_field_is_refused_at_any_depth() {
    let long = "x".repeat(500);
    let shown = format!("{} unknown_field", "x".repeat(64));
    refused(vec![
        ("at the top", with(|b| b["bundle_id"] = json!("bun_other")), &["bundle_id unknown_field"]),
        ("a price", with(|b| b["max_total_cents"] = json!(1)), &["max_total_cents unknown_field"]),
        (
            "in a domain",
            with(|b| b["domains"][1] = json!({"domain": "getacme.com", "provider": "google"})),
            &["domains[1].provider unknown_field"],
        ),
        ("in a person", with(|b| b["personas"][0]["nickname"] = json!("S")), &["personas[0].nickname unknown_field"]),
        ("a very long one", with(|b| b[long.as_str()] = json!(1)), &[shown.as_str()]),
    ])
    .await;
}

#[tokio::test]
async fn personas_are_one_to_ten_with_names_and_a_picture_key() {
    refused(vec![
        ("none", with(|b| b["personas"] = json!([])), &["personas personas_missing"]),
        ("eleven", with(|b| b["personas"] = json!(vec![person(); 11])), &["personas too_many_personas"]),
        (
            "no picture key",
            with(|b| b["personas"][0] = json!({"first_name": "Sam", "last_name": "Lee"})),
            &["personas[0].profile_picture_url missing_field"],
        ),
        (
            "a picture that is a number",
            with(|b| b["personas"][0]["profile_picture_url"] = json!(5)),
            &["personas[0].profile_picture_url wrong_type"],
        ),
        (
            "a picture on this machine",
            with(|b| b["personas"][0]["profile_picture_url"] = json!("http://localhost/sam.jpg")),
            &["personas[0].profile_picture_url picture_url_invalid"],
        ),
        ("an empty name", with(|b| b["personas"][0]["last_name"] = json!(" ")), &["personas[0].last_name name_empty"]),
        (
            "markup for a name",
            with(|b| b["personas"][0]["first_name"] = json!("<b>Sam</b>")),
            &["personas[0].first_name name_bad_character"],
        ),
        (
            "a long name",
            with(|b| b["personas"][0]["first_name"] = json!("a".repeat(65))),
            &["personas[0].first_name name_too_long"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn redirects_must_be_public_web_addresses() {
    let of_domain = |url: &str| with(|b| b["domains"][2] = json!({"domain": "acme-hq.com", "forwarding_url": url}));
    refused(vec![
        ("script", with(|b| b["forwarding_url"] = json!("javascript:alert(1)")), &["forwarding_url url_bad_scheme"]),
        (
            "this machine",
            with(|b| b["forwarding_url"] = json!("http://localhost")),
            &["forwarding_url url_host_not_public"],
        ),
        (
            "the cloud's own address",
            with(|b| b["forwarding_url"] = json!("http://169.254.169.254/latest/meta-data")),
            &["forwarding_url url_host_not_public"],
        ),
        ("script for one domain", of_domain("javascript:alert(1)"), &["domains[2].forwarding_url url_bad_scheme"]),
        (
            "this machine for one domain",
            of_domain("http://localhost:8080/"),
            &["domains[2].forwarding_url url_host_not_public"],
        ),
        (
            "a password for one domain",
            of_domain("https://sam:secret@acme.com"),
            &["domains[2].forwarding_url url_with_credentials"],
        ),
        ("no scheme", with(|b| b["forwarding_url"] = json!("acme.com")), &["forwarding_url url_bad_scheme"]),
        (
            "a domain of the order",
            with(|b| b["forwarding_url"] = json!("https://WWW.acme-mail.com/x")),
            &["forwarding_url redirect_to_itself"],
        ),
        ("one domain to itself", of_domain("https://acme-hq.com."), &["domains[2].forwarding_url redirect_to_itself"]),
    ])
    .await;
}

#[tokio::test]
async fn domains_must_match_the_plan_exactly() {
    let three = &FOUR[..3];
    let five = [&FOUR[..], &["acme-post.com"]].concat();
    let google = ["googleonly-a.com", "googleonly-b.com", "googleonly-c.com", "googleonly-d.com"];
    refused(vec![
        ("too few", draft(three), &["domains domain_count_mismatch"]),
        ("none", draft(&[]), &["domains domain_count_mismatch"]),
        ("too many", draft(&five), &["domains domain_count_mismatch"]),
        (
            "one of them twice, in another spelling",
            draft(&["acme-mail.com", "getacme.com", "acme-hq.com", "ACME-Mail.com."]),
            &["domains[3] duplicate_domain"],
        ),
        ("a subdomain", with(|b| b["domains"][0] = json!("mail.acme.com")), &["domains[0] domain_is_subdomain"]),
        ("none for Microsoft", draft(&google), &["domains not_enough_microsoft_domains"]),
        ("a taken name", with(|b| b["domains"][3] = json!("taken-acme.com")), &["domains[3] domain_unavailable"]),
        ("a premium name", with(|b| b["domains"][3] = json!("premium-acme.com")), &["domains[3] domain_unavailable"]),
        (
            "an unchecked name",
            with(|b| b["domains"][3] = json!("errored-acme.com")),
            &["domains[3] domain_not_checked"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn wrong_domain_count_reports_the_counts() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let few = harness.place(&token, &draft(&FOUR[..3]), 400).await.error()["details"].clone();
    assert_eq!(
        (&few["required_count"], &few["submitted_count"], &few["missing_count"]),
        (&json!(4), &json!(3), &json!(1))
    );
    let five = [&FOUR[..], &["acme-post.com"]].concat();
    let many = harness.place(&token, &draft(&five), 400).await.error()["details"].clone();
    assert_eq!(
        (&many["required_count"], &many["submitted_count"], &many["missing_count"]),
        (&json!(4), &json!(5), &Value::Null)
    );
}

#[tokio::test]
async fn all_problems_are_reported_in_form_order() {
    let shape = json!({
        "domains": [5, {"forwarding_url": 3, "color": "red"}], "personas": [{"first_name": 1}], "color": "red",
    });
    let content = json!({
        "domains": ["acme-mail.com", "acme-mail.com", {"domain": "a b.com", "forwarding_url": "ftp://acme.com"}],
        "personas": [{"first_name": "", "last_name": "L33t#", "profile_picture_url": "nope"}],
        "forwarding_url": "http://127.1/",
    });
    refused(vec![
        (
            "the shape",
            shape,
            &[
                "domains[0] wrong_type",
                "domains[1].domain missing_field",
                "domains[1].forwarding_url wrong_type",
                "domains[1].color unknown_field",
                "personas[0].first_name wrong_type",
                "personas[0].last_name missing_field",
                "personas[0].profile_picture_url missing_field",
                "color unknown_field",
            ],
        ),
        (
            "the content",
            content,
            &[
                "domains domain_count_mismatch",
                "domains[1] duplicate_domain",
                "domains[2] domain_bad_character",
                "domains[2].forwarding_url url_bad_scheme",
                "personas[0].first_name name_empty",
                "personas[0].last_name name_bad_character",
                "personas[0].profile_picture_url picture_url_invalid",
                "forwarding_url url_host_not_public",
            ],
        ),
    ])
    .await;
}

#[tokio::test]
async fn wrong_type_or_quote_hides_no_other_problem() {
    let mixed = json!({
        "domains": ["a b.com", {"domain": "x.com", "forwarding_url": "ftp://x"}, {"forwarding_url": "ftp://x"}, "x.com"],
        "personas": [{"first_name": "", "last_name": 5}], "forwarding_url": "x y", "quote": "bad", "z": 1,
    });
    let quoted = json!({
        "domains": ["a b.com"], "personas": [{"first_name": "", "last_name": "Lee", "profile_picture_url": null}],
        "forwarding_url": "x y", "quote": "bad",
    });
    refused(vec![
        (
            "a mix",
            mixed,
            &[
                "domains[0] domain_bad_character",
                "domains[1].forwarding_url url_bad_scheme",
                "domains[2].domain missing_field",
                "domains[2].forwarding_url url_bad_scheme",
                "domains[3] duplicate_domain",
                "personas[0].last_name wrong_type",
                "personas[0].profile_picture_url missing_field",
                "personas[0].first_name name_empty",
                "forwarding_url url_bad_character",
                "quote quote_invalid",
                "z unknown_field",
            ],
        ),
        (
            "an unknown quote",
            quoted,
            &[
                "domains[0] domain_bad_character",
                "personas[0].first_name name_empty",
                "forwarding_url url_bad_character",
                "quote quote_invalid",
            ],
        ),
    ])
    .await;
    let harness = Harness::start().await;
    let number = harness.place(&harness.session("ses_1"), &with(|b| b["domains"][0] = json!(5)), 400).await;
    let message = "domains[0] must be a domain name, or an object with domain and forwarding_url.";
    assert_eq!(number.error()["message"], message);
}

#[tokio::test]
async fn invalid_json_is_refused_with_its_position() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let post = |body: &'static [u8]| Call::post("/v1/orders").bearer(&token).body(body);
    for (body, code) in [
        (&b""[..], "not_json"),
        (b"{\"domains\": [", "not_json"),
        (b"{'domains': []}", "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (b"\"order\"", "not_an_object"),
    ] {
        let reply = harness.send(post(body), 400).await;
        assert_eq!(reply.code(), code, "{}", String::from_utf8_lossy(body));
    }
    let broken = harness.send(post(b"{\n  \"domains\": oops}"), 400).await;
    let message = broken.error()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("line 2, column 14"), "{message}");
    assert_eq!(harness.orders_sent(), 0);
    // A byte order mark is ignored.
    let body = format!("\u{feff}{}", draft(&FOUR));
    harness.send(Call::post("/v1/orders").bearer(&token).body(body), 201).await;
}

#[tokio::test]
async fn error_lists_limited_findings_and_counts_the_rest() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let keys: Vec<String> = (0..40_000).map(|n| format!("\"k{n}\":1")).collect();
    let whole = format!("{{\"domains\": [\"a.com\"], {}}}", keys.join(","));
    let inside = format!("{{\"domains\": [{{\"domain\": \"a.com\", {}}}], \"personas\": []}}", keys.join(","));
    for body in [whole, inside] {
        let reply = harness.send(Call::post("/v1/orders").bearer(&token).body(body), 400).await;
        let details = reply.error()["details"].clone();
        assert!(reply.text.len() < 1024 * 1024, "{} bytes", reply.text.len());
        assert_eq!(details["findings"].as_array().unwrap().len(), 2_000);
        assert!(details["findings_left_out"].as_u64().unwrap() >= 38_000, "{}", details["findings_left_out"]);
    }
}

#[tokio::test]
async fn deeply_nested_json_is_refused_without_crash() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let deep = format!("{{\"domains\": {}{}}}", "[".repeat(50_000), "]".repeat(50_000));
    let reply = harness.send(Call::post("/v1/orders").bearer(&token).body(deep), 400).await;
    assert_eq!(reply.code(), "not_json");
    harness.place(&token, &draft(&FOUR), 201).await;
}

#[tokio::test]
async fn body_is_limited_to_4_mebibytes() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let body = draft(&FOUR).to_string();
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    let post = |length: usize| Call::post("/v1/orders").bearer(&token).body(padded(length));
    let refused = harness.send(post(4 * 1024 * 1024 + 1), 413).await;
    assert_eq!(refused.code(), "body_too_large");
    assert!(harness.stack.sandbox.received().is_empty());
    harness.send(post(4 * 1024 * 1024), 201).await;
}

#[tokio::test]
async fn truncated_body_places_nothing() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let body = draft(&FOUR).to_string();
    let head = format!(
        "POST /v1/orders HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n",
        body.len() + 1
    );
    let answer = harness.raw(format!("{head}{body}").as_bytes()).await;
    assert!(answer.is_empty() || answer.contains("\"code\":\"body_incomplete\""), "{answer}");
    assert!(harness.stack.sandbox.received().is_empty());
    harness.place(&token, &draft(&FOUR), 201).await;
}
