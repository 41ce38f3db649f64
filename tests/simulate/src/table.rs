//! Transport of the functions to DynamoDB: the real SDK calls a database in the same process, with injected faults.

use crate::fates::Fates;
use crate::fault_injection::{FaultInjector, TableFault};
use crate::ledger::Ledger;
use crate::life;
use crate::mistakes;
use crate::notifying::Starter;
use crate::options::Sabotage;
use crate::time::pause;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde_json::{Value, json};

/// Milliseconds of latency in one direction: minimum and maximum.
const TRAVEL: (u64, u64) = (1, 6);
/// Milliseconds after which a call is still executed although its caller has given up.
const STILL_ACTS: (u64, u64) = (100, 4_000);

/// A connection without a network.
#[derive(Clone)]
pub(crate) struct Wire {
    database: Database,
    faults: FaultInjector,
    ledger: Ledger,
    fates: Fates,
    starter: Starter,
    sabotage: Option<Sabotage>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    pub(crate) fn new(
        database: Database,
        faults: FaultInjector,
        (ledger, fates, starter): (Ledger, Fates, Starter),
        sabotage: Option<Sabotage>,
    ) -> Self {
        Self { database, faults, ledger, fates, starter, sabotage }
    }

    async fn exchange(self, call: Call) -> Result<HttpResponse, ConnectorError> {
        self.faults.tally().count(call.counted_as());
        let dice = self.faults.dice();
        let fault = self.faults.table();
        let charge = self.ledger.charge(&call.operation, &call.body);
        pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
        match fault {
            None => {
                let answer = self.act(&call);
                pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
                if let Some(charge) = charge {
                    charge.heard(answer.as_ref().is_ok_and(|answer| answer.status().is_success()));
                }
                answer
            }
            Some(fault) => {
                if let Some(charge) = charge {
                    charge.unheard(fault.acts());
                }
                self.fail(fault, call).await
            }
        }
    }

    async fn fail(self, fault: TableFault, call: Call) -> Result<HttpResponse, ConnectorError> {
        match fault {
            TableFault::Throttled => refusal(400, "ProvisionedThroughputExceededException"),
            TableFault::Throttling => refusal(400, "ThrottlingException"),
            TableFault::Conflict => call.conflict(),
            TableFault::FailedBefore => refusal(500, "InternalServerError"),
            TableFault::FailedAfter => {
                let _ = self.act(&call);
                refusal(500, "InternalServerError")
            }
            TableFault::TimeoutBefore => std::future::pending().await,
            TableFault::TimeoutAfter => {
                let _ = self.act(&call);
                std::future::pending().await
            }
            TableFault::TimeoutLate => {
                let after = self.faults.dice().between(STILL_ACTS.0, STILL_ACTS.1);
                tokio::spawn(async move {
                    pause(after).await;
                    let _ = self.act(&call);
                });
                std::future::pending().await
            }
            TableFault::BrokenBefore => Err(broken()),
            TableFault::BrokenAfter => {
                let _ = self.act(&call);
                Err(broken())
            }
            TableFault::CrashBefore => {
                life::crash().await;
                Err(broken())
            }
            TableFault::CrashAfter => {
                let _ = self.act(&call);
                life::crash().await;
                Err(broken())
            }
        }
    }

    fn act(&self, call: &Call) -> Result<HttpResponse, ConnectorError> {
        let Some(body) = mistakes::of_write(self.sabotage, &call.operation, &call.body, self.faults.dice()) else {
            return response(200, "{}".to_owned());
        };
        let (status, answer) = match execute(&self.database, &call.operation, &body) {
            Ok(answer) => {
                self.fates.note(&call.operation, &body);
                self.starter.note(&call.operation, &body);
                (200, mistakes::of_answer(self.sabotage, &call.operation, answer))
            }
            Err(error) => (error.status_code(), error.to_json()),
        };
        tracing::debug!(operation = call.operation, %body, status, answer, "the table");
        response(status, answer)
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let call = Call::of(&request);
        HttpConnectorFuture::new(self.clone().exchange(call))
    }
}

impl HttpClient for Wire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// One call of the SDK.
struct Call {
    operation: String,
    body: String,
}

impl Call {
    fn of(request: &HttpRequest) -> Self {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        Self { operation, body }
    }

    /// The name of its counter.
    fn counted_as(&self) -> &'static str {
        match self.operation.as_str() {
            "GetItem" | "BatchGetItem" | "Query" => "table calls: reads",
            "TransactWriteItems" => "table calls: transactions",
            _ => "table calls: single writes",
        }
    }

    /// The response while another transaction holds an item; reads are throttled instead.
    fn conflict(&self) -> Result<HttpResponse, ConnectorError> {
        match self.operation.as_str() {
            "TransactWriteItems" => {
                let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
                let items = body.get("TransactItems").and_then(Value::as_array).map_or(1, Vec::len);
                let mut reasons = vec![json!({"Code": "None"}); items.saturating_sub(1)];
                reasons.push(json!({"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}));
                let body = json!({
                    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                    "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
                    "CancellationReasons": reasons,
                });
                response(400, body.to_string())
            }
            "PutItem" | "UpdateItem" => refusal(400, "TransactionConflictException"),
            _ => refusal(400, "ProvisionedThroughputExceededException"),
        }
    }
}

/// Executes one operation of the API.
pub(crate) fn execute(database: &Database, operation: &str, body: &str) -> Result<String, DynoxideError> {
    macro_rules! run {
        ($method:ident) => {
            written(&database.$method(read(body)?)?)
        };
    }
    match operation {
        "GetItem" => run!(get_item),
        "BatchGetItem" => run!(batch_get_item),
        "PutItem" => run!(put_item),
        "UpdateItem" => run!(update_item),
        "DeleteItem" => run!(delete_item),
        "Query" => run!(query),
        "Scan" => run!(scan),
        "TransactWriteItems" => run!(transact_write_items),
        "CreateTable" => run!(create_table),
        "UpdateTimeToLive" => run!(update_time_to_live),
        "DescribeTable" => run!(describe_table),
        other => Err(DynoxideError::SerializationException(format!("{other} is not simulated"))),
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, DynoxideError> {
    serde_json::from_str(body).map_err(|error| DynoxideError::SerializationException(error.to_string()))
}

fn written<T: Serialize>(answer: &T) -> Result<String, DynoxideError> {
    serde_json::to_string(answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

fn broken() -> ConnectorError {
    ConnectorError::io("the connection broke".into())
}

fn refusal(status: u16, kind: &str) -> Result<HttpResponse, ConnectorError> {
    let body = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": "an injected fault"});
    response(status, body.to_string())
}

fn response(status: u16, body: String) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(status).map_err(|error| ConnectorError::user(error.into()))?;
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}
