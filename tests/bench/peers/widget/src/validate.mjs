// What a name is worth before anybody is asked, with the libraries that one would take: tldts and validator.

import { parse } from 'tldts';
import isFQDN from 'validator/es/lib/isFQDN';

/**
 * `{ok: true, domain}` or `{ok: false, code, message}`: whether what was typed or pasted is a root domain. As ours, it
 * takes no name out of an address: that saves tldts the search for it.
 */
export function validate(input) {
  const text = input.trim().toLowerCase();
  const { domain, hostname, isIp, isIcann, publicSuffix } = parse(text, { allowPrivateDomains: false, extractHostname: false });
  if (isIp) return refused('ip_address', 'This is an IP address.');
  if (!hostname || !isFQDN(hostname, { require_tld: true, allow_underscores: false })) {
    return refused('malformed', 'This is not a domain name.');
  }
  if (!isIcann || !domain) return refused('unknown_tld', 'No registry sells this ending.');
  if (hostname !== domain) {
    return refused('subdomain', `Order ${domain} in place of a name under it.`);
  }
  return { ok: true, domain, tld: publicSuffix };
}

function refused(code, message) {
  return { ok: false, code, message };
}
