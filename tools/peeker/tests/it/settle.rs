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
