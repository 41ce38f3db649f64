//! The first delivery to a real stage: it is rejected and stored, and `webhook doctor` names the setting.

use crate::harness::Harness;
use e2e::StackConfig;
use serde_json::Value;

fn event(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","type":"order.completed","created_at":"2026-05-08T12:00:00Z","data":{{"id":"ord_{id}","status":"completed"}}}}"#
    )
}

fn codes(group: &Value) -> Vec<String> {
    let findings = group["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| format!("{}={}", finding["setting"].as_str().unwrap(), finding["value"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn only_rejected_deliveries_are_explained() {
    let harness = Harness::with(StackConfig { captures: true, ..StackConfig::default() }).await;
    harness.shell.write("taken.json", event("evt_taken"));
    harness.run(&["webhook", "send", "taken.json", "--sign"]).await.ended(0);
    let template = "{event_id}.{timestamp}.{body}";
    for id in ["evt_1", "evt_2"] {
        harness.shell.write("event.json", event(id));
        harness.run(&["webhook", "send", "event.json", "--sign", "--base-string", template]).await.ended(1);
    }
    harness.shell.write("event.json", event("evt_late"));
    let late = harness.run(&["webhook", "sign", "event.json", "--at", "30m"]).await.ended(0).stdout;
    harness.shell.write("late.txt", late);
    harness.run(&["webhook", "send", "late.txt"]).await.ended(1);
    let listed = harness.json(&["webhook", "rejected"], 0).await["data"]["deliveries"].clone();
    let column = |name: &str| -> Vec<String> {
        listed.as_array().unwrap().iter().map(|row| row[name].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(column("event_id"), ["evt_late", "evt_2", "evt_1"]);
    assert_eq!(column("reason"), ["webhook_stale", "webhook_signature", "webhook_signature"]);
    let data = harness.json(&["webhook", "doctor"], 0).await["data"].clone();
    let heading = "2 of 3 deliveries are signed over {event_id}.{timestamp}.{body} with webhook secret 1.";
    assert_eq!(data["groups"][0]["heading"], heading, "{data:#}");
    assert_eq!(codes(&data["groups"][0]), [format!("WEBHOOK_BASE_STRING={template}")], "{data:#}");
    assert_eq!(codes(&data["groups"][1]), ["WEBHOOK_ACCEPT_LATE=on"], "{data:#}");
}

#[tokio::test]
async fn stage_without_capture_lists_nothing() {
    let harness = Harness::start().await;
    harness.shell.write("event.json", event("evt_1"));
    harness.run(&["webhook", "send", "event.json", "--sign", "--base-string", "{body}"]).await.ended(1);
    let run = harness.run(&["webhook", "doctor"]).await.ended(4);
    assert!(run.stderr.contains("WEBHOOK_CAPTURE on (parameter WebhookCapture)"), "{}", run.stderr);
    harness.hide(&["partner_key"]);
    harness.run(&["webhook", "doctor"]).await.ended(2);
}

/// Formats of the header, with {good} for the valid digits and {zero} for invalid ones.
const FORMS: [&str; 16] = [
    "v1={good}",
    "v1={zero},v1={good}",
    "v1={zero} v1={good}",
    "t=1778241600, v1={good}",
    "HMAC-SHA256 v1={good}",
    "v0={good},v1={good}",
    "7 v1={good}",
    "8 v1={good}",
    "30 v1={good}",
    "v1={zero};v1={good}",
    "\"v1={good}\"",
    "v1={zero}\tv1={good}",
    "v1={good}; t=1778241600",
    "V1={good}",
    "sha256={good}",
    "{good}",
];

#[tokio::test]
async fn doctor_agrees_with_the_receiver() {
    let harness = Harness::start().await;
    harness.shell.write("event.json", event("evt_1"));
    let signed = harness.run(&["webhook", "sign", "event.json"]).await.ended(0).stdout;
    let good = signed.split("v1=").nth(1).unwrap().get(..64).unwrap().to_owned();
    let mut outcomes = Vec::new();
    for form in FORMS {
        // A leading number adds as many invalid entries.
        let (count, rest) =
            form.split_once(' ').filter(|(count, _)| count.parse::<usize>().is_ok()).unwrap_or(("0", form));
        let wrong = format!("v1={},", "0".repeat(64)).repeat(count.parse().unwrap());
        let value = format!("{wrong}{rest}").replace("{good}", &good).replace("{zero}", &"0".repeat(64));
        harness.shell.write("capture.txt", signed.replace(&format!("v1={good}"), &value));
        let sent = harness.run(&["webhook", "send", "capture.txt"]).await.code;
        let verified = harness.run(&["webhook", "verify", "capture.txt"]).await.code;
        let doctor = harness.run(&["webhook", "doctor", "--file", "capture.txt"]).await;
        assert_eq!((verified, doctor.code), (sent, sent), "{form}: {}", doctor.stdout);
        outcomes.push(sent);
    }
    assert_eq!(outcomes.iter().filter(|code| **code == 0).count(), 7, "{outcomes:?}");
}
