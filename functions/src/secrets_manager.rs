//! Secrets of AWS Secrets Manager: each is a JSON object of strings, and together they are what a function holds.

use crate::aws;
use crate::belonging::Foreign;
use crate::secrets::{Reading, Secrets, StageKind};
use crate::vault::Source;
use aws_credential_types::Credentials;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Region};
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use shared::file_text;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// All tries of one reading: a function that starts, or a request that brought an unknown key, waits for it.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(5);
/// Tries of one reading.
const ATTEMPTS: u32 = 3;

/// Where the secrets are.
#[derive(Debug, Clone)]
pub struct SecretsManager {
    /// Names or ARNs.
    pub ids: Vec<String>,
    /// The region.
    pub region: String,
    /// Another address than AWS's own.
    pub endpoint: Option<String>,
    /// Whose calls these are.
    pub credentials: Credentials,
    /// What the stage is for.
    pub stage: StageKind,
    /// What becomes of the secrets of webhooks.
    pub foreign: Foreign,
}

impl SecretsManager {
    /// The secrets as a source that can be read again.
    pub fn source(self) -> Source {
        let mut config = aws_sdk_secretsmanager::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region))
            .credentials_provider(self.credentials)
            .http_client(aws::http_client())
            .timeout_config(TimeoutConfig::builder().operation_timeout(OPERATION_TIMEOUT).build())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
        config.set_endpoint_url(self.endpoint);
        let client = Client::from_conf(config.build());
        let ids: Arc<[String]> = self.ids.into();
        let (stage, foreign) = (self.stage, self.foreign);
        Arc::new(move || {
            let (client, ids) = (client.clone(), Arc::clone(&ids));
            Box::pin(async move {
                let parts = futures::future::join_all(ids.iter().map(|id| read(&client, id))).await;
                merge(parts, stage, foreign)
            })
        })
    }
}

/// All that was wrong at once, or everything together.
fn merge(parts: Vec<Result<Values, String>>, stage: StageKind, foreign: Foreign) -> Result<Reading, String> {
    let mut values = Values::new();
    let mut problems = Vec::new();
    for part in parts {
        match part {
            Ok(part) => values.extend(part),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems.join("\n  "));
    }
    Ok(Secrets::read(&|name| values.get(name).cloned()).belonging_to(stage, foreign))
}

type Values = BTreeMap<String, String>;

async fn read(client: &Client, id: &str) -> Result<Values, String> {
    let told = |why: &str| format!("secret {id}: {why}");
    let answer = client.get_secret_value().secret_id(id).send().await.map_err(|error| {
        // Of a failure only its code: messages of other services are theirs to word, and ours to log.
        match error.code() {
            Some("ResourceNotFoundException") => {
                told("it does not exist or has no value yet. Put one in with aws secretsmanager put-secret-value")
            }
            Some("AccessDeniedException") => told("the function's role may not read it"),
            Some(code) => told(code),
            None => told("Secrets Manager cannot be reached"),
        }
    })?;
    let text = answer.secret_string().ok_or_else(|| told("it is binary, and has to be a JSON object of strings"))?;
    // `put-secret-value --secret-string file://…` takes a file as it is, byte order mark and all.
    let text = file_text::read(text.as_bytes()).map_err(told)?;
    serde_json::from_str(text).map_err(|_| told("it is not a JSON object of strings"))
}
