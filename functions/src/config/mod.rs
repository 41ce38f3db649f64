//! The settings of each function as typed values: parsed once, and everything that is missing or wrong is reported
//! together. Nothing is built or reached here.

mod forms;
mod notifier;
mod reader;
mod setting;
pub mod settings;
mod stage;
mod upstream;

pub use notifier::NotifierSettings;
pub use setting::{Absent, Form, Function, SetBy, Setting};
pub use stage::{SecretsPlace, StageSettings};
pub use upstream::UpstreamSettings;

use crate::environment::Lookup;
use crate::http::cors::Origins;
use crate::model::approval::ApprovalMode;
use crate::order_proxy::ShopConfig;
use crate::placement::ApprovalUrl;
use crate::secrets::StageKind;
use crate::store::spend_counter::Limit;
use crate::webhook::forward::WebhookUrl;
use crate::webhook::signature::{BaseString, SigningSettings};
use reader::Reader;
use settings::{
    ALLOWED_ORIGINS, APPROVAL, APPROVAL_URL, CUSTOMER_DAILY_CENTS, CUSTOMER_DAILY_ORDERS, IMPORT_POLL_SECONDS,
    ORDER_LINK, ORDERS_ENABLED, OTHER_STAGE_URL, PARTNER_DAILY_CENTS, PARTNER_DAILY_ORDERS, RECONCILER_UPSTREAM_CALLS,
    SESSION_UPSTREAM_CALLS, STAGE_KIND, TLDS, WEBHOOK_ACCEPT_LATE, WEBHOOK_BASE_STRING, WEBHOOK_CAPTURE,
    WEBHOOK_TOLERANCE_SECONDS,
};
use std::sync::Arc;

/// Settings or secrets that are missing or wrong. Names of variables and what they need, never their values.
#[derive(Debug, thiserror::Error)]
#[error("the settings are incomplete:\n  {}", .0.join("\n  "))]
pub struct ConfigError(pub Vec<String>);

/// Settings as they were read. They can be used once it is known that nothing is wrong with them or with the secrets.
#[derive(Debug)]
#[must_use]
pub struct Parsed<T> {
    /// What every function reads.
    pub stage: StageSettings,
    own: T,
    problems: Vec<String>,
}

impl<T> Parsed<T> {
    /// The stage's settings, the function's own, and the secrets that were read meanwhile.
    ///
    /// # Errors
    /// All problems of the settings and of the secrets.
    pub fn checked_with<S>(self, secrets: Result<S, String>) -> Result<(StageSettings, T, S), ConfigError> {
        let mut problems = self.problems;
        match secrets {
            Ok(secrets) if problems.is_empty() => return Ok((self.stage, self.own, secrets)),
            Ok(_) => {}
            Err(problem) => problems.push(problem),
        }
        Err(ConfigError(problems))
    }
}

/// Reads what every function reads, and then what `own` reads.
fn parse<T>(
    lookup: Lookup<'_>,
    functions: &[Function],
    own: impl FnOnce(&mut Reader<'_>, Option<StageKind>) -> T,
) -> Parsed<T> {
    let mut reader = Reader::new(lookup);
    let kind = reader.optional(&STAGE_KIND).and_then(|kind| StageKind::parse(&kind));
    let stage = StageSettings::read(&mut reader, kind, functions);
    let own = own(&mut reader, kind);
    Parsed { stage, own, problems: reader.problems }
}

/// The settings of the order proxy.
#[derive(Debug, Clone)]
pub struct OrderProxySettings {
    /// The pages that may call.
    pub origins: Origins,
    /// Upstream.
    pub upstream: UpstreamSettings,
    /// What is sold, and its limits.
    pub shop: ShopConfig,
    /// How orders are approved.
    pub approvals: ApprovalSettings,
}

/// Parses the settings of the order proxy.
pub fn order_proxy(lookup: Lookup<'_>) -> Parsed<OrderProxySettings> {
    parse(lookup, &[Function::OrderProxy], |reader, _| OrderProxySettings {
        origins: origins(reader),
        upstream: UpstreamSettings::read(reader),
        shop: shop(reader),
        approvals: ApprovalSettings::read(reader),
    })
}

/// The settings of the status endpoints.
#[derive(Debug, Clone)]
pub struct StatusSettings {
    /// The pages that may call.
    pub origins: Origins,
    /// Upstream.
    pub upstream: UpstreamSettings,
    /// The stage's link to an order, with `{id}` in it.
    pub order_link: Option<String>,
}

/// Parses the settings of the status endpoints.
pub fn status(lookup: Lookup<'_>) -> Parsed<StatusSettings> {
    parse(lookup, &[Function::Status], |reader, _| StatusSettings {
        origins: origins(reader),
        upstream: UpstreamSettings::read(reader),
        order_link: reader.optional(&ORDER_LINK),
    })
}

/// The settings of the webhook receiver.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// How deliveries are verified, and what becomes of rejected ones.
    pub receiver: ReceiverSettings,
    /// The webhook of the other environment's stage; `None`: its deliveries are refused.
    pub other_stage: Option<WebhookUrl>,
}

/// Parses the settings of the webhook receiver.
pub fn webhook(lookup: Lookup<'_>) -> Parsed<WebhookSettings> {
    parse(lookup, &[Function::Webhook], |reader, kind| WebhookSettings {
        receiver: ReceiverSettings::read(reader),
        other_stage: other_stage(reader, kind),
    })
}

/// The settings of the reconciler.
#[derive(Debug, Clone)]
pub struct ReconcilerSettings {
    /// Upstream.
    pub upstream: UpstreamSettings,
    /// What is sold, and its limits: the reconciler finishes orders.
    pub shop: ShopConfig,
    /// Upstream calls of one run.
    pub calls: u64,
}

/// Parses the settings of the reconciler.
pub fn reconciler(lookup: Lookup<'_>) -> Parsed<ReconcilerSettings> {
    parse(lookup, &[Function::Reconciler], |reader, _| ReconcilerSettings {
        upstream: UpstreamSettings::read(reader),
        shop: shop(reader),
        calls: reader.number(&RECONCILER_UPSTREAM_CALLS),
    })
}

/// Parses the settings of the notifier.
pub fn notifier(lookup: Lookup<'_>) -> Parsed<NotifierSettings> {
    parse(lookup, &[Function::Notifier], NotifierSettings::read)
}

/// The settings of all functions in one process.
#[derive(Debug, Clone)]
pub struct AllSettings {
    /// The pages that may call.
    pub origins: Origins,
    /// Upstream.
    pub upstream: UpstreamSettings,
    /// What is sold, and its limits.
    pub shop: ShopConfig,
    /// How orders are approved.
    pub approvals: ApprovalSettings,
    /// How deliveries are verified, and what becomes of rejected ones.
    pub receiver: ReceiverSettings,
    /// Upstream calls of one run of the reconciler.
    pub reconciler_calls: u64,
    /// The stage's link to an order, with `{id}` in it.
    pub order_link: Option<String>,
}

impl AllSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            origins: origins(reader),
            upstream: UpstreamSettings::read(reader),
            shop: shop(reader),
            approvals: ApprovalSettings::read(reader),
            receiver: ReceiverSettings::read(reader),
            reconciler_calls: reader.number(&RECONCILER_UPSTREAM_CALLS),
            order_link: reader.optional(&ORDER_LINK),
        }
    }
}

/// Every setting at its declared default, for stacks that are not started from variables. No page may call.
impl Default for AllSettings {
    fn default() -> Self {
        Self::read(&mut Reader::new(&|_| None))
    }
}

/// Parses the settings of all functions together, and the webhook of the other environment's stage.
pub fn all(lookup: Lookup<'_>) -> Parsed<(AllSettings, Option<WebhookUrl>)> {
    parse(lookup, &Function::ALL, |reader, kind| (AllSettings::read(reader), other_stage(reader, kind)))
}

/// How orders are approved.
#[derive(Debug, Clone, Default)]
pub struct ApprovalSettings {
    /// What each order needs.
    pub least: ApprovalMode,
    /// Where the partner's backend is asked.
    pub url: Option<ApprovalUrl>,
}

impl ApprovalSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let least = ApprovalMode::parse(&reader.text(&APPROVAL)).unwrap_or_default();
        let given = reader.is_given(APPROVAL_URL.name);
        let url = reader.optional(&APPROVAL_URL).and_then(|url| ApprovalUrl::parse(&url));
        if least == ApprovalMode::Call && !given {
            reader.note(format!("{} is call, so {} is needed", APPROVAL.name, APPROVAL_URL.name));
        }
        Self { least, url }
    }
}

/// How deliveries are verified, and what becomes of rejected ones.
#[derive(Debug, Clone, Copy)]
pub struct ReceiverSettings {
    /// What is signed, and how old it may be.
    pub signing: SigningSettings,
    /// Whether rejected deliveries are stored.
    pub captures: bool,
}

impl ReceiverSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let base_string = BaseString::parse(&reader.text(&WEBHOOK_BASE_STRING)).unwrap_or(BaseString::TimestampBody);
        let tolerance = reader.number(&WEBHOOK_TOLERANCE_SECONDS);
        let accepts_late = reader.is(&WEBHOOK_ACCEPT_LATE, "on");
        let captures = reader.is(&WEBHOOK_CAPTURE, "on");
        Self { signing: SigningSettings { base_string, tolerance, accepts_late }, captures }
    }
}

fn origins(reader: &mut Reader<'_>) -> Origins {
    Origins::new(reader.list(&ALLOWED_ORIGINS))
}

fn shop(reader: &mut Reader<'_>) -> ShopConfig {
    let without_dot = |tld: String| tld.trim_start_matches('.').to_ascii_lowercase();
    ShopConfig {
        tlds: Arc::new(reader.list(&TLDS).into_iter().map(without_dot).collect()),
        session_calls: reader.number(&SESSION_UPSTREAM_CALLS),
        import_poll_seconds: reader.number(&IMPORT_POLL_SECONDS),
        customer_daily: Limit {
            orders: reader.limit(&CUSTOMER_DAILY_ORDERS),
            cents: reader.limit(&CUSTOMER_DAILY_CENTS),
        },
        partner_daily: Limit { orders: reader.limit(&PARTNER_DAILY_ORDERS), cents: reader.limit(&PARTNER_DAILY_CENTS) },
        orders_enabled: reader.is(&ORDERS_ENABLED, "true"),
    }
}

/// The webhook of the stage of the other environment.
fn other_stage(reader: &mut Reader<'_>, kind: Option<StageKind>) -> Option<WebhookUrl> {
    let url = reader.optional(&OTHER_STAGE_URL)?;
    let other = kind.map_or("other", |kind| kind.other().name());
    WebhookUrl::parse(&url)
        .inspect_err(|problems| {
            for problem in problems {
                reader.note(format!("{} is the address of the {other} stage: {problem}", OTHER_STAGE_URL.name));
            }
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::settings::SETTINGS;
    use super::{Absent, AllSettings, Form, Setting};
    use crate::secrets::SECRET_NAMES;
    use crate::webhook::signature::{BaseString, DEFAULT_TOLERANCE};
    use std::collections::BTreeSet;

    #[test]
    fn each_default_has_the_form_of_its_setting() {
        for setting in SETTINGS {
            if let Absent::Default(value) = setting.absent {
                assert!(setting.form.accepts(value), "{}={value}", setting.name);
            }
        }
    }

    #[test]
    fn every_secret_is_a_setting() {
        let is_secret = |setting: &&Setting| matches!(setting.form, Form::Secret(_));
        let declared = SETTINGS.iter().filter(is_secret).map(|setting| setting.name.to_owned());
        let read = SECRET_NAMES.iter().map(|name| name.to_ascii_uppercase());
        assert_eq!(declared.collect::<BTreeSet<_>>(), read.collect());
    }

    #[test]
    fn defaults_reach_the_typed_settings() {
        let AllSettings { upstream, shop, receiver, reconciler_calls, .. } = AllSettings::default();
        assert_eq!(upstream.base_url, "https://api.peeker.ai/partner/v1");
        assert_eq!((upstream.availability_batch, upstream.calls_per_minute), (25, Some(600)));
        assert!(shop.orders_enabled && shop.tlds.is_empty());
        assert_eq!((shop.session_calls, shop.import_poll_seconds, reconciler_calls), (300, 60, 200));
        assert_eq!((shop.customer_daily.orders, shop.customer_daily.cents), (Some(20), None));
        assert_eq!((shop.partner_daily.orders, shop.partner_daily.cents), (None, None));
        assert_eq!(receiver.signing.tolerance, DEFAULT_TOLERANCE);
        assert_eq!(receiver.signing.base_string, BaseString::TimestampBody);
        assert!(!receiver.signing.accepts_late && !receiver.captures);
    }
}
