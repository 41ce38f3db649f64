// People who send: added, removed, read from a list, and what a person's name becomes.

import type { OrderDraft } from '../client.js';
import { checkRedirect, latin } from '../rules.js';
import { withoutInvisible } from './full_name.js';
import { type Form, newPerson, type Person } from './state.js';

/** Local parts that mail providers keep for themselves (RFC 2142, and what both providers refuse). */
const RESERVED =
  /^(abuse|admin|administrator|hostmaster|info|mailer-daemon|noreply|postmaster|root|security|support|webmaster)$/i;

/** Whether a mail provider refuses a name. */
export const isReserved = (name: string): boolean => RESERVED.test(name.trim());

/** Such as `jane.doe@acme.com`; empty while a part is missing or has no letter that an address can have. */
export function addressOf({ first_name: first, last_name: last }: Person, domain: string | undefined): string {
  if (!domain || !first.trim() || !last.trim()) return '';
  const [one, other] = [latin(first), latin(last)];
  return one && other ? `${one}.${other}@${domain}` : '';
}

/** A web address as it is sent, with the scheme that was left out; what is wrong stays as typed. */
export function completed(typed: string, names: readonly string[]): string {
  if (!typed.trim()) return '';
  const result = checkRedirect(typed, [...names]);
  return result.ok ? result.url : typed.trim();
}

/** A name as it is sent: without what nobody sees. */
export const visible = (name: string): string => withoutInvisible(name).trim();

/** The people as the server takes them. */
export function personasOf(people: readonly Person[]): OrderDraft['personas'] {
  return people.map((person) => ({
    first_name: visible(person.first_name),
    last_name: visible(person.last_name),
    profile_picture_url: completed(person.profile_picture_url, []) || null,
  }));
}

/** Adds people, at most `limit` in all, in place of a first one that is empty; returns how many were left out. */
export function addPeople(form: Form, fresh: readonly Omit<Person, 'number'>[], limit: number): number {
  const filled = form.people.filter(({ first_name, last_name, profile_picture_url }) =>
    `${first_name}${last_name}${profile_picture_url}`.trim(),
  );
  const taken = fresh.slice(0, Math.max(limit - filled.length, 0));
  if (taken.length) {
    const numbered = taken.map((person) => {
      form.peopleMade += 1;
      return { ...newPerson(form.peopleMade), ...person };
    });
    form.people = [...filled, ...numbered];
  }
  return fresh.length - taken.length;
}
