//! Settings: the only place that reads the environment, and it tells everything that is missing at once.

use crate::belonging::Foreign;
use crate::clock::{Clock, Random};
use crate::http::cors::Origins;
use crate::needs::Need;
use crate::order_proxy::{Offer, Proxy};
use crate::reconciler::Reconciler;
use crate::secrets_manager::SecretsManager;
use crate::session::Keys;
use crate::status::Window;
use crate::store::guard::Limit;
use crate::store::{Store, StoreConfig};
use crate::upstream::{Upstream, UpstreamConfig};
use crate::vault::{Secrets, Source, StageKind, Vault};
use crate::webhook::Receiver;
use crate::webhook::capture::Capture;
use crate::webhook::forward::OtherStage;
use crate::webhook::signature::{BaseString, DEFAULT_TOLERANCE, SigningSettings};
use aws_credential_types::Credentials;
use shared::file_text;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Upstream today (June edition).
pub const DEFAULT_BASE_URL: &str = "https://api.peeker.ai/partner/v1";
/// Names per availability call that suit both editions (reference, table 8, row 2); 50 is June's limit.
pub const DEFAULT_BATCH: usize = 25;
/// Calls a minute and key (both editions); upstream raises it on request.
const DEFAULT_RATE: u32 = 600;
/// June's limit.
const MAX_BATCH: usize = 50;
/// Upstream calls of one session: an hour of steady searching.
const DEFAULT_SESSION_CALLS: u64 = 300;

/// Days that drafts and payloads are kept: attempts over 24 hours are documented (reference, 6.2), so 30 are plenty.
const DEFAULT_KEEP_DAYS: u32 = 30;
/// Seconds between two looks at an import: upstream's own advice (June edition).
pub const DEFAULT_IMPORT_POLL: u32 = 60;
/// Orders of one customer in a day: more is a mistake or an attack.
const DEFAULT_CUSTOMER_ORDERS: u64 = 20;
/// Upstream calls of one run of the reconciler: a third of the key's 600 a minute.
const DEFAULT_RECONCILER_CALLS: u64 = 200;

/// The settings do not add up. Names of variables and what they need, never their values.
#[derive(Debug, thiserror::Error)]
#[error("the settings are incomplete:\n  {}", .0.join("\n  "))]
pub struct ConfigError(pub Vec<String>);

/// Where settings are looked up by name: [`from_environment`], or a test's own.
pub type Lookup<'e> = &'e dyn Fn(&str) -> Option<String>;

/// Looks settings up and remembers what was wrong with them.
pub struct Settings<'e> {
    lookup: Lookup<'e>,
    problems: Vec<String>,
}

impl std::fmt::Debug for Settings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("problems", &self.problems).finish_non_exhaustive()
    }
}

/// A variable of the process. Everything else takes a [`Settings`].
pub fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl<'e> Settings<'e> {
    /// Reads through `lookup`.
    pub fn new(lookup: Lookup<'e>) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// `value`, unless anything was wrong.
    ///
    /// # Errors
    /// Everything that was.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, ConfigError> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(ConfigError(self.problems)),
        }
    }

    fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn required(&mut self, name: &str, what: &str) -> Option<String> {
        let value = self.optional(name);
        let missing = format!("{name} is missing: {what}");
        // Two clients may ask for the same one.
        if value.is_none() && !self.problems.contains(&missing) {
            self.problems.push(missing);
        }
        value
    }

    fn number<T: std::str::FromStr>(&mut self, name: &str, default: T, what: &str) -> T {
        match self.optional(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(number)) => number,
            Some(Err(_)) => {
                self.problems.push(format!("{name} must be {what}"));
                default
            }
        }
    }

    /// A whole number, or no limit when the variable is absent.
    fn limit(&mut self, name: &str) -> Option<u64> {
        self.optional(name)?;
        Some(self.number(name, 0, "a whole number"))
    }

    /// `on` or `off`; off when the variable is absent.
    fn switch(&mut self, name: &str) -> bool {
        match self.optional(name).as_deref() {
            None | Some("off") => false,
            Some("on") => true,
            Some(_) => {
                self.problems.push(format!("{name} must be on or off"));
                false
            }
        }
    }

    /// `a,b,c`
    fn list(&self, name: &str) -> Vec<String> {
        let text = self.optional(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// What the stage is for.
    fn stage(&mut self) -> Option<StageKind> {
        let name = self.required("STAGE_KIND", "test or live")?;
        let stage = StageKind::parse(&name);
        if stage.is_none() {
            let wrong = "STAGE_KIND must be test or live".to_owned();
            // The secrets and the sessions ask for it.
            if !self.problems.contains(&wrong) {
                self.problems.push(wrong);
            }
        }
        stage
    }

    /// The region, credentials, and the address of AWS: its own, `own`'s, or one for all its services.
    fn aws(&mut self, own: &str) -> Option<(String, Credentials, Option<String>)> {
        let region = self.required("AWS_REGION", "the region; Lambda sets it");
        let id = self.required("AWS_ACCESS_KEY_ID", "credentials; Lambda sets them");
        let secret = self.required("AWS_SECRET_ACCESS_KEY", "credentials; Lambda sets them");
        let token = self.optional("AWS_SESSION_TOKEN");
        let endpoint = self.optional(own).or_else(|| self.optional("AWS_ENDPOINT_URL"));
        Some((region?, Credentials::new(id?, secret?, token, None, "environment"), endpoint))
    }

    fn secrets_manager(&mut self, stage: StageKind, foreign: Foreign) -> Option<SecretsManager> {
        let ids = self.list("SECRETS_ID");
        let (region, credentials, endpoint) = self.aws("SECRETS_ENDPOINT")?;
        Some(SecretsManager { ids, region, endpoint, credentials, stage, foreign })
    }

    fn store(&mut self) -> Option<Store> {
        let table = self.required("TABLE_NAME", "the DynamoDB table");
        let (region, credentials, endpoint) = self.aws("DYNAMODB_ENDPOINT")?;
        let days = self.number("KEEP_PERSONAL_DAYS", DEFAULT_KEEP_DAYS, "a number of days from 2 to 3,650");
        let keep_personal = i64::from(days.clamp(2, 3_650)).saturating_mul(24 * 60 * 60);
        Some(Store::new(StoreConfig { table: table?, region, endpoint, credentials, keep_personal }))
    }

    fn upstream(&mut self, vault: &Vault) -> Option<Upstream> {
        let batch = self.number("AVAILABILITY_BATCH", DEFAULT_BATCH, "a number from 1 to 50");
        let config = UpstreamConfig {
            base_url: self.optional("PEEKER_BASE_URL").unwrap_or_else(|| DEFAULT_BASE_URL.to_owned()),
            vault: vault.clone(),
            availability_batch: batch.clamp(1, MAX_BATCH),
            calls_per_minute: Some(self.number("UPSTREAM_CALLS_PER_MINUTE", DEFAULT_RATE, "a whole number")),
            clock: Clock::system(),
            random: Random::system(),
        };
        Some(Upstream::new(config))
    }

    /// The secrets: those of Secrets Manager that `SECRETS_ID` names, or those of the file that `SECRETS_FILE` names,
    /// both read again when one no longer fits; or those in variables. When they are refused, the vault is empty and
    /// [`Settings::finish`] says why.
    pub async fn vault(&mut self, needs: &'static [Need]) -> Vault {
        let Some(stage) = self.stage() else {
            // Without it nothing starts; what else is missing is named in the same message.
            let secrets = Secrets::read(&|name| (self.lookup)(&name.to_ascii_uppercase()));
            let is_elsewhere = self.optional("SECRETS_ID").or_else(|| self.optional("SECRETS_FILE")).is_some();
            if let (false, Err(problem)) = (is_elsewhere, secrets.and_then(|secrets| secrets.complete_for(needs))) {
                self.problems.push(problem);
            }
            return Vault::fixed(Secrets::default());
        };
        let foreign = match needs.contains(&Need::Webhook) {
            false => Foreign::NotHeld,
            true if self.optional("OTHER_STAGE_URL").is_some() => Foreign::PassedOn,
            true => Foreign::Refused,
        };
        let opened = if !self.list("SECRETS_ID").is_empty() {
            match self.secrets_manager(stage, foreign) {
                Some(manager) => Vault::open(manager.source(), needs, Clock::system()).await,
                // What it lacks is noted.
                None => Ok(Vault::fixed(Secrets::default())),
            }
        } else if let Some(file) = self.optional("SECRETS_FILE") {
            Vault::open(secrets_file(file.into(), stage, foreign), needs, Clock::system()).await
        } else {
            Secrets::read(&|name| (self.lookup)(&name.to_ascii_uppercase()))
                .and_then(|secrets| secrets.belonging_to(stage, foreign)?.complete_for(needs))
                .map(Vault::fixed)
        };
        opened.unwrap_or_else(|problem| {
            self.problems.push(problem);
            Vault::fixed(Secrets::default())
        })
    }

    /// The pages that may call.
    pub fn origins(&mut self) -> Option<Origins> {
        self.required("ALLOWED_ORIGINS", "page origins, such as https://app.acme.com, split by commas")?;
        Some(Origins::new(self.list("ALLOWED_ORIGINS")))
    }

    /// What places orders: the order proxy, and the reconciler too.
    pub fn proxy(&mut self, vault: &Vault) -> Option<Proxy> {
        let store = self.store();
        let upstream = self.upstream(vault);
        let keys = self.keys(vault);
        let tlds = self.list("TLDS").into_iter().map(|tld| tld.trim_start_matches('.').to_ascii_lowercase()).collect();
        let session_calls = self.number("SESSION_UPSTREAM_CALLS", DEFAULT_SESSION_CALLS, "a whole number");
        let import_poll_seconds = self.number("IMPORT_POLL_SECONDS", DEFAULT_IMPORT_POLL, "seconds");
        let customer_daily = Limit {
            orders: Some(self.number("CUSTOMER_DAILY_ORDERS", DEFAULT_CUSTOMER_ORDERS, "a whole number")),
            cents: self.limit("CUSTOMER_DAILY_CENTS"),
        };
        let partner_daily =
            Limit { orders: self.limit("PARTNER_DAILY_ORDERS"), cents: self.limit("PARTNER_DAILY_CENTS") };
        Some(Proxy {
            store: store?,
            upstream: upstream?,
            keys: keys?,
            offer: Offer {
                tlds: Arc::new(tlds),
                orders_enabled: self.orders_enabled(),
                session_calls,
                customer_daily,
                partner_daily,
                import_poll_seconds,
            },
            clock: Clock::system(),
            random: Random::system(),
        })
    }

    /// Who may call, on a stage of this kind.
    fn keys(&mut self, vault: &Vault) -> Option<Keys> {
        let stage = self.stage()?;
        Some(Keys { vault: vault.clone(), clock: Clock::system(), stage })
    }

    /// Whether new orders are taken at all.
    fn orders_enabled(&mut self) -> bool {
        match self.optional("ORDERS_ENABLED").as_deref() {
            None | Some("true") => true,
            Some("false") => false,
            Some(_) => {
                self.problems.push("ORDERS_ENABLED must be true or false".to_owned());
                false
            }
        }
    }

    /// The reconciler.
    pub fn reconciler(&mut self, vault: &Vault) -> Option<Reconciler> {
        let calls = self.number("RECONCILER_UPSTREAM_CALLS", DEFAULT_RECONCILER_CALLS, "a whole number");
        let proxy = self.proxy(vault)?;
        Some(Reconciler { clock: proxy.clock.clone(), desk: proxy.desk(), calls })
    }

    /// The webhook receiver.
    pub fn receiver(&mut self, vault: &Vault) -> Option<Receiver> {
        let store = self.store();
        let name = self.optional("WEBHOOK_BASE_STRING").unwrap_or_else(|| "{timestamp}.{body}".to_owned());
        let base_string = BaseString::parse(&name);
        if base_string.is_none() {
            let known: Vec<&str> = BaseString::ALL.iter().map(|(name, _)| *name).collect();
            self.problems.push(format!("WEBHOOK_BASE_STRING must be one of {}", known.join("  ")));
        }
        let tolerance = self.number("WEBHOOK_TOLERANCE_SECONDS", DEFAULT_TOLERANCE, "seconds");
        let accepts_late = self.switch("WEBHOOK_ACCEPT_LATE");
        let capture = self.switch("WEBHOOK_CAPTURE").then(Capture::default);
        let other = self.other_stage();
        let signing = SigningSettings { base_string: base_string?, tolerance, accepts_late };
        Some(Receiver { store: store?, clock: Clock::system(), vault: vault.clone(), signing, other, capture })
    }

    /// Where deliveries of the other environment are passed on to.
    fn other_stage(&mut self) -> Option<OtherStage> {
        let url = self.optional("OTHER_STAGE_URL")?;
        let environment = self.stage()?.other().name();
        let wrong = |problem: &str| format!("OTHER_STAGE_URL is the address of the {environment} stage: {problem}");
        match OtherStage::at(&url, environment) {
            Ok(other) => Some(other),
            Err(problems) => {
                self.problems.extend(problems.into_iter().map(wrong));
                None
            }
        }
    }

    /// The status endpoints.
    pub fn window(&mut self, vault: &Vault) -> Option<Window> {
        let store = self.store();
        let keys = self.keys(vault);
        let upstream = self.upstream(vault);
        Some(Window { store: store?, keys: keys?, upstream: upstream? })
    }
}

/// A JSON object of strings, under the names of the variables in lower case.
pub fn secrets_file(file: PathBuf, stage: StageKind, foreign: Foreign) -> Source {
    Arc::new(move || {
        let file = file.clone();
        Box::pin(async move {
            let unreadable = |why: &str| format!("{}: {why}", file.display());
            let bytes = std::fs::read(&file).map_err(|error| unreadable(&error.to_string()))?;
            let text = file_text::read(&bytes).map_err(unreadable)?;
            let values: BTreeMap<String, String> =
                serde_json::from_str(text).map_err(|_| unreadable("it is not a JSON object of strings"))?;
            Secrets::read(&|name| values.get(name).cloned())?.belonging_to(stage, foreign)
        })
    })
}
