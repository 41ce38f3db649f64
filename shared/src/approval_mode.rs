//! How orders are approved by the partner: the words of the stage's setting and of a session's claim.

use serde::Serialize;

/// How orders are approved. The later ones are no stricter than each other; only `none` can be tightened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ApprovalMode {
    /// Nobody has to.
    #[default]
    None,
    /// The order comes with the partner's signed approval.
    Token,
    /// The partner's backend is asked.
    Call,
}

impl ApprovalMode {
    /// The words of the setting and of the claim.
    pub const WORDS: [&'static str; 3] = ["none", "token", "call"];

    /// The mode of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::None, Self::Token, Self::Call].into_iter().find(|mode| mode.as_str() == word)
    }

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Token => "token",
            Self::Call => "call",
        }
    }
}
