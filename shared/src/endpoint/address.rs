//! Which addresses an endpoint may have: hosts on the public internet, and this machine only where that is allowed.

use crate::forwarding_url::check_public_url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The hosts that endpoints may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hosts {
    /// Hosts on the public internet, over https.
    Public,
    /// Also this machine, over http: for the demo and tests.
    AndThisMachine,
}

impl Hosts {
    /// Checks the address of an endpoint.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(self, url: &str) -> Result<(), &'static str> {
        if url.contains('#') {
            return Err("remove the part from # on: it is never sent");
        }
        if self == Self::AndThisMachine
            && let Some(rest) = url.strip_prefix("http://")
        {
            return check_this_machine(rest);
        }
        match url.split_once("://") {
            Some(("https", rest)) if rest.trim_start_matches('/').is_empty() => Err("a host is missing after https://"),
            Some(("https", _)) => check_public_url(url).map_err(|problem| problem.message()),
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => Err("write https:// in lower case"),
            _ if self == Self::AndThisMachine => {
                Err("it must start with https://, or with http://localhost on this machine")
            }
            _ => Err("it must start with https://"),
        }
    }

    /// Whether a connection may be made to `address`, which a name resolved to.
    pub fn allow(self, address: IpAddr) -> bool {
        is_public(address) || (self == Self::AndThisMachine && address.to_canonical().is_loopback())
    }
}

/// Checks what follows `http://`: `localhost:port/…`, or the same with a loopback address.
fn check_this_machine(rest: &str) -> Result<(), &'static str> {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("it must not have a user name or a password");
    }
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, after)) => (host, after.strip_prefix(':')),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let is_loopback =
        host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_port =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    if !is_loopback {
        return Err("only this machine may have http://, such as http://localhost:3000/hook; others need https://");
    }
    if !port.is_none_or(is_port) {
        return Err("the port after the colon is a number from 1 to 65535");
    }
    if rest.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        Ok(())
    } else {
        Err("it has a blank or another character that is not allowed in an address")
    }
}

/// Whether `address` is reached over the public internet: not private, link-local, loopback, multicast, reserved, nor
/// the metadata address of a cloud (which is link-local).
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// By IANA's registry of special-purpose IPv4 addresses.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match (a, b, c) {
        // "This network", private, loopback, and reserved or multicast from 224 on.
        (0 | 10 | 127 | 224..=255, ..) => true,
        // Shared by carriers (RFC 6598).
        (100, 64..=127, _) => true,
        // Link-local; 169.254.169.254 and 169.254.170.2 have the credentials of a machine.
        (169, 254, _) => true,
        (172, 16..=31, _) => true,
        // Protocol assignments, documentation, the former 6to4 relays, private.
        (192, 0, 0 | 2) | (192, 88, 99) | (192, 168, _) => true,
        // Benchmarks, documentation.
        (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        _ => false,
    };
    !is_special
}

/// Global unicast alone (2000::/3), without what is set apart in it, and without addresses that hide an IPv4 address.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_global = first & 0xe000 == 0x2000;
    let is_special = match (first, second) {
        // Protocol assignments with Teredo, and documentation.
        (0x2001, 0..=0x01ff | 0x0db8) => true,
        // 6to4 contains an IPv4 address.
        (0x2002, _) => true,
        (0x3fff, 0..=0x0fff) => true,
        _ => false,
    };
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::{Hosts, is_public};

    #[test]
    fn special_addresses_are_not_public() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "3fff::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn ordinary_addresses_are_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.254",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "2001:4860:4860::8888",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn loopback_is_allowed_on_one_machine_only() {
        for address in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"].map(|text| text.parse().unwrap()) {
            assert!(Hosts::AndThisMachine.allow(address) && !Hosts::Public.allow(address), "{address}");
        }
        for address in ["192.168.1.1", "169.254.169.254"].map(|text| text.parse().unwrap()) {
            assert!(!Hosts::AndThisMachine.allow(address) && !Hosts::Public.allow(address), "{address}");
        }
    }

    #[test]
    fn an_address_of_this_machine_needs_the_demo() {
        let scheme = Err("it must start with https://");
        for url in [
            "http://127.0.0.1:3000/hook",
            "http://localhost:3000",
            "http://LOCALHOST:3000/",
            "http://[::1]:3000/a?b=c",
            "http://localhost/",
        ] {
            assert_eq!(Hosts::AndThisMachine.check(url), Ok(()), "{url}");
            assert_eq!(Hosts::Public.check(url), scheme, "{url}");
        }
        let other = "only this machine may have http://, such as http://localhost:3000/hook; others need https://";
        let port = "the port after the colon is a number from 1 to 65535";
        for (url, problem) in [
            ("http://app.acme.com/", other),
            ("http://192.168.1.1/", other),
            ("http://localhost.acme.com/", other),
            ("ftp://localhost/", "it must start with https://, or with http://localhost on this machine"),
            ("http://sam:secret@localhost:3000/", "it must not have a user name or a password"),
            ("http://localhost:0/", port),
            ("http://localhost:99999/", port),
            ("http://localhost:x/", port),
            ("http://localhost/#here", "remove the part from # on: it is never sent"),
            ("http://localhost/a b", "it has a blank or another character that is not allowed in an address"),
        ] {
            assert_eq!(Hosts::AndThisMachine.check(url), Err(problem), "{url}");
        }
    }

    #[test]
    fn an_endpoint_has_a_public_https_address() {
        let public = Err("Give an address on the public internet, such as https://acme.com.");
        for (url, outcome) in [
            ("https://app.acme.com/hooks/peeker?team=1", Ok(())),
            ("https://app.acme.com:8443/", Ok(())),
            ("https://localhost/", public),
            ("https://10.0.0.1/", public),
            ("https://2130706433/", public),
            ("https://0x7f.1/", public),
            ("https://[::1]/", public),
            ("https://db.internal/", public),
            ("https://app.acme.com/#here", Err("remove the part from # on: it is never sent")),
            ("https://user:pw@app.acme.com/", Err("Remove the user name and password from the web address.")),
            ("https://app.acme.com:99999/", Err("The port after the colon is a number from 1 to 65535.")),
            ("ftp://app.acme.com/", Err("it must start with https://")),
            ("app.acme.com", Err("it must start with https://")),
            ("", Err("it must start with https://")),
            ("https://", Err("a host is missing after https://")),
            ("https:///", Err("a host is missing after https://")),
            ("HTTPS://APP.acme.com/", Err("write https:// in lower case")),
        ] {
            assert_eq!(Hosts::Public.check(url), outcome, "{url}");
        }
    }
}
