//! Personas: the people whose names the inboxes use, one to ten per order.

use crate::finding::Finding;
use crate::forwarding_url::{check_public_url, in_one_spelling};
use crate::person_name::{MAX_NAME_CHARACTERS, is_written_well, tidied};
use serde::{Deserialize, Serialize};

/// Maximum number of personas in one order: docs/upstream.md#order-body.
pub const MAX_PERSONAS: usize = 10;

/// A sender. `profile_picture_url` is always written, `null` without a picture, because upstream requires the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Given name, such as `Sam`.
    pub first_name: String,
    /// Family name, such as `Lee`.
    pub last_name: String,
    /// URL of a public picture; `null` if there is none.
    pub profile_picture_url: Option<String>,
}

impl Persona {
    /// Normalizes names, and turns an empty picture into `None`.
    #[must_use]
    pub fn tidied(&self) -> Self {
        Self {
            first_name: tidied(&self.first_name),
            last_name: tidied(&self.last_name),
            profile_picture_url: self.profile_picture_url.as_deref().map(in_one_spelling).filter(|url| !url.is_empty()),
        }
    }
}

/// Validates the list; returns all findings in its order.
pub fn check_personas(personas: &[Persona]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if personas.is_empty() {
        findings.push(Finding::new("personas_missing", "personas", "Add at least one persona."));
    }
    if personas.len() > MAX_PERSONAS {
        let given = personas.len();
        let message = format!("An order can have at most {MAX_PERSONAS} personas; {given} were sent.");
        findings.push(Finding::new("too_many_personas", "personas", message));
    }
    for (index, persona) in personas.iter().enumerate() {
        let persona = persona.tidied();
        let field = |key: &str| format!("personas[{index}].{key}");
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
    if !is_written_well(name) {
        let message = "Use letters, spaces, hyphens, apostrophes and dots in a name.";
        return Some(Finding::new("name_bad_character", field, message));
    }
    None
}

/// Validates only the form of the URL, because upstream fetches the picture.
fn check_picture(url: &str, field: String) -> Option<Finding> {
    check_public_url(url).err().map(|problem| Finding::new("picture_url_invalid", field, problem.message()))
}
