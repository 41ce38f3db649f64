// What a person's name becomes: the address that inboxes are likely to get, and names that nobody can have.

import { latin } from './rules.js';

/** Local parts that mail providers keep for themselves (RFC 2142, and what both providers refuse). */
const RESERVED = /^(abuse|admin|administrator|hostmaster|info|mailer-daemon|noreply|postmaster|root|security|support|webmaster)$/i;

export const isReserved = (name) => RESERVED.test(name.trim());

/** `jane.doe@acme.com`; nothing while a part is missing or has no letter that an address can have. */
export function addressOf({ first_name: first, last_name: last }, domain) {
  const [one, other] = [first, last].map(latin);
  return domain && one && other ? `${one}.${other}@${domain}` : '';
}
