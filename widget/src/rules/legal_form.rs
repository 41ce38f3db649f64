//! The legal form at the end of a company's name, or at its start: it is not part of the spoken name.

use shared::unicode::has;

/// Forms as [`super::latin::fold`] writes them: without dots, signs and marks.
const FORMS: &str = " ab abp ac ad adp ag aktiengesellschaft aktiebolag as asa aps amba ba bhd bt bv bvba ca ccorp cic cio co commv coop company \
    corp corporation cv cvba da dac dd doo dooel eeig ehf ei eireli eirl eood esv etf eu eurl ev eg ek ewiv fop fzco fze fzllc gbr ggmbh gesmbh gie gk gmbh \
    gmbhcokg gp hf hb iks ike inc incorporated ivs jsc kb kft kd kda kg kgaa kk kkt kom ks kv kvk lda limited limitada llc llp lllp lp \
    ltd ltda ltee mbh mbb naamloze nl nuf nv nyrt ohg oe oo ood ooo oao zao pao ohf ong ou oue oy oyj oyab pc pjsc plc pllc pma private pte pt pty pvt qsc qk ry \
    rt sa sab sabdecv sae sal saoc saog sapa sapi sarl sarlu sas sasu sc scop sca scs se sasdecv sdnbhd sdn selarl senc sencrl sia sl slu \
    slne sll snc soccoop sp spa spj spk spka spol spolsro spzoo sro srl srls ss sti stg tov tbk ud ug ulc uab ulc vof vzw wll zrt zoo ltdsti ltdco ";

/// Forms of several words, each as folded. `ig` is a German company that is being founded.
const PHRASES: [&[&str]; 19] = [
    &["sp", "z", "oo"],
    &["sp", "z", "o", "o"],
    &["sp", "zoo"],
    &["sa", "rl"],
    &["s", "a", "rl"],
    &["sa", "de", "cv"],
    &["s", "de", "rl", "de", "cv"],
    &["s", "a", "de", "c", "v"],
    &["spol", "s", "ro"],
    &["spol", "s", "r", "o"],
    &["soc", "coop"],
    &["ltd", "sti"],
    &["san", "ve", "tic"],
    &["ug", "haftungsbeschrankt"],
    &["ug", "haftungsbeschraenkt"],
    &["gmbh", "ig"],
    &["gmbh", "i", "g"],
    &["ug", "ig"],
    &["ag", "ig"],
];

/// Forms that stand before a name, too, where they are written with a dot or a slash: `S.A. Brain`, `A/S Norsk`.
const LEADING: [&str; 16] =
    ["sa", "kft", "zrt", "nyrt", "kk", "gk", "sarl", "srl", "spa", "gmbh", "tov", "uab", "sia", "nv", "bv", "sas"];

/// Forms in other scripts, which would keep a Latin name from giving ideas.
const OTHER_SCRIPTS: [&str; 30] = [
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "有限公司",
    "股份有限公司",
    "有限责任公司",
    "有限責任公司",
    "股份公司",
    "주식회사",
    "유한회사",
    "㈜",
    "(주)",
    "(株)",
    "ООО",
    "ОАО",
    "ЗАО",
    "ПАО",
    "АО",
    "ИП",
    "ТОВ",
    "ЕООД",
    "ООД",
    "ΑΕ",
    "ΕΠΕ",
    "ΙΚΕ",
    "בעמ",
    "شمم",
    "ذمم",
];

/// Words between a name and its form, which go with it: `& Co. KG`, `Company Limited`.
const BETWEEN: [&str; 9] = ["and", "und", "et", "y", "co", "cie", "comp", "company", "i"];

/// Whether `word`, as typed, is a legal form of another script.
pub(super) fn is_of_another_script(word: &str) -> bool {
    let word: String = word.chars().filter(|c| !matches!(c, '.' | '"' | '״' | '\'')).collect();
    OTHER_SCRIPTS.contains(&word.as_str())
}

/// Whether `folded` is a legal form.
pub(super) fn is_form(folded: &str) -> bool {
    !folded.is_empty() && FORMS.split_whitespace().any(|form| form == folded)
}

/// Whether `word`, as typed at the start of a name and `folded`, is a legal form. `A.S.` may be initials, `A/S` cannot be.
pub(super) fn is_leading(word: &str, folded: &str) -> bool {
    has(word, '.') && LEADING.contains(&folded) || folded == "as" && has(word, '/')
}

/// Drops the legal forms from the end of `words`, and from their start those that stand there (`PT`); at least one word
/// stays.
pub(super) fn drop_forms(words: &mut Vec<String>) {
    let given = words.len();
    loop {
        let ends_with = |phrase: &[&str]| {
            let from = words.len().checked_sub(phrase.len()).filter(|from| *from > 0);
            let tail = from.and_then(|from| words.get(from..)).unwrap_or_default();
            tail.iter().map(String::as_str).eq(phrase.iter().copied())
        };
        let phrase = PHRASES.iter().find(|phrase| ends_with(phrase));
        let has_form = words.last().is_some_and(|word| is_form(word));
        let is_between = words.len() < given && words.last().is_some_and(|word| BETWEEN.contains(&word.as_str()));
        match phrase {
            Some(phrase) => words.truncate(words.len().saturating_sub(phrase.len())),
            None if words.len() > 1 && (has_form || is_between) => words.truncate(words.len().saturating_sub(1)),
            None => break,
        }
    }
    if words.len() > 1
        && words.first().is_some_and(|word| matches!(word.as_str(), "pt" | "ooo" | "zao" | "oao" | "pao"))
    {
        words.remove(0);
    }
}
