//! Extracts the host of a URL that was pasted instead of a name.

use crate::domain_name::{DomainName, NameProblem};
use crate::unicode::plain;

/// The host of `cell` as a name, and the dropped parts of the URL. `None` if `cell` is not a URL with a valid host.
pub(super) fn read(cell: &str) -> Option<(Result<DomainName, NameProblem>, String)> {
    let cell = plain(cell);
    let is_scheme = |end: &usize| cell.get(*end..).is_some_and(|rest| rest.starts_with("://"));
    let (scheme, rest) = match cell.find(':').filter(is_scheme) {
        Some(end) => cell.split_at_checked(end.saturating_add(3))?,
        None => cell.split_at_checked(if cell.starts_with("//") { 2 } else { 0 })?,
    };
    if !scheme
        .trim_end_matches([':', '/'])
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'/'))
    {
        return None;
    }
    let (authority, path) = rest.split_at_checked(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()))?;
    let (login, host) = match authority.rfind('@') {
        // Without a scheme, it is an e-mail address.
        Some(_) if scheme.is_empty() => return None,
        Some(at) => authority.split_at_checked(at.saturating_add(1))?,
        None => ("", authority),
    };
    let (host, port) = match host.find(':') {
        Some(at) if host.bytes().skip(at.saturating_add(1)).all(|b| b.is_ascii_digit()) => host.split_at_checked(at)?,
        _ => (host, ""),
    };
    let has_www = host.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    if scheme.is_empty() && path.is_empty() && port.is_empty() && !has_www {
        return None;
    }
    let mut left = vec![scheme, login];
    let result = match DomainName::parse(host) {
        Err(NameProblem::Subdomain | NameProblem::PublicEnding) if has_www => {
            let (www, below) = host.split_at_checked(4)?;
            left.push(www);
            DomainName::parse(below)
        }
        result => result,
    };
    left.extend([port, path]);
    left.retain(|part| !part.is_empty());
    match result {
        Ok(name) => Some((Ok(name), left.join(" "))),
        Err(
            problem @ (NameProblem::Subdomain | NameProblem::PublicEnding | NameProblem::IpAddress | NameProblem::Idn),
        ) => Some((Err(problem), String::new())),
        // The part before the slash is not a host: `N/A`, `12/May`.
        Err(_) => None,
    }
}
