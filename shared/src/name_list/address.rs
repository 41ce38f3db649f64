//! The host of a web address that was pasted in place of a name.

use crate::domain_name::{DomainName, NameProblem};
use crate::unicode::plain;

/// The host of `cell` as a name, and everything beside it. `None` when `cell` is no web address, or has none that can be
/// read as a host.
pub(super) fn read(cell: &str) -> Option<(Result<DomainName, NameProblem>, String)> {
    let cell = plain(cell);
    let (scheme, rest) = match cell.find("://") {
        Some(at) => cell.split_at_checked(at.saturating_add(3))?,
        None => cell.split_at_checked(if cell.starts_with("//") { 2 } else { 0 })?,
    };
    if !scheme
        .trim_end_matches("://")
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'/'))
    {
        return None;
    }
    let (authority, path) = rest.split_at_checked(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()))?;
    let (login, host) = match authority.rfind('@') {
        // Without a scheme it is an e-mail address.
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
    let verdict = match DomainName::parse(host) {
        Err(NameProblem::Subdomain | NameProblem::PublicEnding) if has_www => {
            let (www, below) = host.split_at_checked(4)?;
            left.push(www);
            DomainName::parse(below)
        }
        verdict => verdict,
    };
    left.extend([port, path]);
    left.retain(|part| !part.is_empty());
    match verdict {
        Ok(name) => Some((Ok(name), left.join(" "))),
        Err(
            problem @ (NameProblem::Subdomain | NameProblem::PublicEnding | NameProblem::IpAddress | NameProblem::Idn),
        ) => Some((Err(problem), String::new())),
        // What stands before the slash is no host: `N/A`, `12/May`.
        Err(_) => None,
    }
}
