//! Endings of two labels below which registries of countries sell names, such as `co.uk`: what the browser knows of the
//! public suffix list.

/// One line per country code; made by `tests/parity/second_levels.py` from the list's part that registries keep.
const LINES: &str = include_str!("second_levels.txt");

/// Names whose owners hand out names below them: hosting, and the endings of resellers. None of them can be bought.
const HOSTS: [&str; 41] = [
    "azurewebsites.net",
    "blogspot.com",
    "br.com",
    "cloudfront.net",
    "cn.com",
    "co.com",
    "de.com",
    "eu.com",
    "firebaseapp.com",
    "fly.dev",
    "gb.net",
    "github.io",
    "gitlab.io",
    "glitch.me",
    "gr.com",
    "herokuapp.com",
    "hu.net",
    "in.net",
    "jp.net",
    "jpn.com",
    "mex.com",
    "myshopify.com",
    "netlify.app",
    "onrender.com",
    "pages.dev",
    "readthedocs.io",
    "repl.co",
    "ru.com",
    "sa.com",
    "se.net",
    "surge.sh",
    "uk.com",
    "uk.net",
    "us.com",
    "vercel.app",
    "web.app",
    "webflow.io",
    "wixsite.com",
    "workers.dev",
    "za.com",
    "wordpress.com",
];

/// Registries that sell below more endings than the lines have: of municipalities, provinces, professions.
const LEFT_OUT: [&str; 5] = ["aero", "it", "jp", "no", "pro"];
/// Endings of two labels below which there are longer ones, such as `act.edu.au`. Each ending of `us` is one, too.
const WITH_LONGER: [&str; 9] = ["ac.at", "co.im", "edu.au", "gov.au", "gov.br", "gov.pl", "nc.tr", "nom.br", "sch.uk"];
/// Labels in front of the second level that a sold name has at most, as in `acme.pvt.k12.ma.us`.
const MOST_LABELS: usize = 3;

/// Whether only the whole list knows if a name is sold that has `more` labels in front of `second.tld`.
pub(crate) fn is_unsure(more: usize, second: &str, tld: &str) -> bool {
    let is_known = is_ending(second, tld);
    let is_longer = |ending: &&str| ending.strip_suffix(tld).and_then(|rest| rest.strip_suffix('.')) == Some(second);
    match more {
        0 => false,
        1 => !is_known && LEFT_OUT.contains(&tld),
        2..=MOST_LABELS => {
            let is_partly_known = if is_known { tld == "us" } else { LEFT_OUT.contains(&tld) };
            is_partly_known || WITH_LONGER.iter().any(is_longer)
        }
        _ => false,
    }
}

/// Whether names are sold below `second.tld`.
pub(crate) fn is_ending(second: &str, tld: &str) -> bool {
    if tld.len() != 2 {
        return false;
    }
    let labels = LINES.lines().find_map(|line| line.strip_prefix(tld)?.strip_prefix(' '));
    labels.is_some_and(|labels| labels.split(' ').any(|label| label == second || label == "*"))
}

/// Whether `name`, of two labels, hands out names below it.
pub(crate) fn is_host(name: &str) -> bool {
    HOSTS.contains(&name)
}
