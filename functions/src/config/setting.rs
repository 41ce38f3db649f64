//! What is declared about one setting: its form, its default, its meaning, and which functions read it.

use crate::secret_kind::SecretKind;

/// A Lambda function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Sessions, availability, quotes, imports and orders.
    OrderProxy,
    /// Receives upstream's deliveries.
    Webhook,
    /// Reads orders and events.
    Status,
    /// Resolves open placements and orders without events, on a schedule.
    Reconciler,
    /// Sends notifications to the partner's endpoints.
    Notifier,
}

impl Function {
    /// Every function.
    pub const ALL: [Self; 5] = [Self::OrderProxy, Self::Webhook, Self::Status, Self::Reconciler, Self::Notifier];

    /// The name of its binary, such as `order-proxy`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrderProxy => "order-proxy",
            Self::Webhook => "webhook",
            Self::Status => "status",
            Self::Reconciler => "reconciler",
            Self::Notifier => "notifier",
        }
    }
}

/// A setting of the functions, which is an environment variable.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The variable, such as `AVAILABILITY_BATCH`.
    pub name: &'static str,
    /// What it is, in one sentence without its full stop.
    pub meaning: &'static str,
    /// The form of its value.
    pub form: Form,
    /// The value if the variable is absent or empty.
    pub absent: Absent,
    /// The functions that read it; of a secret, those that cannot start without it.
    pub read_by: &'static [Function],
    /// Who sets it on AWS.
    pub set_by: SetBy,
}

/// The form of a value.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// Any text.
    Text,
    /// A whole number of `unit` from `least` to `most`.
    Number {
        /// The smallest number that is accepted.
        least: u64,
        /// The largest number that is accepted.
        most: u64,
        /// What is counted, such as `seconds`.
        unit: &'static str,
    },
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A description of what `is_valid` accepts.
    Checked(&'static str, fn(&str) -> bool),
    /// A secret of this kind: it is in a variable on one machine, and in Secrets Manager on AWS.
    Secret(SecretKind),
}

impl Form {
    /// Whether `text` has this form. Secrets are read by [`crate::secrets`].
    pub fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Text | Self::Secret(_) => true,
            Self::Number { least, most, .. } => text.parse().is_ok_and(|number| (*least..=*most).contains(&number)),
            Self::OneOf(words) => words.contains(&text),
            Self::Checked(_, is_valid) => is_valid(text),
        }
    }

    /// What is accepted, as it follows "must be". Empty where anything is.
    pub fn description(&self) -> String {
        match self {
            Self::Text | Self::Secret(_) => String::new(),
            Self::Number { least, most, unit } => format!("a whole number of {unit} from {least} to {most}"),
            Self::OneOf(words) => words.join(" or "),
            Self::Checked(what, _) => (*what).to_owned(),
        }
    }
}

/// The value if a variable is absent or empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// The function does not start.
    Refused,
    /// This value, in the setting's form.
    Default(&'static str),
    /// This description.
    Means(&'static str),
}

/// Who sets a variable on AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    /// `infra/template.yaml`.
    Template,
    /// Lambda itself.
    Lambda,
    /// Nobody: it is for one machine.
    OneMachine,
}
