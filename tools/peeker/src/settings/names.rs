//! Every setting: its name in each place that it can come from.

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
    /// In the configuration file; secrets also as `<key>_file`. Empty for what only a demo has, as are `env` and
    /// `flag`.
    pub(crate) key: &'static str,
    /// In the environment; secrets also as `<env>_FILE`.
    pub(crate) env: &'static str,
    /// On the command line; for a secret it names a file.
    pub(crate) flag: &'static str,
    /// What follows the flag, as the help shows it: `URL`.
    pub(crate) value: &'static str,
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
    /// The rest of the sentence in the help: `, or two during a rotation: new,old`.
    pub(crate) hint: &'static str,
}

const fn text(name: Name, key: &'static str, env: &'static str, flag: &'static str, what: &'static str) -> Spec {
    let (demo, secret, connects) = (Some(key), false, false);
    Spec { name, key, env, flag, value: "TEXT", demo, secret, connects, default: None, what, hint: "" }
}

const fn secret(name: Name, key: &'static str, env: &'static str, flag: &'static str, what: &'static str) -> Spec {
    Spec { value: "FILE", secret: true, connects: true, ..text(name, key, env, flag, what) }
}

/// List all pages, in the order in which they are shown.
pub(crate) const SPECS: [Spec; 13] = [
    Spec {
        value: "URL",
        connects: true,
        ..text(Name::Api, "api", "PEEKER_API", "--api", "the checkout API, your deployment of the functions")
    },
    secret(Name::PartnerKey, "partner_key", "PEEKER_PARTNER_KEY", "--partner-key-file", "partner key"),
    Spec {
        value: "URL",
        demo: Some("peeker_base_url"),
        default: Some("https://api.peeker.ai/partner/v1"),
        ..text(Name::PeekerUrl, "peeker_url", "PEEKER_URL", "--peeker-url", "Peeker's API")
    },
    secret(Name::PeekerKey, "peeker_key", "PEEKER_KEY", "--peeker-key-file", "Peeker key"),
    secret(Name::SessionKey, "session_key", "PEEKER_SESSION_KEY", "--session-key-file", "session key"),
    Spec {
        value: "KID",
        ..text(Name::SessionKid, "session_kid", "PEEKER_SESSION_KID", "--session-kid", "kid of the session key")
    },
    Spec {
        value: "AUDIENCE",
        ..text(
            Name::SessionAudience,
            "session_audience",
            "PEEKER_SESSION_AUDIENCE",
            "--session-audience",
            "audience of session tokens: peeker-checkout/test or peeker-checkout/live",
        )
    },
    Spec {
        hint: ", or two during a rotation: new,old",
        ..secret(
            Name::WebhookSecret,
            "webhook_secret",
            "PEEKER_WEBHOOK_SECRET",
            "--webhook-secret-file",
            "webhook secret",
        )
    },
    Spec {
        demo: None,
        connects: false,
        hint: ", live or test",
        ..secret(
            Name::OtherWebhookSecret,
            "other_webhook_secret",
            "PEEKER_OTHER_WEBHOOK_SECRET",
            "--other-webhook-secret-file",
            "webhook secret of the other environment",
        )
    },
    Spec {
        value: "TEMPLATE",
        demo: None,
        default: Some("{timestamp}.{body}"),
        ..text(
            Name::BaseString,
            "webhook_base_string",
            "PEEKER_WEBHOOK_BASE_STRING",
            "--base-string",
            "base string of signatures",
        )
    },
    Spec {
        demo: Some("sequencer_login_email"),
        ..secret(
            Name::LoginEmail,
            "login_email",
            "PEEKER_LOGIN_EMAIL",
            "--login-email-file",
            "e-mail address of the Smartlead login",
        )
    },
    Spec {
        demo: Some("sequencer_login_password"),
        ..secret(
            Name::LoginPassword,
            "login_password",
            "PEEKER_LOGIN_PASSWORD",
            "--login-password-file",
            "password of the Smartlead login",
        )
    },
    Spec { demo: Some("control_url"), ..text(Name::SandboxControl, "", "", "", "the demo's sandbox") },
];

/// The specification of `name`.
pub(crate) fn spec(name: Name) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.name == name)
}
