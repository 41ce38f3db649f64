//! Latin letters as the ASCII ones that a domain name can have: NFKD without marks, then CLDR's `Latin-ASCII` for letters
//! that do not decompose.

use shared::unicode::{Form, has, is_alphanumeric, is_mark, lowercase, normalized};

/// Letters that do not decompose, in lower case, and what CLDR's `Latin-ASCII` makes of them; `ə` as Azerbaijani does.
const PLAIN: [(&str, &str); 42] = [
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("þ", "th"),
    ("ƿ", "w"),
    ("ĳ", "ij"),
    ("ŉ", "n"),
    ("ƕ", "hv"),
    ("ƣ", "oi"),
    ("ꜳ", "aa"),
    ("ꜵ", "ao"),
    ("ꜷ", "au"),
    ("ꜹ", "av"),
    ("ꜽ", "ay"),
    ("ꝏ", "oo"),
    ("ƶʐʑɀ", "z"),
    ("ⱥᶏ", "a"),
    ("ƀɓƃᵬ", "b"),
    ("ƈȼɕ", "c"),
    ("đðɖɗƌȡ", "d"),
    ("ɇəɛǝ", "e"),
    ("ƒ", "f"),
    ("ǥɠɡ", "g"),
    ("ħɦɧⱨ", "h"),
    ("ıɨɩ", "i"),
    ("ȷɉɟʝ", "j"),
    ("ƙĸⱪ", "k"),
    ("łƚɫɬɭȴⱡ", "l"),
    ("ɱ", "m"),
    ("ŋɲƞɳȵ", "n"),
    ("øɔɵ", "o"),
    ("ƥᵽ", "p"),
    ("ʠɋ", "q"),
    ("ɍɼɽɾ", "r"),
    ("ſʂȿ", "s"),
    ("ŧƫƭʈȶⱦ", "t"),
    ("ʉ", "u"),
    ("ʋⱴ", "v"),
    ("ⱳ", "w"),
    ("ƴɏ", "y"),
    ("ʏ", "y"),
    ("ʀ", "r"),
];

/// German spellings without umlauts, for ideas beside those of [`fold`].
const UMLAUTS: [(char, &str); 3] = [('ä', "ae"), ('ö', "oe"), ('ü', "ue")];

/// The letters a to z and digits of `word`, in lower case. `&` is `and`; signs are left out. `None` when the word has a
/// letter of another script: a name made of the rest would be another name.
pub(super) fn fold(word: &str) -> Option<String> {
    let mut folded = String::new();
    // Normalized, they are letters.
    let word = word.replace(['™', '℠'], "");
    for c in lowercase(&normalized(&word, Form::Nfkd)).chars() {
        match c {
            'a'..='z' | '0'..='9' => folded.push(c),
            '&' => folded.push_str("and"),
            // Apostrophes and other modifiers that Unicode counts as letters.
            '\u{2b0}'..='\u{2ff}' => {}
            c if is_mark(c) || !is_alphanumeric(c) => {}
            c => folded.push_str(PLAIN.iter().find(|(letters, _)| has(letters, c))?.1),
        }
    }
    Some(folded)
}

/// `word` with umlauts written out as German does, when it has any.
pub(super) fn without_umlauts(word: &str) -> Option<String> {
    let word: String = lowercase(&normalized(word, Form::Nfc));
    let written = UMLAUTS.iter().fold(word.clone(), |word, (umlaut, letters)| word.replace(*umlaut, letters));
    (written != word).then_some(written)
}
