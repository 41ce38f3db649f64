//! Every setting: what it is called in each place it can come from.

/// What can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// Where our functions answer.
    Api,
    /// Opens the partner's routes of our functions.
    PartnerKey,
    /// Where Peeker answers.
    PeekerUrl,
    /// Opens Peeker.
    PeekerKey,
    /// Signs session tokens.
    SessionKey,
    /// Names the session key in a token.
    SessionKid,
    /// The audience that session tokens name.
    SessionAudience,
    /// Signs deliveries.
    WebhookSecret,
    /// Signs deliveries of the other environment, test or live.
    OtherWebhookSecret,
    /// What of a delivery is signed.
    BaseString,
    /// The Smartlead login that orders carry.
    LoginEmail,
    /// Its password.
    LoginPassword,
    /// The sandbox's control surface, known from a demo only.
    SandboxControl,
}

/// Where a setting can come from.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) name: Name,
    /// In the configuration file; secrets also as `<key>_file`.
    pub(crate) key: &'static str,
    /// In the environment; secrets also as `<env>_FILE`.
    pub(crate) env: &'static str,
    /// On the command line; for a secret it names a file.
    pub(crate) flag: &'static str,
    /// In demo.json.
    pub(crate) demo: Option<&'static str>,
    /// Never shown.
    pub(crate) secret: bool,
    /// Points at a deployment: when one of these is set, no running demo is looked for.
    pub(crate) connects: bool,
    /// When nothing is said.
    pub(crate) default: Option<&'static str>,
    /// For people.
    pub(crate) what: &'static str,
}

const fn secret(name: Name, key: &'static str, env: &'static str, flag: &'static str, what: &'static str) -> Spec {
    Spec { name, key, env, flag, demo: Some(key), secret: true, connects: true, default: None, what }
}

/// All of them, in the order in which they are shown.
pub(crate) const SPECS: [Spec; 13] = [
    Spec {
        name: Name::Api,
        key: "api",
        env: "PEEKER_API",
        flag: "--api",
        demo: Some("api"),
        secret: false,
        connects: true,
        default: None,
        what: "the checkout API, your deployment of the functions",
    },
    secret(Name::PartnerKey, "partner_key", "PEEKER_PARTNER_KEY", "--partner-key-file", "partner key"),
    Spec {
        name: Name::PeekerUrl,
        key: "peeker_url",
        env: "PEEKER_URL",
        flag: "--peeker-url",
        demo: Some("peeker_base_url"),
        secret: false,
        connects: false,
        default: Some("https://api.peeker.ai/partner/v1"),
        what: "Peeker's API",
    },
    secret(Name::PeekerKey, "peeker_key", "PEEKER_KEY", "--peeker-key-file", "Peeker key"),
    secret(Name::SessionKey, "session_key", "PEEKER_SESSION_KEY", "--session-key-file", "session key"),
    Spec {
        name: Name::SessionKid,
        key: "session_kid",
        env: "PEEKER_SESSION_KID",
        flag: "--session-kid",
        demo: Some("session_kid"),
        secret: false,
        connects: false,
        default: None,
        what: "kid of the session key",
    },
    Spec {
        name: Name::SessionAudience,
        key: "session_audience",
        env: "PEEKER_SESSION_AUDIENCE",
        flag: "--session-audience",
        demo: Some("session_audience"),
        secret: false,
        connects: false,
        default: None,
        what: "audience of session tokens: peeker-checkout/test or peeker-checkout/live",
    },
    secret(Name::WebhookSecret, "webhook_secret", "PEEKER_WEBHOOK_SECRET", "--webhook-secret-file", "webhook secret"),
    Spec {
        name: Name::OtherWebhookSecret,
        key: "other_webhook_secret",
        env: "PEEKER_OTHER_WEBHOOK_SECRET",
        flag: "--other-webhook-secret-file",
        demo: None,
        secret: true,
        connects: false,
        default: None,
        what: "webhook secret of the other environment",
    },
    Spec {
        name: Name::BaseString,
        key: "webhook_base_string",
        env: "PEEKER_WEBHOOK_BASE_STRING",
        flag: "--base-string",
        demo: None,
        secret: false,
        connects: false,
        default: Some("{timestamp}.{body}"),
        what: "what of a delivery is signed",
    },
    Spec {
        name: Name::LoginEmail,
        key: "login_email",
        env: "PEEKER_LOGIN_EMAIL",
        flag: "--login-email-file",
        demo: Some("sequencer_login_email"),
        secret: true,
        connects: true,
        default: None,
        what: "Smartlead login that orders carry",
    },
    Spec {
        name: Name::LoginPassword,
        key: "login_password",
        env: "PEEKER_LOGIN_PASSWORD",
        flag: "--login-password-file",
        demo: Some("sequencer_login_password"),
        secret: true,
        connects: true,
        default: None,
        what: "its password",
    },
    Spec {
        name: Name::SandboxControl,
        key: "",
        env: "",
        flag: "",
        demo: Some("control_url"),
        secret: false,
        connects: false,
        default: None,
        what: "the demo's sandbox",
    },
];

/// The specification of `name`.
pub(crate) fn spec(name: Name) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.name == name)
}
