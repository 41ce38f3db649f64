//! The settings: each is declared here once. Parser, template, documentation and tests follow this list.

use crate::config::forms::{is_approval_url, is_level, is_origin_list, is_tld_list, is_url};
use crate::config::setting::Function::{Notifier, OrderProxy, Reconciler, Status, Webhook};
use crate::config::setting::{Absent, Form, Function, SetBy, Setting};
use crate::model::approval::ApprovalMode;
use crate::secret_kind::SecretKind;
use crate::webhook::signature::BaseString;
use shared::session_grant::labels::is_order_link;

const ALL: &[Function] = &Function::ALL;
/// The functions that pages call.
const PAGES: &[Function] = &[OrderProxy, Status];
/// The functions that place orders.
const PLACING: &[Function] = &[OrderProxy, Reconciler];
/// The functions that read what sessions hold.
const SESSIONS: &[Function] = &[OrderProxy, Status, Reconciler];
/// The functions that call upstream.
const UPSTREAM: &[Function] = &[OrderProxy, Status, Reconciler, Notifier];
const ORDER_PROXY: &[Function] = &[OrderProxy];
const WEBHOOK: &[Function] = &[Webhook];
const RECONCILER: &[Function] = &[Reconciler];
const NOTIFIER: &[Function] = &[Notifier];
/// The functions that show notifications.
const TELLING: &[Function] = &[Status, Notifier];

/// The largest limit: numbers up to here are exact in JSON and in every database.
const MAX_LIMIT: u64 = 9_007_199_254_740_991;

const ORDERS: Form = Form::Number { least: 0, most: MAX_LIMIT, unit: "orders" };
const CENTS: Form = Form::Number { least: 0, most: MAX_LIMIT, unit: "cents" };
const CALLS: Form = Form::Number { least: 1, most: MAX_LIMIT, unit: "calls" };
const ON_OFF: Form = Form::OneOf(&["on", "off"]);
const URL: Form = Form::Checked("an http or https address, whose port, if any, is from 1 to 65535", is_url);
const NO_LIMIT: Absent = Absent::Means("no limit");
/// What most settings have in common.
const USUAL: Setting =
    Setting { name: "", meaning: "", form: Form::Text, absent: Absent::Refused, read_by: ALL, set_by: SetBy::Template };
/// A secret in a variable.
const SECRET: Setting = Setting {
    absent: Absent::Means("required here, in Secrets Manager or in the file"),
    set_by: SetBy::OneMachine,
    ..USUAL
};

/// Declares each setting under the name of its variable, and all of them together as `SETTINGS`.
macro_rules! settings {
    ($($name:ident: $meaning:literal, Setting { $($fields:tt)* };)*) => {
        $(
            #[doc = $meaning]
            pub const $name: Setting = Setting { name: stringify!($name), meaning: $meaning, $($fields)* };
        )*
        /// Every setting, in the order of the documentation.
        pub const SETTINGS: &[Setting] = &[$($name),*];
    };
}

settings! {
    STAGE_KIND: "what the stage is for; with a key or a webhook secret of the other environment a function does not \
                 start",
        Setting { form: Form::OneOf(&["test", "live"]), ..USUAL };
    TABLE_NAME: "the DynamoDB table",
        Setting { ..USUAL };
    AWS_REGION: "the region of AWS; Lambda sets it",
        Setting { set_by: SetBy::Lambda, ..USUAL };
    AWS_ACCESS_KEY_ID: "credentials for AWS; Lambda sets them",
        Setting { set_by: SetBy::Lambda, ..USUAL };
    AWS_SECRET_ACCESS_KEY: "credentials for AWS; Lambda sets them",
        Setting { set_by: SetBy::Lambda, ..USUAL };
    AWS_SESSION_TOKEN: "token of temporary credentials; Lambda sets it",
        Setting { absent: Absent::Means("the credentials are permanent"), set_by: SetBy::Lambda, ..USUAL };
    AWS_ENDPOINT_URL: "address of AWS's services in place of their own",
        Setting { form: URL, absent: Absent::Means("AWS's own"), set_by: SetBy::OneMachine, ..USUAL };
    DYNAMODB_ENDPOINT: "the same for DynamoDB alone",
        Setting { form: URL, absent: Absent::Means("`AWS_ENDPOINT_URL`"), set_by: SetBy::OneMachine, ..USUAL };
    SECRETS_ENDPOINT: "the same for Secrets Manager alone",
        Setting { form: URL, absent: Absent::Means("`AWS_ENDPOINT_URL`"), set_by: SetBy::OneMachine, ..USUAL };
    SECRETS_ID: "names or ARNs of secrets in Secrets Manager, separated by commas, in place of the variables; each is \
                 a JSON object with some of the secrets below, under their names in lower case",
        Setting { absent: Absent::Means("the secrets are in a file or in variables"), ..USUAL };
    SECRETS_FILE: "a file with such a JSON object of all secrets, in place of the variables",
        Setting {
            absent: Absent::Means("the secrets are in Secrets Manager or in variables"),
            set_by: SetBy::OneMachine,
            ..USUAL
        };

    SESSION_KEYS: "keys of session tokens, `kid:key` with at least 32 characters; `new:…,old:…` while rotating",
        Setting { form: Form::Secret(SecretKind::Session), read_by: SESSIONS, ..SECRET };
    DATA_KEY: "at least 32 random characters, created once for the stage and never rotated; the keys of pseudonyms and \
               fingerprints are derived from it",
        Setting { form: Form::Secret(SecretKind::Data), read_by: PLACING, ..SECRET };
    PARTNER_KEYS: "the partner's key, at least 32 random characters; `new,old` while rotating",
        Setting { form: Form::Secret(SecretKind::Partner), read_by: PAGES, ..SECRET };
    DEFAULT_PRICING: "the stage's price list as JSON, for sessions whose token has no `pricing`",
        Setting {
            form: Form::Secret(SecretKind::Partner),
            absent: Absent::Means("no amounts on a live stage, upstream's on a test stage"),
            read_by: PAGES,
            ..SECRET
        };
    APPROVAL_SECRET: "secret that signs questions to `APPROVAL_URL`, and needed with it: `whsec_` and base64 of 24 to 64 bytes; \
                      `new,old` while rotating",
        Setting { form: Form::Secret(SecretKind::Approval), read_by: ORDER_PROXY, ..SECRET };
    PEEKER_KEYS: "the upstream key, `pk_live_…` or `pk_test_…`; `new,old` while rotating",
        Setting { form: Form::Secret(SecretKind::Peeker), read_by: UPSTREAM, ..SECRET };
    SEQUENCER_LOGIN_EMAIL: "e-mail address of the partner's Smartlead login, which upstream requires in each order",
        Setting { form: Form::Secret(SecretKind::Login), read_by: PLACING, ..SECRET };
    SEQUENCER_LOGIN_PASSWORD: "password of that login",
        Setting { form: Form::Secret(SecretKind::Login), read_by: PLACING, ..SECRET };
    PREVIOUS_SEQUENCER_LOGIN_EMAIL: "the previous login, for a day after a change",
        Setting {
            form: Form::Secret(SecretKind::Login),
            absent: Absent::Means("there is none"),
            read_by: PLACING,
            ..SECRET
        };
    PREVIOUS_SEQUENCER_LOGIN_PASSWORD: "password of the previous login",
        Setting {
            form: Form::Secret(SecretKind::Login),
            absent: Absent::Means("there is none"),
            read_by: PLACING,
            ..SECRET
        };
    WEBHOOK_SECRETS_TEST: "webhook secrets of Peeker's sandbox, at least 16 characters; `new,old` while rotating; \
                           needed on a test stage, and with `OTHER_STAGE_URL`",
        Setting { form: Form::Secret(SecretKind::Webhook), read_by: WEBHOOK, ..SECRET };
    WEBHOOK_SECRETS_LIVE: "the same of live events; needed on a live stage, and with `OTHER_STAGE_URL`",
        Setting { form: Form::Secret(SecretKind::Webhook), read_by: WEBHOOK, ..SECRET };

    NOTIFICATION_ENDPOINTS: "the endpoints that receive notifications, as a JSON list",
        Setting {
            form: Form::Secret(SecretKind::Endpoints),
            absent: Absent::Means("notifications are stored, and not sent"),
            read_by: NOTIFIER,
            ..SECRET
        };

    ALLOWED_ORIGINS: "origins of the pages that may call",
        Setting {
            form: Form::Checked(
                "origins separated by commas: scheme and host, no path, such as `https://app.acme.com`",
                is_origin_list,
            ),
            read_by: PAGES,
            ..USUAL
        };
    ORDERS_ENABLED: "whether new orders are accepted",
        Setting { form: Form::OneOf(&["true", "false"]), absent: Absent::Default("true"), read_by: PLACING, ..USUAL };
    TLDS: "top-level domains on offer",
        Setting {
            form: Form::Checked("top-level domains separated by commas, such as com,net,co.uk", is_tld_list),
            absent: Absent::Means("everything that upstream sells"),
            read_by: PLACING,
            ..USUAL
        };
    // Far more than a customer orders: above it is a mistake or an attack.
    CUSTOMER_DAILY_ORDERS: "orders of one customer and day (UTC)",
        Setting { form: ORDERS, absent: Absent::Default("20"), read_by: PLACING, ..USUAL };
    CUSTOMER_DAILY_CENTS: "cost of the domains of one customer and day (UTC)",
        Setting { form: CENTS, absent: NO_LIMIT, read_by: PLACING, ..USUAL };
    PARTNER_DAILY_ORDERS: "orders of all customers together in a day (UTC)",
        Setting { form: ORDERS, absent: NO_LIMIT, read_by: PLACING, ..USUAL };
    PARTNER_DAILY_CENTS: "cost of the domains of all customers together in a day (UTC)",
        Setting { form: CENTS, absent: NO_LIMIT, read_by: PLACING, ..USUAL };
    // An hour of steady searching.
    SESSION_UPSTREAM_CALLS: "upstream calls of one session, beside ten checks of its whole plan",
        Setting { form: CALLS, absent: Absent::Default("300"), read_by: PLACING, ..USUAL };
    APPROVAL: "how each order is approved: not at all, by a token of the partner's, or by asking `APPROVAL_URL`; a session can \
               tighten `none`",
        Setting {
            form: Form::OneOf(&ApprovalMode::WORDS),
            absent: Absent::Default(ApprovalMode::None.as_str()),
            read_by: ORDER_PROXY,
            ..USUAL
        };
    APPROVAL_URL: "address of the partner's backend that approves orders",
        Setting {
            form: Form::Checked("an https address on a public host, or an address on this machine", is_approval_url),
            absent: Absent::Means("no order can be approved by asking"),
            read_by: ORDER_PROXY,
            ..USUAL
        };
    // What upstream advises: docs/upstream.md#imports.
    IMPORT_POLL_SECONDS: "time between two checks of an import",
        Setting {
            form: Form::Number { least: 1, most: 86_400, unit: "seconds" },
            absent: Absent::Default("60"),
            read_by: PLACING,
            ..USUAL
        };
    // Far longer than upstream delivers an event, and at least as long as it may deliver one again:
    // docs/upstream.md#delivery.
    KEEP_PERSONAL_DAYS: "time for which drafts and event payloads, which name people, are kept after their order is \
                         final",
        Setting {
            form: Form::Number { least: 2, most: 3_650, unit: "days" },
            absent: Absent::Default("30"),
            ..USUAL
        };

    // docs/upstream.md#base-url
    PEEKER_BASE_URL: "address of upstream's API",
        Setting {
            form: URL,
            absent: Absent::Default("https://api.peeker.ai/partner/v1"),
            read_by: UPSTREAM,
            ..USUAL
        };
    // Both editions of upstream's documentation allow 25, one allows 50: docs/upstream.md#availability-batch.
    AVAILABILITY_BATCH: "names in one availability call",
        Setting {
            form: Form::Number { least: 1, most: 50, unit: "names" },
            absent: Absent::Default("25"),
            read_by: UPSTREAM,
            ..USUAL
        };
    // Upstream raises 600 on request: docs/upstream.md#rate-limit. No key has a million: more is a typing mistake.
    UPSTREAM_CALLS_PER_MINUTE: "rate limit of the upstream key, for all functions of the stage together; 60 calls of \
                                600, at most half, are reserved for orders",
        Setting {
            form: Form::Number { least: 1, most: 1_000_000, unit: "calls a minute" },
            absent: Absent::Default("600"),
            read_by: UPSTREAM,
            ..USUAL
        };
    // A third of the 600 calls a minute of a key.
    RECONCILER_UPSTREAM_CALLS: "upstream calls of one run of the reconciler",
        Setting { form: CALLS, absent: Absent::Default("200"), read_by: RECONCILER, ..USUAL };

    // The first template is the default: docs/upstream.md#signature.
    WEBHOOK_BASE_STRING: "the bytes that upstream signs",
        Setting {
            form: Form::OneOf(&BaseString::NAMES),
            absent: Absent::Default(BaseString::NAMES[0]),
            read_by: WEBHOOK,
            ..USUAL
        };
    // A signature that is accepted at any age would prove nothing: at most a day.
    WEBHOOK_TOLERANCE_SECONDS: "time between signing and arrival of a delivery; a later delivery of an event that is \
                                stored is a duplicate, `204`",
        Setting {
            form: Form::Number { least: 1, most: 86_400, unit: "seconds" },
            absent: Absent::Default("300"),
            read_by: WEBHOOK,
            ..USUAL
        };
    WEBHOOK_ACCEPT_LATE: "whether a new event that was signed up to 25 hours ago is accepted",
        Setting { form: ON_OFF, absent: Absent::Default("off"), read_by: WEBHOOK, ..USUAL };
    WEBHOOK_CAPTURE: "whether rejected deliveries are stored for a week",
        Setting { form: ON_OFF, absent: Absent::Default("off"), read_by: WEBHOOK, ..USUAL };
    // Its form depends on the stage's kind; `webhook::forward` reads it.
    OTHER_STAGE_URL: "https address of the stage of the other environment, to which its deliveries are forwarded; \
                      needs the webhook secrets of both",
        Setting {
            absent: Absent::Means("deliveries of the other environment are refused"),
            read_by: WEBHOOK,
            ..USUAL
        };

    ATTEMPTS_QUEUE_URL: "the SQS queue with attempts that are to be made later",
        Setting {
            form: URL,
            absent: Absent::Means("the schedule alone repeats attempts"),
            read_by: NOTIFIER,
            ..USUAL
        };
    ORDER_LINK: "where a customer sees an order, for notifications; a session may name another",
        Setting {
            form: Form::Checked("an https address with {id} in its path, its query or behind its #", is_order_link),
            absent: Absent::Means("notifications have no link, unless the session names one"),
            read_by: TELLING,
            ..USUAL
        };
    LOOPBACK_ENDPOINTS: "whether endpoints on this machine may receive notifications, for tests; refused on a live stage",
        Setting { form: ON_OFF, absent: Absent::Default("off"), read_by: NOTIFIER, set_by: SetBy::OneMachine };

    LOG_LEVEL: "what is logged; `functions=debug,info` for one part",
        Setting {
            form: Form::Checked("error, warn, info, debug or trace", is_level),
            absent: Absent::Default("info"),
            ..USUAL
        };
    METRICS_NAMESPACE: "namespace of the metrics in CloudWatch",
        Setting { absent: Absent::Means("no metrics are written"), ..USUAL };
}

impl Function {
    /// The kinds of secrets that it cannot start without.
    pub fn secret_kinds(self) -> Vec<SecretKind> {
        let kind = |setting: &Setting| match setting.form {
            Form::Secret(kind) if setting.read_by.contains(&self) => Some(kind),
            _ => None,
        };
        let mut kinds: Vec<SecretKind> = SETTINGS.iter().filter_map(kind).collect();
        kinds.dedup();
        kinds
    }
}
