//! Placing an order, and the list of orders.

use super::{Stage, session};
use crate::client::{Call, Client, Outcome};
use serde_json::{Value, json};
use shared::protocol::order::Input;

const PLACE: &str = "POST /v1/orders";
const LIST: &str = "GET /v1/orders";

fn draft() -> Value {
    json!({"domains": [{"domain": "a.com"}], "personas": [{"first_name": "Sam"}], "quote": "t"})
}

fn sending() -> Stage {
    let mut stage = Stage::open();
    assert_eq!(stage.act(|client| client.place(draft(), 1)), format!("tell sent, {PLACE}"));
    stage
}

#[test]
fn a_promise_of_an_order_says_what_became_of_it() {
    let mut stage = sending();
    assert_eq!(stage.body(PLACE), &draft());
    let receipt = json!({"data": {"id": "ord_1", "status": "in_progress", "costs": {"total_cents": 1}}});
    assert_eq!(stage.answer(PLACE, 201, receipt), "tell sent, tell ordered, GET /v1/orders/ord_1, 1 is done");
    let placed = Outcome::Placed { id: Some("ord_1".to_owned()), status: "in_progress".to_owned() };
    assert_eq!(stage.settled, [(1, Ok(placed))]);
    let state = serde_json::to_value(stage.client.machine().state()).unwrap();
    assert_eq!((&state["receipt"]["costs"]["total_cents"], state.get("order")), (&json!(1), None));
    assert_eq!(stage.act(|client| client.place(draft(), 2)), "2 failed: not_now");
}

#[test]
fn an_order_whose_answer_is_lost_is_unconfirmed() {
    let mut stage = sending();
    assert_eq!(stage.answer(PLACE, 504, Value::Null), "GET /v1/session");
    for pause in [1_000, 2_000, 4_000] {
        assert_eq!(stage.answer("GET /v1/session", 200, session("ses_1", &json!({}))), format!("wake {pause}"));
        assert_eq!(stage.ring(pause), "GET /v1/session");
    }
    let follows = stage.answer("GET /v1/session", 200, session("ses_1", &json!({})));
    assert_eq!(follows, "tell failed order_unconfirmed, wake 8000, 1 failed: order_unconfirmed");
}

#[test]
fn the_first_answer_after_a_lost_one_asks_for_the_order_at_once() {
    let mut stage = sending();
    assert_eq!(stage.answer(PLACE, 0, Value::Null), "GET /v1/session");
    for pause in [1_000, 2_000, 4_000] {
        assert_eq!(stage.answer("GET /v1/session", 0, Value::Null), format!("wake {pause}"));
        assert_eq!(stage.ring(pause), "GET /v1/session");
    }
    let follows = stage.answer("GET /v1/session", 0, Value::Null);
    assert_eq!(follows, "tell failed order_unconfirmed, wake 8000, 1 failed: order_unconfirmed");
    stage.act(|client| client.call(Call::Quote(vec!["a.com".to_owned()]), 2));
    let taken = json!({"error": {"code": "domain_unavailable", "message": "Taken."}});
    assert_eq!(stage.answer("POST /v1/quotes", 400, taken), "2 failed: domain_unavailable, wake 0");
    assert_eq!(stage.ring(0), "GET /v1/session");
}

#[test]
fn a_network_that_is_back_asks_for_the_order_at_once() {
    let mut stage = sending();
    assert_eq!(stage.answer(PLACE, 0, Value::Null), "GET /v1/session");
    assert_eq!(stage.answer("GET /v1/session", 0, Value::Null), "wake 1000");
    assert_eq!(stage.act(Client::online), "wake 0");
    assert_eq!(stage.ring(0), "GET /v1/session");
}

#[test]
fn an_approval_is_asked_of_the_page() {
    let mut stage = sending();
    let details = json!({"quote": "quo_1", "amount_cents": 1300, "currency": "usd"});
    let unpaid = json!({"error": {"code": "approval_required", "message": "Pay.", "details": details}});
    assert_eq!(stage.answer(PLACE, 402, unpaid), "tell sent, approve quo_1, wake 600000");
    let follows = stage.act(|client| client.order_input(Input::Approved("jwt".to_owned())));
    assert_eq!(follows, format!("tell sent, {PLACE}"));
    assert_eq!(stage.body(PLACE)["approval"], "jwt");
    assert_eq!(stage.answer(PLACE, 202, json!({"data": {"id": null, "status": "placing"}})), "wake 2000, 1 is done");
}

#[test]
fn a_call_without_an_answer_is_given_up_but_an_order_is_not_cut_off() {
    let mut stage = Stage { now: super::START, ..Stage::default() };
    stage.act(Client::connect);
    // The timer of the first call is the second thing made.
    let follows = stage.act(|client| client.tick(2));
    assert_eq!(follows, "abort GET /v1/session, tell failed unreachable");
    let mut stage = sending();
    assert_eq!(stage.act(|client| client.stop()), "");
    assert_eq!(stage.act(Client::connect), "GET /v1/session");
}

#[test]
fn the_list_is_read_again_while_an_order_is_being_placed() {
    let mut stage = Stage::open();
    assert_eq!(stage.act(|client| client.show_orders(true)), "");
    assert_eq!(stage.act(|client| client.call(Call::Orders { is_next: false }, 1)), LIST);
    let page = json!({"data": [{"id": "ord_2"}, {"id": "ord_1"}], "meta": {"placing": 1},
        "links": {"next": "/v1/orders?page_token=x"}});
    assert_eq!(stage.answer(LIST, 200, page.clone()), "1 is done, wake 2000");
    assert_eq!(stage.act(|client| client.call(Call::Orders { is_next: true }, 2)), "GET /v1/orders?page_token=x");
    let next = json!({"data": [{"id": "ord_1", "status": "new"}, {"id": "ord_0"}], "links": {"next": null}});
    assert_eq!(stage.answer("GET /v1/orders?page_token=x", 200, next), "2 is done, wake 3000");
    let list = serde_json::to_value(stage.client.list()).unwrap();
    assert_eq!(list["rows"], json!([{"id": "ord_2"}, {"id": "ord_1", "status": "new"}, {"id": "ord_0"}]));
    assert_eq!((&list["has_more"], &list["placing"]), (&json!(false), &json!(1)));
    assert_eq!(stage.answer_after(3_000, LIST, 200, page), "wake 4500");
    stage.act(|client| client.hide(true));
    assert_eq!(stage.ring(4_500), "wake 6750");
    stage.act(|client| client.show_orders(false));
    stage.act(|client| client.hide(false));
    assert_eq!(stage.ring(6_750), "");
}

#[test]
fn a_customer_who_has_seen_the_list_may_order_again() {
    let mut stage = sending();
    stage.act(Client::connect);
    stage.answer("GET /v1/session", 200, session("ses_2", &json!({})));
    let follows = stage.answer(PLACE, 504, Value::Null);
    assert_eq!(follows, format!("tell failed order_in_doubt, {LIST}, 1 failed: order_in_doubt"));
    assert_eq!(stage.answer(LIST, 200, json!({"data": []})), "wake 2000");
    assert!(!stage.client.machine().can_order_again());
    assert_eq!(stage.act(|client| client.order_input(Input::SawOrders)), "");
    assert!(stage.client.machine().can_order_again());
    assert_eq!(stage.act(|client| client.order_input(Input::OrderAgain)), "tell sent");
    assert!(stage.client.machine().can_place());
}
