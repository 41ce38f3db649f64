//! Rejected deliveries of a stage: listed, saved as files for `verify` and `doctor`, and the output without any.

use crate::doctor::{cases, shell, without_secrets};
use crate::harness::Shell;
use crate::stage::Stage;
use serde_json::{Value, json};

fn connected(status: u16, body: Value) -> (Stage, Shell) {
    let stage = Stage::start(status, body);
    let mut shell = Shell::empty();
    shell.set("PEEKER_WEBHOOK_SECRET", "whsec_any");
    stage.connect(&mut shell);
    (stage, shell)
}

fn row(id: &str) -> Value {
    json!({"id": id, "received_at": "2026-05-08T12:00:02.5Z", "reason": "webhook_signature", "body_base64": "/wA=",
           "headers": [["Peeker-Event-Id", "evt_1"], ["X-Twice", "a"], ["X-Twice", "b"]]})
}

#[test]
fn rejected_deliveries_are_listed_with_details() {
    let mut cut = row("rej_2");
    cut["truncated"] = json!(true);
    cut["body_bytes"] = json!(300_000);
    let (_stage, shell) = connected(200, json!({"data": [row("rej_1"), cut]}));
    let run = shell.run(&["webhook", "rejected"]).ended(0);
    let expected = "TIME                  REASON             EVENT  SIZE\n\
                    2026-05-08T12:00:02Z  webhook_signature  evt_1  2 B\n\
                    2026-05-08T12:00:02Z  webhook_signature  evt_1  300000 B, cut\n\
                    How they are signed: peeker webhook doctor\n";
    assert_eq!(run.stdout, expected);
    let data = shell.run(&["--json", "webhook", "rejected"]).ended(0).data();
    let shown = &data["deliveries"][0];
    assert_eq!((&shown["id"], &shown["event_id"], &shown["bytes"]), (&json!("rej_1"), &json!("evt_1"), &json!(2)));
    assert_eq!(shown["body_base64"], "/wA=");
}

#[test]
fn all_pages_are_read_and_a_page_loop_ends() {
    let page = |id: &str, next: &str| json!({"data": [row(id)], "links": {"next": format!("/v1/webhooks/rejected?page_token={next}")}});
    let stage = Stage::with_pages(200, vec![page("rej_2", "two"), page("rej_1", "two")]);
    let mut shell = Shell::empty();
    stage.connect(&mut shell);
    let data = shell.run(&["--json", "webhook", "rejected"]).ended(0).data();
    let ids: Vec<&Value> = data["deliveries"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, ["rej_2", "rej_1"]);
    let asked =
        ["", "?page_token=two"].map(|query| format!("GET /v1/webhooks/rejected{query} Bearer partner_of_the_test"));
    assert_eq!(stage.requests(), asked);
}

#[test]
fn saved_deliveries_are_read_back_unchanged() {
    let Some(cases) = cases() else { return };
    let case = &cases["as_set"];
    let stage = Stage::start(200, json!({"data": case["rows"]}));
    let mut shell = shell(case);
    stage.connect(&mut shell);
    let saved = without_secrets(shell.run(&["--json", "webhook", "rejected", "--save", "kept"]), case).ended(0).data();
    let files: Vec<&str> = saved["saved"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
    assert_eq!(files, ["kept/2026-05-08T12-00-02Z-rej_1.capture", "kept/2026-05-08T12-00-02Z-rej_2.capture"]);
    shell.run(&["webhook", "verify", files[0]]).ended(0);
    let from_folder = shell.run(&["--json", "webhook", "doctor", "--file", "kept"]).ended(1).data();
    let from_stage = shell.run(&["--json", "webhook", "doctor"]).ended(1).data();
    assert_eq!(from_folder, from_stage);
    let listed = shell.run(&["--json", "webhook", "rejected"]).stdout;
    shell.write("listed.json", listed);
    let from_list = shell.run(&["--json", "webhook", "doctor", "--file", "listed.json"]).ended(1).data();
    assert_eq!(from_list, from_stage);
}

#[test]
fn binary_body_and_duplicate_headers_survive_a_file() {
    let (_stage, shell) = connected(200, json!({"data": [row("../rej/1")]}));
    shell.run(&["webhook", "rejected", "--save", "kept"]).ended(0);
    let text = std::fs::read(shell.folder.join("kept/2026-05-08T12-00-02Z----rej-1.capture")).unwrap();
    let file: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!((&file["body"], &file["isBase64Encoded"]), (&json!("/wA="), &json!(true)));
    assert_eq!(file["headers"], row("")["headers"]);
}

#[test]
fn truncated_body_is_reported_and_not_verified() {
    let Some(cases) = cases() else { return };
    let shell = shell(&cases["cut"]);
    shell.write("one.json", cases["cut"]["rows"][0].to_string());
    let run = shell.run(&["--json", "webhook", "verify", "one.json"]).ended(1);
    let findings = &run.data()["findings"];
    assert_eq!((findings.as_array().unwrap().len(), &findings[0]["code"]), (1, &json!("body_truncated")));
    assert!(findings[0]["message"].as_str().unwrap().contains("after 262144 of 300"), "{findings}");
}

#[test]
fn withheld_body_is_reported_with_reason_and_advice() {
    let Some(cases) = cases() else { return };
    let case = &cases["withheld"];
    let stage = Stage::start(200, json!({"data": case["rows"]}));
    let mut shell = shell(case);
    stage.connect(&mut shell);
    let listed = shell.run(&["webhook", "rejected", "--save", "kept"]).ended(0).stdout;
    assert!(listed.contains("evt_1  900 B, withheld\nWithheld: The stage kept no body: "), "{listed}");
    let saved = "kept/2026-05-08T12-00-02Z-rej_1.capture";
    let findings = shell.run(&["--json", "webhook", "verify", saved]).ended(1).data()["findings"].clone();
    assert_eq!((findings.as_array().unwrap().len(), &findings[0]["code"]), (1, &json!("body_withheld")));
    assert!(findings[0]["message"].as_str().unwrap().contains("an event of another type"), "{findings}");
    let doctor = shell.run(&["--json", "webhook", "doctor", "--file", "kept"]).ended(1).data();
    assert_eq!(doctor["groups"][0]["findings"][0]["code"], "body_withheld", "{doctor:#}");
}

#[test]
fn stage_without_capture_names_the_setting() {
    let (_stage, shell) = connected(200, json!({"data": []}));
    let listed = shell.run(&["webhook", "rejected"]).ended(0);
    assert!(listed.stdout.contains("WEBHOOK_CAPTURE on (parameter WebhookCapture)"), "{}", listed.stdout);
    let asked = shell.run(&["--json", "webhook", "doctor"]).ended(4);
    assert_eq!(asked.error_code(), "nothing_rejected");
    assert!(asked.stderr.contains("wait for the next delivery"), "{}", asked.stderr);
}

#[test]
fn stage_error_says_what_to_do() {
    let error = |code: &str| json!({"error": {"code": code, "message": "No."}});
    for (status, code, exit, shown, words) in [
        (404, "route_not_found", 4, "capture_off", "WEBHOOK_CAPTURE"),
        (401, "partner_key", 3, "partner_key", "PEEKER_PARTNER_KEY"),
        (409, "webhook_capture_off", 1, "webhook_capture_off", "WEBHOOK_CAPTURE"),
    ] {
        let (_stage, shell) = connected(status, error(code));
        for command in ["rejected", "doctor"] {
            let run = shell.run(&["--json", "webhook", command]).ended(exit);
            assert_eq!(run.error_code(), shown);
            assert!(run.stderr.contains(words), "{}", run.stderr);
        }
    }
    let (_stage, shell) = connected(200, json!({"data": [{"id": "rej_1"}]}));
    assert_eq!(shell.run(&["--json", "webhook", "doctor"]).ended(1).error_code(), "list_unreadable");
}

#[test]
fn files_without_a_delivery_are_reported() {
    let Some(cases) = cases() else { return };
    let shell = shell(&cases["other_environment"]);
    for (name, text) in [("torn.json", "{\"headers\":{\"a\":\"b\"}"), ("text.txt", "hello"), ("empty.txt", "")] {
        shell.write(name, text);
        let run = shell.run(&["--json", "webhook", "doctor", "--file", name]).ended(2);
        assert_eq!(run.error_code(), "capture_malformed", "{name}");
        assert!(run.stderr.contains(name), "{}", run.stderr);
    }
    std::fs::create_dir(shell.folder.join("nothing")).unwrap();
    let run = shell.run(&["--json", "webhook", "doctor", "--file", "nothing"]).ended(2);
    assert_eq!(run.error_code(), "folder_empty");
    assert!(run.stderr.contains("peeker webhook rejected --save"), "{}", run.stderr);
    let missing = shell.run(&["--json", "webhook", "doctor", "--file", "nowhere"]).ended(2);
    assert_eq!(missing.error_code(), "unreadable");
    let both = shell.run(&["--json", "webhook", "doctor", "--file", "rejected.json", "--file", "text.txt"]).ended(1);
    assert_eq!(both.data()["groups"][0]["count"], 3);
    assert_eq!(both.data()["unreadable"].as_array().unwrap().len(), 1);
}
