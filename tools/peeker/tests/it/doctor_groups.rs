//! `webhook doctor` with many deliveries: clocks, groups, unexplained ones, and the extent of the search.

use crate::doctor::{cases, doctor, parts, shell, without_secrets};
use crate::stage::Stage;
use serde_json::{Value, json};

#[test]
fn late_time_names_the_setting_that_accepts_it() {
    let Some(cases) = cases() else { return };
    for (name, finding, words) in [
        ("hour_behind", "clock_behind WEBHOOK_TOLERANCE_SECONDS=3960", "The difference is whole hours"),
        ("hour_ahead", "clock_ahead WEBHOOK_TOLERANCE_SECONDS=3900", "after it arrived, so Peeker's clock is ahead"),
        ("repeated", "repeated_signature WEBHOOK_ACCEPT_LATE=on", "repeats the signature of its first attempt"),
        ("nearly_a_day_behind", "clock_behind WEBHOOK_TOLERANCE_SECONDS=86400", "a clock is wrong"),
        ("over_a_day_behind", "clock_behind WEBHOOK_ACCEPT_LATE=on", "a clock is wrong"),
    ] {
        let (code, data) = doctor(&cases[name]);
        let (_, findings, _) = parts(&data["groups"][0]);
        assert_eq!((code, findings), (0, vec![finding.to_owned()]), "{name}: {data:#}");
        assert!(data["groups"][0]["findings"][0]["message"].as_str().unwrap().contains(words), "{name}: {data:#}");
    }
}

#[test]
fn time_that_no_setting_accepts_is_reported() {
    let Some(cases) = cases() else { return };
    for (name, finding, words) in [
        ("days_late", "signed_too_long_ago", "let it deliver the event again"),
        ("days_behind", "clock_behind", "a clock is wrong"),
        ("days_ahead", "clock_ahead", "WEBHOOK_TOLERANCE_SECONDS is at most 86400"),
    ] {
        let (code, data) = doctor(&cases[name]);
        let (_, findings, _) = parts(&data["groups"][0]);
        assert_eq!((code, findings), (1, vec![finding.to_owned()]), "{name}: {data:#}");
        assert!(data["groups"][0]["findings"][0]["message"].as_str().unwrap().contains(words), "{name}: {data:#}");
    }
}

#[test]
fn unknown_signature_format_is_described() {
    let Some(cases) = cases() else { return };
    for (name, words) in [
        ("sha384", "96 characters, hexadecimal of 48 bytes, which suggests HMAC-SHA384"),
        ("md5", "32 characters, hexadecimal of 16 bytes, which suggests HMAC-MD5"),
        ("after_0x", "66 characters, hexadecimal after 0x of 32 bytes, which suggests HMAC-SHA256"),
        ("with_colons", "95 characters, hexadecimal with colons of 32 bytes, which suggests HMAC-SHA256"),
        ("base32", "56 characters, base32 of 32 bytes, which suggests HMAC-SHA256"),
    ] {
        let (code, data) = doctor(&cases[name]);
        let (heading, findings, _) = parts(&data["groups"][0]);
        assert_eq!((code, findings), (1, vec!["signature_unknown".to_owned()]), "{name}: {data:#}");
        assert_eq!(heading, "The delivery is signed in an unknown form.", "{name}");
        assert!(data["groups"][0]["findings"][0]["message"].as_str().unwrap().contains(words), "{name}: {data:#}");
    }
}

#[test]
fn deliveries_are_grouped_largest_group_first() {
    let Some(cases) = cases() else { return };
    let (code, data) = doctor(&cases["two_ways"]);
    let groups: Vec<_> = data["groups"].as_array().unwrap().iter().map(parts).collect();
    let expected = [
        (
            "3 of 5 deliveries are signed over {event_id}.{timestamp}.{body} with webhook secret 1.".to_owned(),
            vec!["base_string WEBHOOK_BASE_STRING={event_id}.{timestamp}.{body}".to_owned()],
            String::new(),
        ),
        (
            "2 of 5 deliveries are signed over {timestamp}.{body} with webhook secret 1 of the other environment."
                .to_owned(),
            vec!["other_environment OTHER_STAGE_URL".to_owned()],
            String::new(),
        ),
    ];
    assert_eq!((code, groups.as_slice()), (0, &expected[..]), "{data:#}");
    assert_eq!(data["groups"][1]["deliveries"], json!(["rej_4", "rej_5"]));
    let (_, data) = doctor(&cases["late_and_in_time"]);
    let groups: Vec<_> = data["groups"].as_array().unwrap().iter().map(|group| parts(group).1).collect();
    let base = "base_string WEBHOOK_BASE_STRING={event_id}.{timestamp}.{body}".to_owned();
    let late = "repeated_signature WEBHOOK_ACCEPT_LATE=on".to_owned();
    assert_eq!(groups, [vec![base.clone()], vec![base, late]], "{data:#}");
}

#[test]
fn unexplained_signature_lists_attempts_and_advice() {
    let Some(cases) = cases() else { return };
    let (code, data) = doctor(&cases["wrong_secret"]);
    let (heading, findings, _) = parts(&data["groups"][0]);
    assert_eq!((code, heading.as_str()), (1, "2 of 2 deliveries are signed in an unknown way."));
    assert_eq!(findings, ["nothing_fits", "check_secret", "check_bytes"], "{data:#}");
    let message = data["groups"][0]["findings"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("No secret reproduces any signature. Tried "), "{message}");
    for words in [
        "all of them on 2 of 2 deliveries: ",
        "readings of 1 secret",
        "SHA-1 and SHA-512",
        "Possible signatures are in Peeker-Signature.",
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }
    assert!(data["combinations"].as_u64().unwrap() > 10_000, "{data:#}");
    for (list, name) in [
        ("base_strings", "{event_id} {timestamp in milliseconds} {body}"),
        ("base_strings", "{method} {path} {timestamp} {body}"),
        ("separators", "\\r\\n"),
        ("keys", "webhook secret 1 decoded from base64"),
        ("encodings", "base64url"),
        ("bodies", "as JSON indented by two spaces"),
    ] {
        let all = data["tried"][list].as_array().unwrap();
        assert!(all.contains(&json!(name)), "{list}: {all:?}");
    }
    let case = &cases["wrong_secret"];
    let verbose = ["webhook", "doctor", "--file", "rejected.json", "--verbose"];
    let shown = without_secrets(shell(case).run(&verbose), case).ended(1).stdout;
    assert!(shown.contains("Keys: webhook secret 1 unchanged; webhook secret 1 without its whsec_"), "{shown}");
}

#[test]
fn nearly_matching_signature_is_no_match() {
    let Some(cases) = cases() else { return };
    let (code, data) = doctor(&cases["last_digit_wrong"]);
    assert_eq!((code, parts(&data["groups"][0]).1[0].as_str()), (1, "nothing_fits"), "{data:#}");
}

#[test]
fn undecidable_cases_are_reported() {
    let Some(cases) = cases() else { return };
    for (name, heading, finding) in [
        ("cut", "The delivery cannot be checked.", "body_truncated"),
        ("withheld", "The delivery cannot be checked.", "body_withheld"),
        ("unsigned", "The delivery is not signed.", "no_signature"),
        ("no_event", "The delivery is signed over {timestamp}.{body} with webhook secret 1.", "event_malformed"),
        (
            "other_event",
            "2 of 2 deliveries are signed over {timestamp}.{body} with webhook secret 1.",
            "event_id_mismatch",
        ),
        ("as_set", "2 of 2 deliveries are signed over {timestamp}.{body} with webhook secret 1.", "other_settings"),
    ] {
        let (code, data) = doctor(&cases[name]);
        let (head, findings, _) = parts(&data["groups"][0]);
        assert_eq!((code, head.as_str(), findings), (1, heading, vec![finding.to_owned()]), "{name}: {data:#}");
    }
}

#[test]
fn search_cost_is_bounded_and_shared() {
    let Some(cases) = cases() else { return };
    let (_, data) = doctor(&cases["many"]);
    assert_eq!(data["groups"][0]["count"], 100);
    let (_, first) = doctor(&cases["event_timestamp_body"]);
    let searched = |data: &Value| data["combinations"].as_u64().unwrap();
    assert_eq!(searched(&data), searched(&first), "each delivery was searched again");
    let mut unknown = cases["many"].clone();
    unknown["secret"] = json!("whsec_unknown_1");
    let (_, data) = doctor(&unknown);
    let message = data["groups"][0]["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("all of them on 3 of 100 deliveries, and the usual ones on all: "), "{message}");
    let mut case = cases["large"].clone();
    case["secret"] = json!("whsec_unknown_1,whsec_unknown_2,whsec_unknown_3,whsec_unknown_4");
    let (_, data) = doctor(&case);
    assert!((10_000..400_000).contains(&searched(&data)), "{data:#}");
}

#[tokio::test]
async fn stage_is_called_with_the_partner_key() {
    let Some(cases) = cases() else { return };
    let case = &cases["event_timestamp_body"];
    let stage = Stage::start(200, json!({"data": case["rows"]}));
    let mut shell = shell(case);
    stage.connect(&mut shell);
    let run = without_secrets(shell.run(&["webhook", "doctor"]), case).ended(0);
    let expected = "3 of 3 deliveries are signed over {event_id}.{timestamp}.{body} with webhook secret 1.\n  set     \
                    base_string: Set WEBHOOK_BASE_STRING to {event_id}.{timestamp}.{body}; the receiver presumably expects \
                    {timestamp}.{body}.\n";
    assert_eq!(run.stdout, expected);
    assert_eq!(stage.requests(), ["GET /v1/webhooks/rejected Bearer partner_of_the_test"]);
}
