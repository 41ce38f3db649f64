//! What every function reads: the kind of its stage, its table, its place of secrets, and its access to AWS.

use crate::aws::AwsAccess;
use crate::config::reader::Reader;
use crate::config::setting::Function;
use crate::config::setting::Setting;
use crate::config::settings::{
    APPROVAL_URL, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, AWS_REGION, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
    DYNAMODB_ENDPOINT, KEEP_PERSONAL_DAYS, LOG_LEVEL, METRICS_NAMESPACE, OTHER_STAGE_URL, SECRETS_ENDPOINT,
    SECRETS_FILE, SECRETS_ID, TABLE_NAME,
};
use crate::environment_check::OtherEnvironment;
use crate::secret_kind::SecretKind;
use crate::secrets::{SECRET_NAMES, Secrets, StageKind};
use crate::secrets_file::SecretsFile;
use crate::secrets_manager::SecretsManager;
use crate::store::StoreConfig;
use aws_credential_types::Credentials;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// What every function reads.
#[derive(Debug, Clone)]
pub struct StageSettings {
    /// What the stage is for.
    pub kind: StageKind,
    /// The table, and how it is reached.
    pub store: StoreConfig,
    /// Where the secrets are.
    pub secrets: SecretsPlace,
    /// The kinds of secrets without which the function does not start.
    pub secret_kinds: Vec<SecretKind>,
}

/// Where a function's secrets are.
#[derive(Debug, Clone)]
pub enum SecretsPlace {
    /// In variables: these are they.
    Variables(Secrets),
    /// In a file, which is read again when one no longer fits.
    File(SecretsFile),
    /// In Secrets Manager, read again if a secret is rejected.
    Manager(SecretsManager),
}

/// Access to the services that have no address of their own among the settings.
pub(super) fn aws_access(reader: &mut Reader<'_>) -> AwsAccess {
    let aws = Aws::read(reader, &AWS_ENDPOINT_URL);
    let credentials = aws.credentials();
    AwsAccess { region: aws.region, endpoint: aws.endpoint, credentials }
}

/// Access to a service of AWS. It has no `Debug`: the key is secret.
#[derive(Default)]
struct Aws {
    region: String,
    key_id: String,
    key: String,
    token: Option<String>,
    endpoint: Option<String>,
}

impl Aws {
    /// The service has the address in `endpoint`, the one of all services, or AWS's own.
    fn read(reader: &mut Reader<'_>, endpoint: &Setting) -> Self {
        let (own, all) = (reader.optional(endpoint), reader.optional(&AWS_ENDPOINT_URL));
        Self {
            region: reader.text(&AWS_REGION),
            key_id: reader.text(&AWS_ACCESS_KEY_ID),
            key: reader.text(&AWS_SECRET_ACCESS_KEY),
            token: reader.optional(&AWS_SESSION_TOKEN),
            endpoint: own.or(all),
        }
    }

    fn credentials(&self) -> Credentials {
        Credentials::new(self.key_id.as_str(), self.key.as_str(), self.token.clone(), None, "environment")
    }
}

impl StageSettings {
    /// `kind` is absent when the setting is missing or wrong.
    pub(super) fn read(reader: &mut Reader<'_>, kind: Option<StageKind>, functions: &[Function]) -> Self {
        let mut secret_kinds: Vec<SecretKind> = functions.iter().flat_map(|one| one.secret_kinds()).collect();
        secret_kinds.sort();
        secret_kinds.dedup();
        // The secret of questions is needed only where there is somebody to ask.
        secret_kinds.retain(|kind| *kind != SecretKind::Approval || reader.is_given(APPROVAL_URL.name));
        let other_environment = match functions.contains(&Function::Webhook) {
            false => OtherEnvironment::NotHeld,
            true if reader.is_given(OTHER_STAGE_URL.name) => OtherEnvironment::Forwarded,
            true => OtherEnvironment::Rejected,
        };
        let secrets = place_of_secrets(reader, kind, &secret_kinds, other_environment);
        let table = reader.text(&TABLE_NAME);
        let aws = Aws::read(reader, &DYNAMODB_ENDPOINT);
        let keep_personal = reader.number::<i64>(&KEEP_PERSONAL_DAYS).saturating_mul(DAY);
        // The log has its own reader, which starts before all others; here they are only checked.
        let _ = (reader.optional(&LOG_LEVEL), reader.optional(&METRICS_NAMESPACE));
        let credentials = aws.credentials();
        let store = StoreConfig { table, region: aws.region, endpoint: aws.endpoint, credentials, keep_personal };
        Self { kind: kind.unwrap_or(StageKind::Test), store, secrets, secret_kinds }
    }
}

fn place_of_secrets(
    reader: &mut Reader<'_>,
    kind: Option<StageKind>,
    needed: &[SecretKind],
    other_environment: OtherEnvironment,
) -> SecretsPlace {
    let none = SecretsPlace::Variables(Secrets::default());
    let (ids, file) = (reader.list(&SECRETS_ID), reader.optional(&SECRETS_FILE));
    if !is_one_place(reader) {
        return none;
    }
    let is_elsewhere = !ids.is_empty() || file.is_some();
    match (kind, file) {
        (Some(stage), Some(file)) => SecretsPlace::File(SecretsFile { path: file.into(), stage, other_environment }),
        (Some(stage), None) if is_elsewhere => {
            let problems = reader.problems.len();
            let aws = Aws::read(reader, &SECRETS_ENDPOINT);
            if reader.problems.len() > problems {
                return none;
            }
            let credentials = aws.credentials();
            let (region, endpoint) = (aws.region, aws.endpoint);
            SecretsPlace::Manager(SecretsManager { ids, region, endpoint, credentials, stage, other_environment })
        }
        // What is elsewhere cannot be checked without the kind of the stage.
        (None, _) if is_elsewhere => none,
        (kind, _) => SecretsPlace::Variables(secrets_in_variables(reader, kind, needed, other_environment)),
    }
}

/// Whether secrets are in one place only. Those of another place would be ignored in silence: an old key would stay in
/// use, or a new one would not be used.
fn is_one_place(reader: &mut Reader<'_>) -> bool {
    let mut given: Vec<String> = [SECRETS_ID, SECRETS_FILE].map(|setting| setting.name.to_owned()).into();
    given.retain(|name| reader.is_given(name));
    if !given.is_empty() {
        let variables = SECRET_NAMES.iter().map(|name| name.to_ascii_uppercase());
        given.extend(variables.filter(|name| reader.is_given(name)));
    }
    if given.len() > 1 {
        reader.note(format!("{} are set, and secrets come from one place: keep one of these", given.join(", ")));
    }
    given.len() <= 1
}

fn secrets_in_variables(
    reader: &mut Reader<'_>,
    kind: Option<StageKind>,
    needed: &[SecretKind],
    other_environment: OtherEnvironment,
) -> Secrets {
    let reading = Secrets::read(&|name| reader.raw(&name.to_ascii_uppercase()));
    let reading = match kind {
        Some(kind) => reading.checked_for(kind, other_environment),
        None => reading,
    };
    reading.complete_for(needed).unwrap_or_else(|problems| {
        // Longer names first: some end in another.
        let named = |text: String, name: &&str| text.replace(name, &name.to_ascii_uppercase());
        reader.note(SECRET_NAMES.iter().fold(problems, named));
        Secrets::default()
    })
}
