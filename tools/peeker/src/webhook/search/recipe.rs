//! The structure of a base string: parts, separator and end.

use super::facts::Facts;
use super::keys::BASE64;
use super::moments::Form;
use super::places::Place;
use crate::webhook::signature::TEMPLATES;
use base64::Engine;
use sha2::{Digest as _, Sha256, Sha512};

/// A hash of the body, instead of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digest {
    Sha256Hex,
    Sha256HexCapitals,
    Sha256Base64,
    Sha512Hex,
}

impl Digest {
    pub(crate) const ALL: [Self; 4] = [Self::Sha256Hex, Self::Sha256HexCapitals, Self::Sha256Base64, Self::Sha512Hex];

    const fn words(self) -> &'static str {
        match self {
            Self::Sha256Hex => "SHA-256 of body in hexadecimal",
            Self::Sha256HexCapitals => "SHA-256 of body in hexadecimal capitals",
            Self::Sha256Base64 => "SHA-256 of body in base64",
            Self::Sha512Hex => "SHA-512 of body in hexadecimal",
        }
    }

    fn of(self, body: &[u8]) -> String {
        match self {
            Self::Sha256Hex => hex::encode(Sha256::digest(body)),
            Self::Sha256HexCapitals => hex::encode(Sha256::digest(body)).to_ascii_uppercase(),
            Self::Sha256Base64 => BASE64.encode(Sha256::digest(body)),
            Self::Sha512Hex => hex::encode(Sha512::digest(body)),
        }
    }
}

/// A part of a base string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// A constant word, such as `v0`.
    Word(String),
    Time(Place, Form),
    Id(Place),
    Body,
    Digest(Digest),
    Method,
    Path,
    /// The whole URL: this one, or by the Host header.
    Url(Option<String>),
}

impl Part {
    /// Its name in templates.
    fn name(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Time(_, form) => format!("{{timestamp{}}}", form.words()),
            Self::Id(_) => "{event_id}".to_owned(),
            Self::Body => "{body}".to_owned(),
            Self::Digest(digest) => format!("{{{}}}", digest.words()),
            Self::Method => "{method}".to_owned(),
            Self::Path => "{path}".to_owned(),
            Self::Url(_) => "{url}".to_owned(),
        }
    }

    /// Its value in this delivery; `None` for the body, which is binary.
    fn text(&self, facts: &Facts<'_>) -> Option<String> {
        match self {
            Self::Word(word) => Some(word.clone()),
            Self::Time(place, form) => form.write(&facts.read(place)?),
            Self::Id(place) => facts.read(place),
            Self::Body => None,
            Self::Digest(digest) => Some(digest.of(&facts.capture.body)),
            Self::Method => Some(facts.method().to_owned()),
            Self::Path => Some(facts.path().to_owned()),
            Self::Url(None) => facts.url(),
            Self::Url(given) => given.clone(),
        }
    }
}

/// The bytes of a base string around the body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pieces {
    pub(crate) before: Vec<u8>,
    /// Whether the body follows; otherwise it is absent, or only its digest is included.
    pub(crate) has_body: bool,
    pub(crate) after: Vec<u8>,
}

/// The structure of a base string, common to several deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipe {
    pub(crate) parts: Vec<Part>,
    pub(crate) separator: &'static str,
    /// The text after the last part.
    pub(crate) end: &'static str,
}

impl Recipe {
    /// One of the functions' base strings, with the times and ids in Peeker's headers.
    pub(crate) fn standard(template: &str) -> Option<Self> {
        let time = Part::Time(Place::Header("Peeker-Timestamp".to_owned()), Form::Written);
        let id = Part::Id(Place::Header("Peeker-Event-Id".to_owned()));
        let recipe = |parts: &[&Part], separator| {
            let parts = parts.iter().map(|part| (*part).clone()).collect();
            Self { parts, separator, end: "" }
        };
        let all = [
            recipe(&[&time, &Part::Body], "."),
            recipe(&[&id, &time, &Part::Body], "."),
            recipe(&[&time, &Part::Body], ""),
            recipe(&[&Part::Body], ""),
        ];
        all.into_iter().find(|recipe| recipe.template() == template)
    }

    /// The template, with line ends as `\n`.
    pub(crate) fn template(&self) -> String {
        let names: Vec<String> = self.parts.iter().map(Part::name).collect();
        format!("{}{}", names.join(self.separator), self.end).replace('\r', "\\r").replace('\n', "\\n")
    }

    /// Its parts in order, without separators.
    pub(crate) fn parts_in_words(&self) -> String {
        self.parts.iter().map(Part::name).collect::<Vec<_>>().join(" ")
    }

    /// The functions' name of this template, if they have it.
    pub(crate) fn known(&self) -> Option<&'static str> {
        let template = self.template();
        TEMPLATES.into_iter().find(|known| *known == template)
    }

    /// The bytes around the body in this delivery; `None` if a part is missing.
    pub(crate) fn pieces(&self, facts: &Facts<'_>) -> Option<Pieces> {
        let mut pieces = Pieces { before: Vec::new(), has_body: false, after: Vec::new() };
        for (index, part) in self.parts.iter().enumerate() {
            let separator = if index == 0 { "" } else { self.separator };
            if *part == Part::Body {
                pieces.before.extend(separator.bytes());
                pieces.has_body = true;
                continue;
            }
            let text = part.text(facts)?;
            let side = if pieces.has_body { &mut pieces.after } else { &mut pieces.before };
            side.extend(separator.bytes().chain(text.bytes()));
        }
        let side = if pieces.has_body { &mut pieces.after } else { &mut pieces.before };
        side.extend(self.end.bytes());
        Some(pieces)
    }

    /// The place of its time, if it has one.
    pub(crate) fn time(&self) -> Option<(&Place, Form)> {
        self.parts.iter().find_map(|part| match part {
            Part::Time(place, form) => Some((place, *form)),
            _ => None,
        })
    }

    /// The place of its id, if it has one.
    pub(crate) fn id(&self) -> Option<&Place> {
        self.parts.iter().find_map(|part| match part {
            Part::Id(place) => Some(place),
            _ => None,
        })
    }

    /// The URL in it, if there is one.
    pub(crate) fn url(&self) -> Option<Option<&str>> {
        self.parts.iter().find_map(|part| match part {
            Part::Url(given) => Some(given.as_deref()),
            _ => None,
        })
    }

    /// Whether it contains the body, or a digest of it.
    pub(crate) fn covers_body(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Body | Part::Digest(_)))
    }
}
