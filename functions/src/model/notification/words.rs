//! The text of an e-mail to a customer who has to do something, in the languages of the element.

use crate::model::notification::parts::ActionPart;
use crate::model::pending_action::CUSTOMER;

/// The language of a customer of whom none is known.
pub const DEFAULT_LANGUAGE: &str = "en";

/// The text of an e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its subject.
    pub subject: String,
    /// Its body, plain text.
    pub body: String,
}

/// The sentences of one language.
struct Sentences {
    subject: &'static str,
    /// What there is to do is on a page, or can be asked for.
    opening: &'static str,
    /// Above the link.
    link: &'static str,
    /// Without a link.
    ask: &'static str,
    /// Before the id of the order.
    order: &'static str,
}

const ENGLISH: Sentences = Sentences {
    subject: "Your order needs your attention",
    opening: "Something is needed before we can complete your order.",
    link: "See what to do:",
    ask: "Please reply to this message, and we will tell you what to do.",
    order: "Order:",
};

const GERMAN: Sentences = Sentences {
    subject: "Ihre Bestellung braucht Ihre Mithilfe",
    opening: "Bevor wir Ihre Bestellung abschließen können, ist noch etwas zu tun.",
    link: "Hier sehen Sie, was zu tun ist:",
    ask: "Bitte antworten Sie auf diese Nachricht, dann sagen wir Ihnen, was zu tun ist.",
    order: "Bestellung:",
};

const ARABIC: Sentences = Sentences {
    subject: "طلبك يحتاج إلى إجراء منك",
    opening: "هناك خطوة مطلوبة قبل أن نتمكن من إكمال طلبك.",
    link: "اطّلع على المطلوب:",
    ask: "يُرجى الرد على هذه الرسالة وسنخبرك بما يجب فعله.",
    order: "الطلب:",
};

/// The customer's language, or the default.
pub fn language_of(locale: Option<&str>) -> &str {
    locale.unwrap_or(DEFAULT_LANGUAGE)
}

/// The text about order `id`. `actions` are in English, as upstream's words are, so only an English text lists them.
pub fn action_text(language: &str, id: &str, actions: &[ActionPart], link: Option<&str>) -> Text {
    let primary = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let (words, is_english) = match primary.as_str() {
        "de" => (&GERMAN, false),
        "ar" => (&ARABIC, false),
        _ => (&ENGLISH, true),
    };
    let mut parts = vec![words.opening.to_owned()];
    let todo = actions.iter().filter(|action| is_english && action.who == CUSTOMER);
    let todo: Vec<String> = todo.map(|action| format!("- {}", action.what_to_do)).collect();
    if !todo.is_empty() {
        parts.push(todo.join("\n"));
    }
    parts.push(link.map_or_else(|| words.ask.to_owned(), |link| format!("{}\n{link}", words.link)));
    parts.push(format!("{} {id}", words.order));
    Text { subject: words.subject.to_owned(), body: parts.join("\n\n") }
}

#[cfg(test)]
mod tests {
    use super::{action_text, language_of};
    use crate::model::notification::parts::ActionPart;

    fn action(who: &str, what: &str) -> ActionPart {
        ActionPart {
            kind: "x".to_owned(),
            domain: Some("acme.com".to_owned()),
            who: who.to_owned(),
            what_to_do: what.to_owned(),
        }
    }

    #[test]
    fn text_says_what_to_do_where_and_for_which_order() {
        let actions = [action("customer", "Set the nameservers."), action("partner", "Ask Peeker.")];
        let text = action_text("en-GB", "ord_1", &actions, Some("https://acme.com/ord_1"));
        assert_eq!(
            text.body,
            "Something is needed before we can complete your order.\n\n- Set the nameservers.\n\n\
             See what to do:\nhttps://acme.com/ord_1\n\nOrder: ord_1"
        );
    }

    #[test]
    fn text_is_in_the_customers_language_or_in_english() {
        let subject = |locale| action_text(language_of(locale), "ord_1", &[], None).subject;
        assert_eq!(subject(Some("de-AT")), "Ihre Bestellung braucht Ihre Mithilfe");
        assert_eq!(subject(Some("ar")), "طلبك يحتاج إلى إجراء منك");
        for locale in [None, Some("en"), Some("fr"), Some("dex")] {
            assert_eq!(subject(locale), "Your order needs your attention");
        }
    }
}
