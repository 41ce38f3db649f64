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
