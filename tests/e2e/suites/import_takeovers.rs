//! An expired claim on a single name that was never released moves to the next customer, in a new job.

use crate::client::{Call, FOUR, Harness, draft};
use crate::import_claims::{by_hand, id, reason};
use crate::imports::{DAY, OTHER, statuses};
use sandbox::Fault;
use serde_json::{Value, json};

/// A stack in which `OTHER` imported only `owned-a.com` and never released it, eight days later; and the id of the job.
async fn never_released() -> (Harness, String) {
    let harness = by_hand().await;
    let first = harness.start_import(&harness.session_of("ses_1", OTHER), &["owned-a.com"], 202).await.data();
    harness.advance(8 * DAY).await;
    (harness, id(&first))
}

#[tokio::test]
async fn expired_single_claim_moves_in_a_new_job() {
    let (harness, first) = never_released().await;
    let owner = harness.session("ses_2");
    harness.stack.sandbox.forget_received();
    let second = id(&harness.start_import(&owner, &["owned-a.com"], 202).await.data());
    assert_ne!(second, first);
    assert_eq!(harness.upstream_calls("POST"), ["/domains/import/jobs"; 2], "the same names, and another set");
    // Importing and reading again continues the customer's own job.
    assert_eq!(id(&harness.start_import(&owner, &["owned-a.com"], 202).await.data()), second);
    let view = harness.import(&owner, &second).await;
    assert_eq!(statuses(&view), [("owned-a.com".to_owned(), "in_progress".to_owned())]);
    assert_eq!(view["nameserver_groups"][0]["domains"], json!(["owned-a.com"]));
    let look = Call::get("/v1/domains/import?domains=owned-a.com").bearer(&owner);
    assert_eq!(id(&harness.send(look, 202).await.data()), second);
    harness.send(Call::get(&format!("/v1/domains/import/{first}")).bearer(&owner), 404).await;
    // The former owner sees the loss, and events of its job count for no one.
    let loser = harness.session_of("ses_3", OTHER);
    let view = harness.import(&loser, &first).await;
    assert_eq!((reason(&view), &view["status"]), ("claim_expired", &json!("failed")));
    assert_eq!(view["nameserver_groups"], json!([]));
    assert_eq!(reason(&harness.start_import(&loser, &["owned-a.com"], 200).await.data()), "taken");
    assert!(harness.stack.sandbox.switch_nameservers(&first));
    harness.advance(60).await;
    let mix = ["owned-a.com", FOUR[0], FOUR[1], FOUR[2]];
    assert_eq!(harness.place(&owner, &draft(&mix), 400).await.findings(), ["domains[0] domain_not_connected"]);
    assert_eq!(harness.place(&loser, &draft(&mix), 400).await.findings(), ["domains[0] domain_unavailable"]);
    // Events of the new owner's job count for the new owner.
    assert!(harness.stack.sandbox.switch_nameservers(&second));
    harness.advance(60).await;
    assert_eq!(harness.import(&owner, &second).await["status"], "completed");
    assert_eq!(harness.row(&loser, "owned-a.com").await["reason"], "taken");
    harness.place(&owner, &draft(&mix), 201).await;
}

#[tokio::test]
async fn single_claim_does_not_move_while_open_or_proved() {
    let harness = by_hand().await;
    let first = id(&harness.start_import(&harness.session_of("ses_1", OTHER), &["owned-a.com"], 202).await.data());
    harness.advance(6 * DAY).await;
    harness.stack.sandbox.forget_received();
    let early = harness.start_import(&harness.session("ses_2"), &["owned-a.com"], 200).await.data();
    assert_eq!((&early["id"], reason(&early)), (&Value::Null, "taken"));
    assert_eq!(harness.upstream_calls("POST"), Vec::<String>::new());
    // The nameservers are set, and no event reports it.
    harness.advance(2 * DAY).await;
    harness.stack.sandbox.set_webhook_url(None);
    assert!(harness.stack.sandbox.switch_nameservers(&first));
    let late = harness.start_import(&harness.session("ses_3"), &["owned-a.com"], 200).await.data();
    assert_eq!((&late["id"], reason(&late)), (&Value::Null, "taken"));
    let owner = harness.session_of("ses_4", OTHER);
    assert_eq!(harness.import(&owner, &first).await["status"], "completed");
    assert_eq!(harness.row(&owner, "owned-a.com").await["available"], true);
}

#[tokio::test]
async fn one_of_two_simultaneous_takeovers_wins() {
    let (harness, first) = never_released().await;
    let (one, two) = (harness.session("ses_2"), harness.session_of("ses_3", "third@example.com"));
    let call = |token: &str| Call::post("/v1/domains/import").bearer(token).json(&json!({"domains": ["owned-a.com"]}));
    let (a, b) = tokio::join!(harness.exchange(call(&one)), harness.exchange(call(&two)));
    let open = [&a, &b].map(|reply| statuses(&reply.data())[0].1 == "in_progress");
    assert_eq!(open.iter().filter(|open| **open).count(), 1, "{} {}", a.text, b.text);
    let ids: Vec<Value> = [&a, &b].map(|reply| reply.data()["id"].clone()).into_iter().collect();
    assert!(ids[0] != ids[1] && !ids.contains(&json!(first)), "{ids:?}");
}

#[tokio::test]
async fn claim_stays_if_upstream_refuses_the_takeover() {
    let (harness, first) = never_released().await;
    // The second of the two calls is refused.
    let late = Fault { delay_ms: 1, ..Fault::on("POST", "/domains/import/jobs") };
    harness.stack.sandbox.fail_next(late);
    harness.stack.sandbox.fail_next(Fault { status: Some(400), ..Fault::on("POST", "/domains/import/jobs") });
    let view = harness.start_import(&harness.session("ses_2"), &["owned-a.com"], 200).await.data();
    assert_eq!((&view["id"], reason(&view)), (&Value::Null, "taken"));
    assert!(harness.stack.sandbox.switch_nameservers(&first));
    harness.advance(60).await;
    let owner = harness.session_of("ses_3", OTHER);
    assert_eq!(harness.import(&owner, &first).await["status"], "completed");
    harness.place(&owner, &draft(&["owned-a.com", FOUR[0], FOUR[1], FOUR[2]]), 201).await;
}

#[tokio::test]
async fn released_domain_moves_in_a_new_job() {
    let harness = by_hand().await;
    let giver = harness.session_of("ses_1", OTHER);
    let first = id(&harness.start_import(&giver, &["owned-a.com"], 202).await.data());
    let release = Call::post(&format!("/v1/domains/import/{first}/release")).bearer(&giver);
    harness.send(release.json(&json!({"domains": ["owned-a.com"]})), 200).await;
    let owner = harness.session("ses_2");
    let second = id(&harness.start_import(&owner, &["owned-a.com"], 202).await.data());
    assert_ne!(second, first);
    // The first customer saw the nameservers of the first job and may still set them.
    assert!(harness.stack.sandbox.switch_nameservers(&first));
    harness.advance(60).await;
    assert_ne!(harness.import(&owner, &second).await["status"], "completed");
    let mix = ["owned-a.com", FOUR[0], FOUR[1], FOUR[2]];
    assert_eq!(harness.place(&owner, &draft(&mix), 400).await.findings(), ["domains[0] domain_not_connected"]);
    harness.send(Call::get(&format!("/v1/domains/import/{first}")).bearer(&owner), 404).await;
}

#[tokio::test]
async fn forgetting_frees_open_claims_and_keeps_connected_ones() {
    let harness = by_hand().await;
    let token = harness.session_of("ses_1", OTHER);
    harness.import_connected(&token, &["owned-b.com"]).await;
    harness.start_import(&token, &["owned-a.com"], 202).await;
    let forget = json!({ "customer": OTHER });
    let done = harness.as_partner("POST", "/v1/customers/forget", Some(&forget), 200).await.data();
    assert_eq!(done["domains"], 2);
    let next = harness.session("ses_2");
    let view = harness.start_import(&next, &["owned-a.com"], 202).await.data();
    assert_eq!(reason(&view), "", "{view}");
    assert!(harness.stack.sandbox.switch_nameservers(&id(&view)));
    harness.advance(60).await;
    assert_eq!(harness.import(&next, &id(&view)).await["status"], "completed");
    assert_eq!(reason(&harness.start_import(&next, &["owned-b.com"], 200).await.data()), "taken");
}
