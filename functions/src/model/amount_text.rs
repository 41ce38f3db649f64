//! Whether a text of upstream's may be shown where no amounts are: what the partner pays is not for its customer.

use shared::domain_name::DomainName;

/// Whether `text` may name an amount: upstream's texts may be anything, so digits are allowed in domain names alone.
pub fn may_name_amount(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.contains(char::is_numeric) && DomainName::parse(&word.to_lowercase()).is_err()
    })
}

#[cfg(test)]
mod tests {
    use super::may_name_amount;

    #[test]
    fn digits_outside_of_domain_names_may_be_an_amount() {
        for plain in ["The name is too long.", "acme24.com, 4acme.co.uk: taken", ""] {
            assert!(!may_name_amount(plain), "{plain}");
        }
        for amount in
            ["costs $13.37", "1337", "13,37 EUR", "usd13.37", "1337cents", "€13", "a.com (1337)", "13.37usd", "١٣"]
        {
            assert!(may_name_amount(amount), "{amount}");
        }
    }
}
