//! The people whose names the inboxes carry: one to ten, each with a picture key that is always there.

use crate::problem::Finding;
use crate::text::{decimal, indexed, join};
use serde::{Deserialize, Serialize};

/// Most personas of one order (upstream, June edition).
pub const MAX_PERSONAS: usize = 10;
/// Characters of one name. Upstream states no limit; 64 is what both mail providers take for a first or last name.
pub const MAX_NAME_CHARACTERS: usize = 64;
/// Characters of a URL; what browsers and CDNs agree on.
pub const MAX_URL_LENGTH: usize = 2_048;

/// A sender. `profile_picture_url` is always written, `null` when there is none: upstream asks for the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// A public picture, or none.
    pub profile_picture_url: Option<String>,
}

impl Persona {
    /// The same person with white space folded and an empty picture made `None`.
    #[must_use]
    pub fn tidied(&self) -> Self {
        Self {
            first_name: folded(&self.first_name),
            last_name: folded(&self.last_name),
            profile_picture_url: self
                .profile_picture_url
                .as_deref()
                .map(str::trim)
                .filter(|url| !url.is_empty())
                .map(str::to_owned),
        }
    }
}

/// A text with one space in place of each white space, and none around it.
fn folded(text: &str) -> String {
    let mut folded = String::new();
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Everything that is wrong with the list, in its order.
pub fn check_personas(personas: &[Persona]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if personas.is_empty() {
        findings.push(Finding::new("personas_missing", "personas", "Name at least one person to send as."));
    }
    if personas.len() > MAX_PERSONAS {
        let given = decimal(u32::try_from(personas.len()).unwrap_or(u32::MAX));
        let message = join(&["An order has at most 10 personas and ", &given, " were given. Remove some."]);
        findings.push(Finding::new("too_many_personas", "personas", message));
    }
    for (index, persona) in personas.iter().enumerate() {
        let persona = persona.tidied();
        let field = |key: &str| join(&[&indexed("personas", index), ".", key]);
        findings.extend(check_name(&persona.first_name, field("first_name")));
        findings.extend(check_name(&persona.last_name, field("last_name")));
        if let Some(url) = &persona.profile_picture_url {
            findings.extend(check_picture(url, field("profile_picture_url")));
        }
    }
    findings
}

fn check_name(name: &str, field: String) -> Option<Finding> {
    if name.is_empty() {
        return Some(Finding::new("name_empty", field, "Give a name."));
    }
    if name.chars().nth(MAX_NAME_CHARACTERS).is_some() {
        return Some(Finding::new("name_too_long", field, "A name has at most 64 characters."));
    }
    let allowed = |c: char| is_letter(c) || is_mark(c) || matches!(c, '0'..='9' | ' ' | '-' | '\'' | '’' | '.' | ',');
    if !name.chars().all(allowed) || !name.chars().any(is_letter) {
        let message = "Use letters, spaces, hyphens, apostrophes and dots in a name.";
        return Some(Finding::new("name_bad_character", field, message));
    }
    None
}

/// Characters beyond ASCII that no name is written with: controls, punctuation, signs, symbols, drawings, private and
/// unassigned ones. Everything else counts as a letter: the tables of Unicode's own answer would weigh more in the
/// browser than all rules together.
const NO_LETTERS: [(u32, u32); 26] = [
    (0x80, 0xA9),
    (0xAB, 0xB4),
    (0xB6, 0xB9),
    (0xBB, 0xBF),
    (0xD7, 0xD7),
    (0xF7, 0xF7),
    (0x2C2, 0x2DF),
    (0x37E, 0x37E),
    (0x387, 0x387),
    (0x55A, 0x55F),
    (0x589, 0x5CF),
    (0x600, 0x61F),
    (0x66A, 0x66D),
    (0x6D4, 0x6D4),
    (0x964, 0x965),
    (0xE3F, 0xE3F),
    (0x2000, 0x2BFF),
    (0x2E00, 0x2FFF),
    (0x3000, 0x3004),
    (0x3008, 0x3020),
    (0x3030, 0x3030),
    (0xD800, 0xF8FF),
    (0xFE00, 0xFE6F),
    (0xFEFF, 0xFF20),
    (0xFFE0, 0xFFFF),
    (0x1_D000, 0x1_FFFF),
];

fn is_letter(c: char) -> bool {
    let code = u32::from(c);
    c.is_ascii_alphabetic()
        || (0x80..0xE_0000).contains(&code)
            && !is_mark(c)
            && !NO_LETTERS.iter().any(|(first, last)| (*first..=*last).contains(&code))
}

/// Marks that go onto the letter before.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036F)
}

/// The picture is fetched by upstream: only its form is judged here.
fn check_picture(url: &str, field: String) -> Option<Finding> {
    crate::forwarding_url::check_public_url(url)
        .err()
        .map(|problem| Finding::new("picture_url_invalid", field, problem.message()))
}
