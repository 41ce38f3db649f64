//! A claim on a single name that ended and was never released moves to the next customer, in a job of that one's own.

use crate::client::{Bench, Call, FOUR, draft};
use crate::import_claims::{by_hand, id, reason};
use crate::imports::{DAY, OTHER, statuses};
use sandbox::Fault;
use serde_json::{Value, json};

/// A stack in which `OTHER` has asked for `owned-a.com` alone and never released it: eight days later, and the job.
async fn never_released() -> (Bench, String) {
    let bench = by_hand().await;
    let first = bench.bring(&bench.session_of("ses_1", OTHER), &["owned-a.com"], 202).await.data();
    bench.advance(8 * DAY).await;
    (bench, id(&first))
}

#[tokio::test]
async fn a_claim_on_a_single_name_that_was_never_released_moves_in_a_job_of_the_next_customers_own() {
    let (bench, first) = never_released().await;
    let owner = bench.session("ses_2");
    bench.stack.sandbox.forget_received();
    let second = id(&bench.bring(&owner, &["owned-a.com"], 202).await.data());
    assert_ne!(second, first);
    assert_eq!(bench.upstream_calls("POST"), ["/domains/import/jobs"; 2], "the same names, and another set");
    // Asking again, and looking, goes on with the job that is the customer's.
    assert_eq!(id(&bench.bring(&owner, &["owned-a.com"], 202).await.data()), second);
    let view = bench.import(&owner, &second).await;
    assert_eq!(statuses(&view), [("owned-a.com".to_owned(), "in_progress".to_owned())]);
    assert_eq!(view["nameserver_groups"][0]["domains"], json!(["owned-a.com"]));
    let look = Call::get("/v1/domains/import?domains=owned-a.com").bearer(&owner);
    assert_eq!(id(&bench.send(look, 202).await.data()), second);
    bench.send(Call::get(&format!("/v1/domains/import/{first}")).bearer(&owner), 404).await;
    // The loser sees it, and what happens in its job counts for nobody.
    let loser = bench.session_of("ses_3", OTHER);
    let view = bench.import(&loser, &first).await;
    assert_eq!((reason(&view), &view["status"]), ("claim_expired", &json!("failed")));
    assert_eq!(view["nameserver_groups"], json!([]));
    assert_eq!(reason(&bench.bring(&loser, &["owned-a.com"], 200).await.data()), "taken");
    assert!(bench.stack.sandbox.switch_nameservers(&first));
    bench.advance(60).await;
    let mix = ["owned-a.com", FOUR[0], FOUR[1], FOUR[2]];
    assert_eq!(bench.place(&owner, &draft(&mix), 400).await.findings(), ["domains[0] domain_not_connected"]);
    assert_eq!(bench.place(&loser, &draft(&mix), 400).await.findings(), ["domains[0] domain_unavailable"]);
    // What happens in the job of the one who has the claim counts for that one.
    assert!(bench.stack.sandbox.switch_nameservers(&second));
    bench.advance(60).await;
    assert_eq!(bench.import(&owner, &second).await["status"], "completed");
    assert_eq!(bench.row(&loser, "owned-a.com").await["reason"], "taken");
    bench.place(&owner, &draft(&mix), 201).await;
}

#[tokio::test]
async fn a_claim_on_a_single_name_does_not_move_before_its_end_nor_once_it_is_proved() {
    let bench = by_hand().await;
    let first = id(&bench.bring(&bench.session_of("ses_1", OTHER), &["owned-a.com"], 202).await.data());
    bench.advance(6 * DAY).await;
    bench.stack.sandbox.forget_received();
    let early = bench.bring(&bench.session("ses_2"), &["owned-a.com"], 200).await.data();
    assert_eq!((&early["id"], reason(&early)), (&Value::Null, "taken"));
    assert_eq!(bench.upstream_calls("POST"), Vec::<String>::new());
    // The nameservers are set at last, and no event says so.
    bench.advance(2 * DAY).await;
    bench.stack.sandbox.set_webhook_url(None);
    assert!(bench.stack.sandbox.switch_nameservers(&first));
    let late = bench.bring(&bench.session("ses_3"), &["owned-a.com"], 200).await.data();
    assert_eq!((&late["id"], reason(&late)), (&Value::Null, "taken"));
    let owner = bench.session_of("ses_4", OTHER);
    assert_eq!(bench.import(&owner, &first).await["status"], "completed");
    assert_eq!(bench.row(&owner, "owned-a.com").await["available"], true);
}

#[tokio::test]
async fn of_two_customers_who_take_over_a_single_name_one_has_it_and_neither_sees_the_others_job() {
    let (bench, first) = never_released().await;
    let (one, two) = (bench.session("ses_2"), bench.session_of("ses_3", "third@example.com"));
    let call = |token: &str| Call::post("/v1/domains/import").bearer(token).json(&json!({"domains": ["owned-a.com"]}));
    let (a, b) = tokio::join!(bench.exchange(call(&one)), bench.exchange(call(&two)));
    let open = [&a, &b].map(|reply| statuses(&reply.data())[0].1 == "in_progress");
    assert_eq!(open.iter().filter(|open| **open).count(), 1, "{} {}", a.text, b.text);
    let ids: Vec<Value> = [&a, &b].map(|reply| reply.data()["id"].clone()).into_iter().collect();
    assert!(ids[0] != ids[1] && !ids.contains(&json!(first)), "{ids:?}");
}

#[tokio::test]
async fn an_upstream_that_takes_no_other_set_leaves_the_claim_where_it_is() {
    let (bench, first) = never_released().await;
    // The second of the two calls is refused.
    let late = Fault { delay_ms: 1, ..Fault::on("POST", "/domains/import/jobs") };
    bench.stack.sandbox.fail_next(late);
    bench.stack.sandbox.fail_next(Fault { status: Some(400), ..Fault::on("POST", "/domains/import/jobs") });
    let view = bench.bring(&bench.session("ses_2"), &["owned-a.com"], 200).await.data();
    assert_eq!((&view["id"], reason(&view)), (&Value::Null, "taken"));
    assert!(bench.stack.sandbox.switch_nameservers(&first));
    bench.advance(60).await;
    let owner = bench.session_of("ses_3", OTHER);
    assert_eq!(bench.import(&owner, &first).await["status"], "completed");
    bench.place(&owner, &draft(&["owned-a.com", FOUR[0], FOUR[1], FOUR[2]]), 201).await;
}

#[tokio::test]
async fn a_released_domain_goes_to_the_next_customer_in_a_job_of_that_ones_own() {
    let bench = by_hand().await;
    let giver = bench.session_of("ses_1", OTHER);
    let first = id(&bench.bring(&giver, &["owned-a.com"], 202).await.data());
    let release = Call::post(&format!("/v1/domains/import/{first}/release")).bearer(&giver);
    bench.send(release.json(&json!({"domains": ["owned-a.com"]})), 200).await;
    let owner = bench.session("ses_2");
    let second = id(&bench.bring(&owner, &["owned-a.com"], 202).await.data());
    assert_ne!(second, first);
    // The nameservers of the first job were shown to the first customer, who may still set them.
    assert!(bench.stack.sandbox.switch_nameservers(&first));
    bench.advance(60).await;
    assert_ne!(bench.import(&owner, &second).await["status"], "completed");
    let mix = ["owned-a.com", FOUR[0], FOUR[1], FOUR[2]];
    assert_eq!(bench.place(&owner, &draft(&mix), 400).await.findings(), ["domains[0] domain_not_connected"]);
    bench.send(Call::get(&format!("/v1/domains/import/{first}")).bearer(&owner), 404).await;
}

#[tokio::test]
async fn open_claims_of_a_forgotten_customer_are_free_at_once_and_connected_ones_stay_taken() {
    let bench = by_hand().await;
    let token = bench.session_of("ses_1", OTHER);
    bench.bring_connected(&token, &["owned-b.com"]).await;
    bench.bring(&token, &["owned-a.com"], 202).await;
    let forget = json!({ "customer": OTHER });
    let done = bench.as_partner("POST", "/v1/customers/forget", Some(&forget), 200).await.data();
    assert_eq!(done["domains"], 2);
    let next = bench.session("ses_2");
    let view = bench.bring(&next, &["owned-a.com"], 202).await.data();
    assert_eq!(reason(&view), "", "{view}");
    assert!(bench.stack.sandbox.switch_nameservers(&id(&view)));
    bench.advance(60).await;
    assert_eq!(bench.import(&next, &id(&view)).await["status"], "completed");
    assert_eq!(reason(&bench.bring(&next, &["owned-b.com"], 200).await.data()), "taken");
}
