//! Settings: each is read once, and all that is missing or wrong is reported together.

mod values;

pub use values::{ConfigError, Settings};

use crate::belonging::Foreign;
use crate::clock::{Clock, Random};
use crate::http::cors::Origins;
use crate::needs::Need;
use crate::order_proxy::{Offer, Proxy};
use crate::reconciler::Reconciler;
use crate::secrets::{SECRET_NAMES, Secrets, StageKind};
use crate::secrets_manager::SecretsManager;
use crate::session::Keys;
use crate::status::Window;
use crate::store::guard::Limit;
use crate::store::{Store, StoreConfig};
use crate::upstream::network::Network;
use crate::upstream::{Upstream, UpstreamConfig};
use crate::vault::{Source, Vault};
use crate::webhook::Receiver;
use crate::webhook::capture::Capture;
use crate::webhook::forward::OtherStage;
use crate::webhook::signature::{BaseString, DEFAULT_TOLERANCE, SigningSettings};
use aws_credential_types::Credentials;
use shared::file_text;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use values::MAX_LIMIT;

/// Upstream's address: docs/upstream.md#base-url.
pub const DEFAULT_BASE_URL: &str = "https://api.peeker.ai/partner/v1";
/// Names per availability call that both editions allow: docs/upstream.md#availability-batch.
pub const DEFAULT_BATCH: usize = 25;
/// Calls a minute and key; upstream raises it on request: docs/upstream.md#rate-limit.
const DEFAULT_RATE: u32 = 600;
/// Calls a minute that no key has: more is a slip of the finger.
const MAX_RATE: u32 = 1_000_000;
/// Seconds between signing and arrival that may be allowed: a day. A signature of any age would be none.
const MAX_TOLERANCE: i64 = 86_400;
/// Most names per availability call: docs/upstream.md#availability-batch.
const MAX_BATCH: usize = 50;
/// Upstream calls of one session: an hour of steady searching.
const DEFAULT_SESSION_CALLS: u64 = 300;

/// Days that drafts and payloads are kept: far longer than upstream delivers, docs/upstream.md#delivery.
const DEFAULT_KEEP_DAYS: u32 = 30;
/// Seconds between two looks at an import, as upstream advises: docs/upstream.md#imports.
pub const DEFAULT_IMPORT_POLL: u32 = 60;
/// Orders of one customer in a day: more is a mistake or an attack.
const DEFAULT_CUSTOMER_ORDERS: u64 = 20;
/// Upstream calls of one run of the reconciler: a third of the key's 600 a minute.
const DEFAULT_RECONCILER_CALLS: u64 = 200;

impl Settings<'_> {
    /// What the stage is for.
    fn stage(&mut self) -> Option<StageKind> {
        let name = self.required("STAGE_KIND", "test or live")?;
        let stage = StageKind::parse(&name);
        if stage.is_none() {
            self.blame("STAGE_KIND must be test or live".to_owned());
        }
        stage
    }

    /// The region, credentials, and the address of AWS: its own, `own`'s, or one for all its services.
    fn aws(&mut self, own: &str) -> Option<(String, Credentials, Option<String>)> {
        let region = self.required("AWS_REGION", "the region; Lambda sets it");
        let id = self.required("AWS_ACCESS_KEY_ID", "credentials; Lambda sets them");
        let secret = self.required("AWS_SECRET_ACCESS_KEY", "credentials; Lambda sets them");
        let token = self.optional("AWS_SESSION_TOKEN");
        let (own, all) = (self.address(own), self.address("AWS_ENDPOINT_URL"));
        let endpoint = own.or(all);
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
        let days = self.number("KEEP_PERSONAL_DAYS", DEFAULT_KEEP_DAYS, (2, 3_650));
        let keep_personal = i64::from(days).saturating_mul(24 * 60 * 60);
        Some(Store::new(StoreConfig { table: table?, region, endpoint, credentials, keep_personal }))
    }

    /// The client of upstream. Its calls are those of the stage: all functions take them from one bucket in `store`.
    fn upstream(&mut self, vault: &Vault, store: Option<&Store>) -> Option<Upstream> {
        let batch = self.number("AVAILABILITY_BATCH", DEFAULT_BATCH, (1, MAX_BATCH));
        let base_url = self.address("PEEKER_BASE_URL").unwrap_or_else(|| DEFAULT_BASE_URL.to_owned());
        let calls_per_minute = Some(self.number("UPSTREAM_CALLS_PER_MINUTE", DEFAULT_RATE, (1, MAX_RATE)));
        let config = UpstreamConfig {
            base_url,
            vault: vault.clone(),
            availability_batch: batch,
            calls_per_minute,
            clock: Clock::system(),
            random: Random::system(),
        };
        let network = self.network();
        let bucket = store?.rate(self.stage()?.name());
        Some(Upstream::over(network?, config).sharing(bucket))
    }

    /// How requests reach upstream and the other stage.
    fn network(&mut self) -> Option<Arc<Network>> {
        match Network::new() {
            Ok(network) => Some(Arc::new(network)),
            Err(error) => {
                self.blame(error.to_string());
                None
            }
        }
    }

    /// The secrets: those of Secrets Manager that `SECRETS_ID` names, or those of the file that `SECRETS_FILE` names,
    /// both read again when one no longer fits; or those in variables. When they are refused, the vault is empty and
    /// [`Settings::finish`] says why.
    pub async fn vault(&mut self, needs: &'static [Need]) -> Vault {
        let Some(stage) = self.stage() else {
            // Without it nothing starts; what else is missing is named in the same message.
            let secrets = Secrets::read(&|name| self.raw(&name.to_ascii_uppercase())).complete_for(needs);
            let is_elsewhere = self.optional("SECRETS_ID").or_else(|| self.optional("SECRETS_FILE")).is_some();
            if let (false, Err(problem)) = (is_elsewhere, secrets) {
                self.blame(as_variables(&problem));
            }
            return Vault::fixed(Secrets::default());
        };
        if !self.reads_secrets_from_one_place() {
            return Vault::fixed(Secrets::default());
        }
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
            Secrets::read(&|name| self.raw(&name.to_ascii_uppercase()))
                .belonging_to(stage, foreign)
                .complete_for(needs)
                .map(Vault::fixed)
                .map_err(|problem| as_variables(&problem))
        };
        opened.unwrap_or_else(|problem| {
            self.blame(problem);
            Vault::fixed(Secrets::default())
        })
    }

    /// Secrets of another place than the one that is read would be passed over in silence: an old key would stay in use,
    /// or a new one would not come into it.
    fn reads_secrets_from_one_place(&mut self) -> bool {
        let places = ["SECRETS_ID", "SECRETS_FILE"].into_iter().filter(|name| self.optional(name).is_some());
        let variables = SECRET_NAMES.iter().map(|name| name.to_ascii_uppercase());
        let mut given: Vec<String> = places.map(str::to_owned).collect();
        if !given.is_empty() {
            given.extend(variables.filter(|name| self.optional(name).is_some()));
        }
        if given.len() > 1 {
            self.blame(format!("{} are set, and secrets come from one place: keep one of these", given.join(", ")));
        }
        given.len() <= 1
    }

    /// The pages that may call.
    pub fn origins(&mut self) -> Option<Origins> {
        self.required("ALLOWED_ORIGINS", "page origins, such as https://app.acme.com, split by commas")?;
        let origins = self.list("ALLOWED_ORIGINS");
        if origins.is_empty() || origins.iter().any(|origin| shared::origin::normalise_origin(origin).is_none()) {
            self.blame(
                "ALLOWED_ORIGINS must be origins: scheme and host, no path, such as https://app.acme.com".to_owned(),
            );
        }
        Some(Origins::new(origins))
    }

    /// What places orders: the order proxy, and the reconciler too.
    pub fn proxy(&mut self, vault: &Vault) -> Option<Proxy> {
        let store = self.store();
        let upstream = self.upstream(vault, store.as_ref());
        let keys = self.keys(vault);
        let tlds = self.endings();
        let session_calls = self.number("SESSION_UPSTREAM_CALLS", DEFAULT_SESSION_CALLS, (1, MAX_LIMIT));
        let import_poll_seconds = self.number("IMPORT_POLL_SECONDS", DEFAULT_IMPORT_POLL, (1, 86_400));
        let customer_daily = Limit {
            orders: Some(self.number("CUSTOMER_DAILY_ORDERS", DEFAULT_CUSTOMER_ORDERS, (0, MAX_LIMIT))),
            cents: self.limit("CUSTOMER_DAILY_CENTS"),
        };
        let partner_daily =
            Limit { orders: self.limit("PARTNER_DAILY_ORDERS"), cents: self.limit("PARTNER_DAILY_CENTS") };
        let orders_enabled = self.orders_enabled();
        Some(Proxy {
            store: store?,
            upstream: upstream?,
            keys: keys?,
            offer: Offer {
                tlds: Arc::new(tlds),
                orders_enabled,
                session_calls,
                customer_daily,
                partner_daily,
                import_poll_seconds,
            },
            clock: Clock::system(),
            random: Random::system(),
        })
    }

    /// Endings on offer, without their dot.
    fn endings(&mut self) -> Vec<String> {
        let tlds = self.list("TLDS").into_iter().map(|tld| tld.trim_start_matches('.').to_ascii_lowercase());
        let tlds: Vec<String> = tlds.collect();
        let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !tlds.iter().all(|tld| tld.split('.').all(is_label)) {
            self.blame("TLDS must be endings split by commas, such as com,net,co.uk".to_owned());
        }
        tlds
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
                self.blame("ORDERS_ENABLED must be true or false".to_owned());
                false
            }
        }
    }

    /// The reconciler.
    pub fn reconciler(&mut self, vault: &Vault) -> Option<Reconciler> {
        let calls = self.number("RECONCILER_UPSTREAM_CALLS", DEFAULT_RECONCILER_CALLS, (1, MAX_LIMIT));
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
            self.blame(format!("WEBHOOK_BASE_STRING must be one of {}", known.join("  ")));
        }
        let tolerance = self.number("WEBHOOK_TOLERANCE_SECONDS", DEFAULT_TOLERANCE, (1, MAX_TOLERANCE));
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
        match OtherStage::over(self.network()?, &url, environment) {
            Ok(other) => Some(other),
            Err(problems) => {
                problems.into_iter().map(wrong).for_each(|problem| self.blame(problem));
                None
            }
        }
    }

    /// The status endpoints.
    pub fn window(&mut self, vault: &Vault) -> Option<Window> {
        let store = self.store();
        let keys = self.keys(vault);
        let upstream = self.upstream(vault, store.as_ref());
        Some(Window { store: store?, keys: keys?, upstream: upstream? })
    }
}

/// A problem of secrets that are in variables, under the names of those.
fn as_variables(problem: &str) -> String {
    // Longer names first: some end in another.
    SECRET_NAMES.iter().fold(problem.to_owned(), |text, name| text.replace(name, &name.to_ascii_uppercase()))
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
            Ok(Secrets::read(&|name| values.get(name).cloned()).belonging_to(stage, foreign))
        })
    })
}
