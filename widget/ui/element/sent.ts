// What the browser keeps of orders in doubt, by customer and for a day: each page its own, so that no page removes what
// another one has sent.

import type { Sent } from '../client.js';
import { keys, ownedBy, read, write } from './store.js';

/** Milliseconds after which an order in doubt is in the list of orders, or was not placed: a day. */
const SETTLED_AFTER = 86_400_000;
const END = '|sent';

export class SentOrders {
  readonly #start: string;
  readonly #own: string;
  /** What was taken up of other pages, as it was then. */
  readonly #taken = new Map<string, string>();

  /** `page` tells the pages of a browser apart. */
  constructor(endpoint: string, customer: string, page: string) {
    this.#start = `${ownedBy(endpoint, customer)}|`;
    this.#own = this.#start + page + END;
  }

  /** Whether `key` of the browser's store is one of these. */
  has(key: string | null): boolean {
    return key === null || (key.startsWith(this.#start) && key.endsWith(END));
  }

  /** Keeps what this page has sent. Where it is not known what that was, what is kept says more. */
  keep(sent: Sent): void {
    if (sent.domains.length || !this.#keys().length) write(this.#own, sent);
  }

  /** Removes that, and what was taken up of other pages. */
  forget(): void {
    write(this.#own, undefined);
    for (const [key, text] of this.#taken) {
      if (JSON.stringify(read(key)) === text) write(key, undefined);
    }
    this.#taken.clear();
  }

  /** The order of `session` is known, and it has no other: removes what any page has kept of it. */
  settle(session: string): void {
    for (const key of this.#keys()) {
      const sent = read(key);
      if (isSent(sent) && sent.session === session) write(key, undefined);
    }
  }

  /** What other pages have kept that this one has not taken up. In `session`, the server can be asked itself. */
  recall(session?: string): Sent[] {
    const found: Sent[] = [];
    for (const key of this.#keys()) {
      const sent = read(key);
      const text = JSON.stringify(sent);
      if (!isSent(sent) || Date.now() - sent.at >= SETTLED_AFTER) write(key, undefined);
      else if (key !== this.#own && sent.session !== session && this.#taken.get(key) !== text) {
        this.#taken.set(key, text);
        found.push(sent);
      }
    }
    return found;
  }

  #keys(): string[] {
    return keys(this.#start).filter((key) => key.endsWith(END));
  }
}

function isSent(value: unknown): value is Sent {
  if (typeof value !== 'object' || value === null) return false;
  const { session, domains, before, at } = value as Partial<Sent>;
  return typeof session === 'string' && typeof at === 'number' && isTexts(domains) && isTexts(before);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
