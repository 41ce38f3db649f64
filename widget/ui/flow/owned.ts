// Domains that the customer has already: connecting the names in the box, looking again, giving one up.

import { search } from '../rules.js';
import type { Context } from './context.js';

/** Connects the names in the box. Entries that are not names stay in it, each with what is wrong. */
export async function importOwned(context: Context): Promise<void> {
  const { form, client, page } = context;
  const { entries } = search(true, [], 0, form.owned.text);
  const bad = entries.flatMap(({ problem }) => problem ?? []);
  const names = entries.filter(({ problem }) => !problem).map(({ name }) => name);
  form.owned = { ...form.owned, wrong: entries.length ? bad : [{ code: 'owned_empty' }] };
  page.changed(names.length ? undefined : 'owned');
  if (!names.length) return;
  try {
    await client.importDomains(names);
    form.owned = { ...form.owned, text: bad.map(({ domain }) => domain).join('\n'), wrong: bad };
    page.changed();
  } catch {
    // The client's state says why, and shows the domains that wait when there are too many of them.
  }
}

/** Domains that wait for their nameservers, also those that were connected in another browser. */
export async function seeOwned(context: Context): Promise<void> {
  const { client, form } = context;
  if (form.owned.isSeen) return;
  form.owned = { ...form.owned, isSeen: true };
  try {
    const claims = await client.claims();
    const known = new Set(client.state.owned.rows.map(({ domain }) => domain));
    const missing = claims.filter(({ domain }) => !known.has(domain));
    const kept = missing.map(({ domain, import: job }) => job ?? [domain]);
    if (missing.length) client.resumeImports([...new Set(kept)]);
  } catch {
    // Connecting them again shows them, too.
    form.owned = { ...form.owned, isSeen: false };
  }
}

export async function release(context: Context, name: string): Promise<void> {
  try {
    await context.client.releaseDomain(name);
  } catch {
    // The client's state says why.
  }
}
