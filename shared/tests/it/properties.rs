//! Properties that hold for arbitrary input.

use proptest::prelude::*;
use shared::availability::fold_names;
use shared::domain_name::DomainName;
use shared::event::Event;
use shared::forwarding_url::{check_forwarding_url, check_public_url};
use shared::persona::{Persona, check_personas};
use shared::picks::{Pick, check_picks};
use shared::plan::RequiredDomains;
use shared::split::{Candidate, Shortage, solve_split};
use std::net::IpAddr;

/// Text in which the characters of names are far more frequent than by chance.
fn name_like() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9.-]{0,40}", "[a-z0-9-]{1,12}\\.(com|io|co\\.uk|c)", "[ -~]{0,30}", any::<String>()]
}

fn url_like() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        "[0-9]{1,10}",
        "(0x)?[0-9a-f]{1,8}(\\.(0x)?[0-9a-f]{1,3}){0,3}",
        "[0-9]{1,3}(\\.[0-9]{1,3}){0,4}\\.?",
        any::<std::net::Ipv4Addr>().prop_map(|ip| ip.to_string()),
        any::<std::net::Ipv6Addr>().prop_map(|ip| format!("[{ip}]")),
        "(LOCAL|local|Local)host\\.?",
        "[a-z0-9.-]{1,20}",
        any::<String>(),
    ];
    let rest = prop_oneof!["", ":[0-9]{1,6}", "[/?#][ -~]{0,10}"];
    ("(https?|HTTP|ftp|javascript)", host, rest).prop_map(|(scheme, host, rest)| format!("{scheme}://{host}{rest}"))
}

fn picks(most: usize) -> impl Strategy<Value = Vec<Pick>> {
    let words = prop::sample::subsequence(vec!["google", "microsoft", "zoho"], 0..=3);
    let pick = (0_u8..12, words, prop::bool::weighted(0.9)).prop_map(|(number, words, available)| Pick {
        domain: format!("acme-{number}.com"),
        available,
        usable_for: words.into_iter().map(str::to_owned).collect(),
        reason: (!available).then(|| "taken".to_owned()),
    });
    prop::collection::vec(pick, 0..=most)
}

/// The largest number of picks that can be assigned, and among those assignments the most for Microsoft, by exhaustive
/// search.
fn best(required: RequiredDomains, picks: &[&Pick]) -> (u32, u32) {
    let Some((first, rest)) = picks.split_first() else {
        return (0, 0);
    };
    let serves = |word: &str| first.usable_for.iter().any(|known| known == word);
    let mut found = best(required, rest);
    let mut consider = |google: u32, microsoft: u32| {
        if (google + microsoft, microsoft) > (found.0 + found.1, found.1) {
            found = (google, microsoft);
        }
    };
    if let Some(left) = required.google.checked_sub(1).filter(|_| serves("google")) {
        let (google, microsoft) = best(RequiredDomains::new(left, required.microsoft), rest);
        consider(google + 1, microsoft);
    }
    if let Some(left) = required.microsoft.checked_sub(1).filter(|_| serves("microsoft")) {
        let (google, microsoft) = best(RequiredDomains::new(required.google, left), rest);
        consider(google, microsoft + 1);
    }
    found
}

/// Candidates, many of them with equal prices.
fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let one = (0_u32..5, any::<bool>(), any::<bool>(), prop::bool::weighted(0.15)).prop_map(
        |(price_cents, google, microsoft, keep)| Candidate { price_cents: Some(price_cents), google, microsoft, keep },
    );
    prop::collection::vec(one, 0..=8)
}

/// Whether these candidates match the plan exactly, each assigned to one provider, by exhaustive search.
fn fills(required: RequiredDomains, chosen: &[Candidate]) -> bool {
    let Some((first, rest)) = chosen.split_first() else {
        return required.google == 0 && required.microsoft == 0;
    };
    first.google && required.google > 0 && fills(RequiredDomains::new(required.google - 1, required.microsoft), rest)
        || first.microsoft
            && required.microsoft > 0
            && fills(RequiredDomains::new(required.google, required.microsoft - 1), rest)
}

/// The price of each subset that contains every kept candidate and matches the plan, by exhaustive search.
fn cheapest(required: RequiredDomains, candidates: &[Candidate]) -> Option<u64> {
    let subsets = (0_u32..1 << candidates.len()).filter_map(|bits| {
        let is_in = |index: &usize| bits >> index & 1 == 1;
        let indexes: Vec<usize> = (0..candidates.len()).filter(is_in).collect();
        let keeps_all = candidates.iter().enumerate().all(|(index, candidate)| !candidate.keep || is_in(&index));
        let chosen: Vec<Candidate> = indexes.iter().filter_map(|index| candidates.get(*index).copied()).collect();
        (keeps_all && fills(required, &chosen))
            .then(|| chosen.iter().map(|one| u64::from(one.price_cents.unwrap())).sum())
    });
    subsets.min()
}

proptest! {
    #[test]
    fn choice_is_cheapest_or_reports_missing_domains(
        candidates in candidates(), google in 0_u32..4, microsoft in 0_u32..4,
    ) {
        let required = RequiredDomains::new(google, microsoft);
        let best = cheapest(required, &candidates);
        let with = |extra: Vec<(bool, bool)>| {
            let mut more = candidates.clone();
            more.extend(extra.into_iter().map(|(google, microsoft)| Candidate { price_cents: Some(9), google, microsoft, keep: false }));
            more
        };
        match solve_split(&required, &candidates) {
            Ok(taken) => {
                let chosen: Vec<Candidate> =
                    candidates.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(one, _)| *one).collect();
                prop_assert!(fills(required, &chosen));
                prop_assert!(candidates.iter().zip(&taken).all(|(one, taken)| *taken || !one.keep || !(one.google || one.microsoft)));
                let price = chosen.iter().map(|one| u64::from(one.price_cents.unwrap())).sum::<u64>();
                // A kept candidate without any provider is never chosen and never counted.
                if !candidates.iter().any(|one| one.keep && !one.google && !one.microsoft) {
                    prop_assert_eq!(Some(price), best);
                }
            }
            Err(Shortage::Missing { domains, google: for_google, microsoft: for_microsoft }) => {
                prop_assert_eq!(best, None);
                prop_assert!(domains > 0 && for_google + for_microsoft <= domains);
                // The reported number of each kind is enough, and one fewer is not.
                let either = usize::try_from(domains - for_google - for_microsoft).unwrap();
                let mut right = vec![(true, false); usize::try_from(for_google).unwrap()];
                right.extend(vec![(false, true); usize::try_from(for_microsoft).unwrap()]);
                right.extend(vec![(true, true); either]);
                prop_assert!(solve_split(&required, &with(right.clone())).is_ok());
                right.pop();
                let all_for_either = vec![(true, true); right.len()];
                prop_assert!(solve_split(&required, &with(all_for_either)).is_err());
                // Each kind is required: with one fewer of it, other kinds do not help.
                if for_google > 0 {
                    let wrong = vec![(false, true); usize::try_from(domains + 4).unwrap()];
                    prop_assert!(solve_split(&required, &with(wrong)).is_err());
                }
                if for_microsoft > 0 {
                    let wrong = vec![(true, false); usize::try_from(domains + 4).unwrap()];
                    prop_assert!(solve_split(&required, &with(wrong)).is_err());
                }
            }
            Err(Shortage::Surplus { domains }) => {
                prop_assert!(domains > 0);
                prop_assert_eq!(best, None);
            }
        }
    }

    #[test]
    fn parsing_a_name_never_panics(input in name_like()) {
        if let Ok(name) = DomainName::parse(&input) {
            let text = name.as_str();
            prop_assert!(text.len() <= 253 && text.contains('.') && text.is_ascii());
            prop_assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.'));
            prop_assert!(text.split('.').all(|label| (1..=63).contains(&label.len())));
            prop_assert!(text.parse::<IpAddr>().is_err());
        }
    }

    #[test]
    fn parsing_a_name_is_idempotent(input in name_like()) {
        if let Ok(name) = DomainName::parse(&input) {
            prop_assert_eq!(DomainName::parse(&name.to_string()), Ok(name.clone()));
            let shouted = format!(" {}. ", name.as_str().to_uppercase());
            prop_assert_eq!(DomainName::parse(&shouted), Ok(name));
        }
    }

    #[test]
    fn forwarding_url_never_targets_an_ip_or_localhost(input in url_like()) {
        if let Ok(url) = check_forwarding_url(&input, "forwarding_url") {
            let (_, rest) = url.split_once("://").unwrap();
            let host = rest.split(['/', '?', '#', ':']).next().unwrap().trim_end_matches('.').to_ascii_lowercase();
            prop_assert!(host.parse::<IpAddr>().is_err(), "{}", url);
            prop_assert!(host != "localhost" && !host.ends_with(".localhost"), "{}", url);
            // Browsers parse a host with a numeric last label as an IPv4 address.
            let last = host.rsplit('.').next().unwrap();
            let number = last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x");
            prop_assert!(!number && host.contains('.'), "{}", url);
            prop_assert!(!rest.split('/').next().unwrap().contains('@') || rest.find('@') > rest.find(['?', '#']));
            prop_assert_eq!(check_public_url(&url), Ok(()));
        }
    }

    #[test]
    fn order_of_picks_does_not_change_the_report(
        picks in picks(10), google in 0_u32..6, microsoft in 0_u32..6, seed in any::<u64>(),
    ) {
        let required = RequiredDomains::new(google, microsoft);
        // Of two picks with the same name the first one counts, so order matters there.
        let mut seen = std::collections::BTreeSet::new();
        let picks: Vec<Pick> = picks.into_iter().filter(|pick| seen.insert(pick.domain.clone())).collect();
        let mut shuffled = picks.clone();
        shuffled.sort_by_key(|pick| pick.domain.bytes().fold(seed, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)));
        let (one, other) = (check_picks(&required, &picks), check_picks(&required, &shuffled));
        prop_assert_eq!((one.ok, one.google, one.microsoft), (other.ok, other.google, other.microsoft));
        prop_assert_eq!(one.findings.len(), other.findings.len());
    }

    #[test]
    fn shares_match_the_best_assignment(picks in picks(8), google in 0_u32..6, microsoft in 0_u32..6) {
        let required = RequiredDomains::new(google, microsoft);
        let report = check_picks(&required, &picks);
        let mut seen = std::collections::BTreeSet::new();
        let usable: Vec<&Pick> =
            picks.iter().filter(|pick| seen.insert(pick.domain.clone()) && pick.available).collect();
        prop_assert_eq!((report.google.filled, report.microsoft.filled), best(required, &usable));
        let full = report.google.missing() == 0 && report.microsoft.missing() == 0;
        prop_assert_eq!(report.ok, full && picks.len() == (google + microsoft) as usize, "{:?}", report);
    }

    #[test]
    fn deduplicated_names_keep_order_and_length(inputs in prop::collection::vec(name_like(), 0..30)) {
        let (names, entries) = fold_names(&inputs, DomainName::parse);
        prop_assert_eq!(entries.len(), inputs.len());
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        prop_assert_eq!(distinct.len(), names.len(), "each name is there once");
        let mut next = 0;
        for (input, entry) in inputs.iter().zip(entries) {
            match (DomainName::parse(input), entry) {
                (Ok(name), Ok(index)) => {
                    prop_assert_eq!(&names[index], &name);
                    prop_assert!(index <= next, "names stand in the order in which they come first");
                    next = next.max(index + 1);
                }
                (Err(expected), Err(problem)) => prop_assert_eq!(problem, expected),
                other => prop_assert!(false, "{:?}", other),
            }
        }
        prop_assert_eq!(next, names.len());
    }

    #[test]
    fn validating_a_persona_never_panics(first in any::<String>(), last in any::<String>(), url in any::<Option<String>>()) {
        let person = Persona { first_name: first, last_name: last, profile_picture_url: url };
        let findings = check_personas(std::slice::from_ref(&person));
        prop_assert_eq!(check_personas(&[person.tidied()]), findings);
    }

    #[test]
    fn parsing_an_event_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Event::parse(&bytes);
    }
}
