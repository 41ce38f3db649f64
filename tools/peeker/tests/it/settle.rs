//! The first delivery against a real stage: it is rejected and kept, and `webhook doctor` names the setting.

use crate::bench::Bench;
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
async fn what_the_stage_rejected_is_explained_and_what_it_took_is_not_listed() {
    let bench = Bench::with(StackConfig { captures: true, ..StackConfig::default() }).await;
    bench.shell.write("taken.json", event("evt_taken"));
    bench.run(&["webhook", "send", "taken.json", "--sign"]).await.ended(0);
    let template = "{event_id}.{timestamp}.{body}";
    for id in ["evt_1", "evt_2"] {
        bench.shell.write("event.json", event(id));
        bench.run(&["webhook", "send", "event.json", "--sign", "--base-string", template]).await.ended(1);
    }
    bench.shell.write("event.json", event("evt_late"));
    let late = bench.run(&["webhook", "sign", "event.json", "--at", "30m"]).await.ended(0).stdout;
    bench.shell.write("late.txt", late);
    bench.run(&["webhook", "send", "late.txt"]).await.ended(1);
    let listed = bench.json(&["webhook", "rejected"], 0).await["data"]["deliveries"].clone();
    let column = |name: &str| -> Vec<String> {
        listed.as_array().unwrap().iter().map(|row| row[name].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(column("event_id"), ["evt_late", "evt_2", "evt_1"]);
    assert_eq!(column("reason"), ["webhook_stale", "webhook_signature", "webhook_signature"]);
    let data = bench.json(&["webhook", "doctor"], 0).await["data"].clone();
    let heading = "2 of 3 deliveries are signed over {event_id}.{timestamp}.{body} with webhook secret 1.";
    assert_eq!(data["groups"][0]["heading"], heading, "{data:#}");
    assert_eq!(codes(&data["groups"][0]), [format!("WEBHOOK_BASE_STRING={template}")], "{data:#}");
    assert_eq!(codes(&data["groups"][1]), ["WEBHOOK_ACCEPT_LATE=on"], "{data:#}");
}

#[tokio::test]
async fn a_stage_without_capture_lists_nothing_and_the_setting_is_named() {
    let bench = Bench::start().await;
    bench.shell.write("event.json", event("evt_1"));
    bench.run(&["webhook", "send", "event.json", "--sign", "--base-string", "{body}"]).await.ended(1);
    let run = bench.run(&["webhook", "doctor"]).await.ended(4);
    assert!(run.stderr.contains("WEBHOOK_CAPTURE on (parameter WebhookCapture)"), "{}", run.stderr);
    bench.hide(&["partner_key"]);
    bench.run(&["webhook", "doctor"]).await.ended(2);
}

/// Forms of the header, with {good} for the right digits and {zero} for wrong ones.
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
async fn the_doctor_says_of_no_delivery_what_the_receiver_does_not_do() {
    let bench = Bench::start().await;
    bench.shell.write("event.json", event("evt_1"));
    let signed = bench.run(&["webhook", "sign", "event.json"]).await.ended(0).stdout;
    let good = signed.split("v1=").nth(1).unwrap().get(..64).unwrap().to_owned();
    let mut outcomes = Vec::new();
    for form in FORMS {
        // A number in front stands for as many wrong entries.
        let (count, rest) =
            form.split_once(' ').filter(|(count, _)| count.parse::<usize>().is_ok()).unwrap_or(("0", form));
        let wrong = format!("v1={},", "0".repeat(64)).repeat(count.parse().unwrap());
        let value = format!("{wrong}{rest}").replace("{good}", &good).replace("{zero}", &"0".repeat(64));
        bench.shell.write("capture.txt", signed.replace(&format!("v1={good}"), &value));
        let sent = bench.run(&["webhook", "send", "capture.txt"]).await.code;
        let verified = bench.run(&["webhook", "verify", "capture.txt"]).await.code;
        let doctor = bench.run(&["webhook", "doctor", "--file", "capture.txt"]).await;
        assert_eq!((verified, doctor.code), (sent, sent), "{form}: {}", doctor.stdout);
        outcomes.push(sent);
    }
    assert_eq!(outcomes.iter().filter(|code| **code == 0).count(), 7, "{outcomes:?}");
}
