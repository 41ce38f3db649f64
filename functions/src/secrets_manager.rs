//! Secrets of AWS Secrets Manager: each is a JSON object of strings; together they are a function's secrets.

use crate::aws;
use crate::environment_check::OtherEnvironment;
use crate::secret_store::Source;
use crate::secrets::{Reading, Secrets, StageKind};
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

/// Time limit for all attempts of one read: a starting function, or a request with an unknown key, waits for it.
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
    /// The credentials of the calls.
    pub credentials: Credentials,
    /// The environment of the stage.
    pub stage: StageKind,
    /// How webhook secrets of the other environment are treated.
    pub other_environment: OtherEnvironment,
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
        let (stage, other_environment) = (self.stage, self.other_environment);
        Arc::new(move || {
            let (client, ids) = (client.clone(), Arc::clone(&ids));
            Box::pin(async move {
                let parts = futures::future::join_all(ids.iter().map(|id| read(&client, id))).await;
                merge(parts, stage, other_environment)
            })
        })
    }
}

/// All values merged, or all problems.
fn merge(
    parts: Vec<Result<Values, String>>,
    stage: StageKind,
    other_environment: OtherEnvironment,
) -> Result<Reading, String> {
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
    Ok(Secrets::read(&|name| values.get(name).cloned()).checked_for(stage, other_environment))
}

type Values = BTreeMap<String, String>;

async fn read(client: &Client, id: &str) -> Result<Values, String> {
    let problem = |why: &str| format!("secret {id}: {why}");
    let answer = client.get_secret_value().secret_id(id).send().await.map_err(|error| {
        // Only the error's code, because messages of other services would be logged.
        match error.code() {
            Some("ResourceNotFoundException") => {
                problem("it does not exist or has no value yet. Put one in with aws secretsmanager put-secret-value")
            }
            Some("AccessDeniedException") => problem("the function's role may not read it"),
            Some(code) => problem(code),
            None => problem("Secrets Manager cannot be reached"),
        }
    })?;
    let text = answer.secret_string().ok_or_else(|| problem("it is binary, and has to be a JSON object of strings"))?;
    // `put-secret-value --secret-string file://…` takes a file as it is, byte order mark and all.
    let text = file_text::read(text.as_bytes()).map_err(problem)?;
    serde_json::from_str(text).map_err(|_| problem("it is not a JSON object of strings"))
}
