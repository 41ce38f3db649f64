// What the browser keeps of an order that was not finished: picks, forwarding and step by plan and customer, and for a
// day the domains of an order in doubt by customer. Nothing of a person, and no address of the customer in a key.

import type { Sent, SessionView } from '../client.js';
import { type KeptForm, readKeptForm } from '../form/draft.js';

/** Milliseconds after which an order in doubt is in the list of orders, or was not placed: a day. */
const SETTLED_AFTER = 86_400_000;

export class Drafts {
  readonly #form: string;
  readonly #sent: string;

  constructor(endpoint: string, { customer, plan }: SessionView) {
    const owner = ['peeker-checkout', endpoint, digest(customer)];
    const { google, microsoft } = plan?.required_domains ?? { google: 0, microsoft: 0 };
    this.#form = [...owner, plan?.name ?? '', google, microsoft].join('|');
    // Another plan is no reason to order twice.
    this.#sent = [...owner, 'sent'].join('|');
  }

  keep(form: KeptForm): void {
    const isEmpty = !form.picks.length && !form.forwarding && !form.jobs.length;
    if (isEmpty) this.forget();
    else write(this.#form, form);
  }

  recall(): KeptForm | undefined {
    return readKeptForm(read(this.#form));
  }

  forget(): void {
    write(this.#form, undefined);
  }

  /** Where it is not known what was sent, what was kept of it says more. */
  keepSent(sent: Sent | null): void {
    if (sent && !sent.domains.length && this.recallSent()) return;
    write(this.#sent, sent ?? undefined);
  }

  recallSent(): Sent | undefined {
    const sent = read(this.#sent);
    return isSent(sent) && Date.now() - sent.at < SETTLED_AFTER ? sent : undefined;
  }
}

/** 32 bits of a text (FNV-1a): enough to tell the customers of a browser apart, too few to find out who they are. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(36);
}

function isSent(value: unknown): value is Sent {
  if (typeof value !== 'object' || value === null) return false;
  const { session, domains, before, at } = value as Partial<Sent>;
  return typeof session === 'string' && typeof at === 'number' && isTexts(domains) && isTexts(before);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

/** A browser may forbid its store, and a store may hold anything. */
function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Nothing is kept then.
  }
}
