//! Words of the wire in words for people; a word that we do not know is shown as it is, without its underscores.

use std::borrow::Cow;

/// A domain's status.
pub(crate) fn domain_status(word: &str) -> Cow<'_, str> {
    match word {
        "in_progress" => "Setting up".into(),
        "connected" | "completed" | "active" => "Connected".into(),
        "action_required" => "Needs attention".into(),
        _ => plain(word),
    }
}

/// What happened.
pub(crate) fn event(word: &str) -> Cow<'_, str> {
    match word {
        "order.in_progress" => "Setup started".into(),
        "order.action_required" => "Waiting for an action".into(),
        "order.completed" => "Setup completed".into(),
        "order.failed" => "Setup failed".into(),
        "order.cancel_scheduled" => "Cancellation scheduled".into(),
        "order.cancelled" => "Order cancelled".into(),
        _ => plain(word),
    }
}

/// Why a name cannot be had, when the server gives no sentence.
pub(crate) fn reason(word: Option<&str>) -> Cow<'_, str> {
    match word {
        Some("taken") => "Taken".into(),
        Some("premium") => "Premium name, not sold here".into(),
        Some("invalid") => "Cannot be registered".into(),
        Some(word) => plain(word),
        None => "Not available".into(),
    }
}

/// What has to be done, by its kind and reason.
pub(crate) fn action<'a>(kind: &'a str, reason: Option<&str>) -> Cow<'a, str> {
    match (kind, reason) {
        (_, Some("profile_picture_not_accessible")) => "A profile picture could not be opened".into(),
        ("google_profile_picture", _) => "A profile picture needs attention".into(),
        (kind, _) => plain(kind),
    }
}

/// Any other word, such as a provider: `google` becomes `Google`.
pub(crate) fn plain(word: &str) -> Cow<'_, str> {
    let letters = word.chars().enumerate().map(|(index, c)| match c {
        '_' | '.' => ' ',
        c if index == 0 => c.to_ascii_uppercase(),
        c => c,
    });
    letters.collect::<String>().into()
}
