//! What imports tell the partner's backend: that nameservers have to be set, again after 1, 3 and 6 days, and that all is
//! done: never before it is proved.

use crate::client::{CUSTOMER, Harness};
use crate::forgetting::forget;
use e2e::StackConfig;
use sandbox::ImportReading;
use serde_json::{Value, json};

const HOUR: u64 = 60 * 60;
const READINGS: [ImportReading; 2] = [ImportReading::Connected, ImportReading::Prepared];

async fn started(import_reading: ImportReading) -> (Harness, String) {
    let config = StackConfig { import_switch: None, import_reading, ..StackConfig::paused() };
    let harness = Harness::with(config).await;
    let mut claims = harness.claims("ses_1");
    claims["reference"] = json!("sale-7");
    let token = harness.sign(&claims);
    let view = harness.start_import(&token, &["owned-a.com", "owned-b.com", "not a name"], 202).await.data();
    let id = view["id"].as_str().unwrap().to_owned();
    (harness, id)
}

/// Runs the reconciler every six hours, for so many days.
async fn pass(harness: &Harness, days: u64) {
    for _ in 0..4 * days {
        harness.advance(6 * HOUR).await;
        harness.stack.reconciler.run().await.unwrap();
    }
}

async fn told(harness: &Harness, kind: &str) -> Vec<Value> {
    let told = harness.told().await;
    told.into_iter().filter(|row| row["type"] == kind).map(|row| row["data"].clone()).collect()
}

#[tokio::test]
async fn nameservers_are_asked_for_until_the_claims_end() {
    for reading in READINGS {
        let (harness, id) = started(reading).await;
        let first = told(&harness, "import.needs_nameservers").await.remove(0);
        let expected = json!({"id": id, "customer": CUSTOMER, "domains": ["owned-a.com", "owned-b.com"]});
        assert_eq!(first["import"], expected, "{reading:?}");
        assert_eq!((&first["reminder"], &first["reference"]), (&json!(0), &json!("sale-7")), "{reading:?}");
        let groups = first["nameserver_groups"].as_array().unwrap();
        assert_eq!(groups[0]["domains"], json!(["owned-a.com", "owned-b.com"]), "{reading:?}");
        assert_eq!(groups[0]["nameservers"].as_array().unwrap().len(), 2, "{reading:?}");
        let mut counts = Vec::new();
        for _ in 0..10 {
            pass(&harness, 1).await;
            counts.push(told(&harness, "import.needs_nameservers").await.len());
        }
        assert_eq!(counts, [2, 2, 3, 3, 3, 4, 4, 4, 4, 4], "{reading:?}");
        let reminders: Vec<Value> =
            told(&harness, "import.needs_nameservers").await.iter().map(|data| data["reminder"].clone()).collect();
        assert_eq!(reminders, [0, 1, 2, 3].map(Value::from), "{reading:?}");
        assert!(told(&harness, "import.completed").await.is_empty(), "{reading:?}");
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn nameservers_that_are_set_after_the_claims_end_are_told() {
    for reading in READINGS {
        let (harness, id) = started(reading).await;
        pass(&harness, 9).await;
        assert!(harness.stack.sandbox.switch_nameservers(&id));
        for _ in 0..2 {
            pass(&harness, 2).await;
            let done = told(&harness, "import.completed").await;
            assert_eq!(done.len(), 1, "{reading:?}: {done:?}");
            assert_eq!(done[0]["import"]["domains"], json!(["owned-a.com", "owned-b.com"]), "{reading:?}");
        }
        assert_eq!(told(&harness, "import.needs_nameservers").await.len(), 4, "{reading:?}");
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn completed_import_is_told_once_by_event_or_look() {
    for reading in READINGS {
        for has_events in [true, false] {
            let (harness, id) = started(reading).await;
            pass(&harness, 2).await;
            if !has_events {
                harness.stack.sandbox.set_webhook_url(None);
            }
            assert!(harness.stack.sandbox.switch_nameservers(&id));
            harness.advance(60).await;
            harness.stack.reconciler.run().await.unwrap();
            let done = told(&harness, "import.completed").await;
            // With an event it is looked at soon; a job that was `completed` before has none.
            let is_soon = has_events && matches!(reading, ImportReading::Connected);
            assert_eq!(done.len(), usize::from(is_soon), "{reading:?} {has_events}");
            pass(&harness, 6).await;
            let done = told(&harness, "import.completed").await;
            assert_eq!(done.len(), 1, "{reading:?} {has_events}");
            let expected = json!({"id": id, "customer": CUSTOMER, "domains": ["owned-a.com", "owned-b.com"]});
            assert_eq!((&done[0]["import"], &done[0]["reference"]), (&expected, &json!("sale-7")));
            assert_eq!(told(&harness, "import.needs_nameservers").await.len(), 2, "{reading:?}: they have stopped");
            harness.stack.stop().await;
        }
    }
}

#[tokio::test]
async fn import_that_the_customer_looks_at_is_told_at_once() {
    let (harness, id) = started(ImportReading::Connected).await;
    assert!(harness.stack.sandbox.switch_nameservers(&id));
    harness.advance(60).await;
    harness.import(&harness.session("ses_1"), &id).await;
    assert_eq!(told(&harness, "import.completed").await.len(), 1);
}

#[tokio::test]
async fn released_domains_are_not_asked_for() {
    let (harness, id) = started(ImportReading::Connected).await;
    let release = json!({"domains": ["owned-a.com", "owned-b.com"]});
    let call = crate::client::Call::post(&format!("/v1/domains/import/{id}/release"));
    harness.exchange(call.bearer(&harness.session("ses_1")).json(&release)).await;
    pass(&harness, 7).await;
    assert_eq!(told(&harness, "import.needs_nameservers").await.len(), 1);
    assert!(told(&harness, "import.completed").await.is_empty());
}

#[tokio::test]
async fn import_of_an_erased_customer_is_told_no_more() {
    let (harness, id) = started(ImportReading::Connected).await;
    forget(&harness).await;
    assert!(harness.stack.sandbox.switch_nameservers(&id));
    pass(&harness, 7).await;
    let told = told(&harness, "import.needs_nameservers").await;
    assert_eq!(told.len(), 1);
    assert!(!told[0].to_string().contains(CUSTOMER), "{}", told[0]);
    assert_eq!(harness.told().await.len(), 1);
}
