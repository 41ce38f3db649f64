//! The ledger as a file: what a spreadsheet opens is what the API sends.

use crate::harness::Harness;

#[tokio::test]
async fn ledger_file_is_what_the_api_sends_byte_for_byte() {
    let harness = Harness::start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = http.get(format!("{}/v1/ledger?month=2026-05&format=csv", harness.stack.api));
    let sent = asked.bearer_auth(&harness.stack.values.partner_key).send().await.unwrap().text().await.unwrap();
    assert_eq!(sent.matches("\r\n").count(), 5, "{sent:?}");
    let run = harness.run(&["ledger", "--month", "2026-05", "--csv"]).await.ended(0);
    assert_eq!(run.stdout, sent);
}
