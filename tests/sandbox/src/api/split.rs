//! Assigns domains to providers, or reports that no assignment works.

use serde_json::json;

use super::reply::Refusal;
use crate::outcome::Provider;
use crate::sizing::Required;

/// Assigns a provider to every domain so that both get their required number. A domain that only one provider can use
/// goes there; the others fill Google first, in the given order.
///
/// With as many domains as required, this works exactly if neither provider has more domains that only it can use than
/// it needs.
pub(crate) fn assign(uses: &[Vec<Provider>], required: Required) -> Result<Vec<Provider>, Refusal> {
    let can = |uses: &[Provider], provider| uses.contains(&provider);
    let only = |provider, other| {
        let bound = uses.iter().filter(|uses| can(uses, provider) && !can(uses, other)).count();
        u64::try_from(bound).unwrap_or(u64::MAX)
    };
    let google_only = only(Provider::Google, Provider::Microsoft);
    let microsoft_only = only(Provider::Microsoft, Provider::Google);
    let useless = uses.iter().any(Vec::is_empty);
    if useless || google_only > required.google || microsoft_only > required.microsoft {
        return Err(refusal(uses, required));
    }
    let mut free_for_google = required.google - google_only;
    let assigned = uses.iter().map(|uses| match (can(uses, Provider::Google), can(uses, Provider::Microsoft)) {
        (true, false) => Provider::Google,
        (true, true) if free_for_google > 0 => {
            free_for_google -= 1;
            Provider::Google
        }
        _ => Provider::Microsoft,
    });
    Ok(assigned.collect())
}

/// The emulator's own code; upstream does not document one.
fn refusal(uses: &[Vec<Provider>], required: Required) -> Refusal {
    let usable = |provider| uses.iter().filter(|uses| uses.contains(&provider)).count();
    let message = "Too few of the domains are usable for one of the providers; exchange some";
    Refusal::bad("provider_split_unsatisfiable", message).field("domains").details(json!({
        "required_google": required.google,
        "required_microsoft": required.microsoft,
        "usable_for_google": usable(Provider::Google),
        "usable_for_microsoft": usable(Provider::Microsoft),
    }))
}

#[cfg(test)]
mod tests {
    use super::assign;
    use crate::outcome::Provider::{self, Google, Microsoft};
    use crate::sizing::Required;

    fn run(uses: &[&[Provider]], google: u64, microsoft: u64) -> Option<Vec<Provider>> {
        let uses: Vec<Vec<Provider>> = uses.iter().map(|uses| uses.to_vec()).collect();
        assign(&uses, Required { google, microsoft }).ok()
    }

    #[test]
    fn google_only_domains_leave_the_others_to_microsoft() {
        let both: &[Provider] = &[Google, Microsoft];
        assert_eq!(run(&[both, &[Google], both], 1, 2), Some(vec![Microsoft, Google, Microsoft]));
        assert_eq!(run(&[both, both, both], 2, 1), Some(vec![Google, Google, Microsoft]));
        assert_eq!(run(&[&[Microsoft], both], 1, 1), Some(vec![Microsoft, Google]));
    }

    #[test]
    fn impossible_split_is_refused() {
        let both: &[Provider] = &[Google, Microsoft];
        assert_eq!(run(&[&[Google], &[Google], both], 1, 2), None);
        assert_eq!(run(&[&[Microsoft], &[Microsoft]], 1, 1), None);
        assert_eq!(run(&[&[], both], 1, 1), None);
    }
}
