// Words, amounts and dates in the reader's language.

import { english } from '../locales/en.js';
import { localeOf } from './language.js';
import type { Locale, Word, WordKey } from './locale.js';

/** What is filled into words; `count` also chooses the plural form. */
export interface Values {
  count?: unknown;
  status?: unknown;
  all?: unknown;
  asked?: unknown;
  answered?: unknown;
  free?: unknown;
  [name: string]: unknown;
}

/** Something to explain: a code, the server's words for it, and what is filled in. */
export interface Explained {
  code: string;
  message?: string | undefined;
}

export class Speech {
  /** The locale of amounts and dates. */
  readonly tag: string;
  readonly #words: Record<string, Word>;
  readonly #own: Record<string, Word>;
  readonly #direction: 'ltr' | 'rtl';
  readonly #formats = new Map<string, unknown>();

  /** `own` are words of the page; they go before those of the language. */
  constructor(tag = 'en', words: Locale = english, own: Record<string, Word> = {}) {
    this.tag = localeOf(tag);
    this.#direction = words.direction;
    this.#words = words as unknown as Record<string, Word>;
    this.#own = own;
  }

  get direction(): 'ltr' | 'rtl' {
    return this.#direction;
  }

  /** Whether there are words for a key that comes from the wire. */
  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  /** The words for `key`, with `{name}` filled in. */
  say(key: WordKey, values: Values = {}): string {
    return this.#fill(this.#find(key) ?? '', values);
  }

  /** The words for a code, with its own fields filled in; the server's where there are none; the code itself at last. */
  explain(problem: Explained): string {
    const word = problem.code ? this.#find(problem.code) : undefined;
    if (word !== undefined) return this.#fill(word, { ...problem });
    return problem.message ? this.#isolated(problem.message) : plain(problem.code);
  }

  /** A word of the wire, such as a status: known under `kind`, or as it is without underscores. */
  name(kind: string, word = ''): string {
    const known = this.#find(`${kind}_${word}`);
    return known === undefined ? plain(word) : this.#fill(known, {});
  }

  /** As [`name`], where there is a word; otherwise nothing. */
  known(key: string): string | undefined {
    const word = this.#find(key);
    return word === undefined ? undefined : this.#fill(word, {});
  }

  number(value: number): string {
    return this.#format('number', () => new Intl.NumberFormat(this.tag)).format(value);
  }

  /** An amount; a currency that the browser does not know is put behind it. */
  money(cents: number, currency = 'usd'): string {
    try {
      const format = this.#format(
        `money ${currency}`,
        () => new Intl.NumberFormat(this.tag, { style: 'currency', currency }),
      );
      if (this.#direction === 'ltr') return format.format(cents / 100);
      // Among letters that run from right to left, a sign such as US$ would be displayed as $US.
      const parts = format.formatToParts(cents / 100);
      return parts.map(({ type, value }) => (type === 'currency' ? `\u2066${value}\u2069` : value)).join('');
    } catch {
      return `${(cents / 100).toFixed(2)} ${currency}`.trim();
    }
  }

  /** Day and time of an ISO 8601 time; anything else stays as it is. */
  time(iso: string): string {
    return this.#at('time', iso, { dateStyle: 'medium', timeStyle: 'short' });
  }

  /** The day of an ISO 8601 time; a date without a time is the same day everywhere. */
  day(iso: string): string {
    if (/^\d{4}-\d\d-\d\d$/.test(iso)) return this.#at('date', iso, { dateStyle: 'long', timeZone: 'UTC' });
    return this.#at('day', iso, { dateStyle: 'long' });
  }

  /** A sentence of the server or of the page: among letters that run from right to left its full stop stays at its end. */
  #isolated(sentence: string): string {
    return this.#direction === 'rtl' ? `\u2068${sentence}\u2069` : sentence;
  }

  #find(key: string): Word | undefined {
    for (const words of [this.#own, this.#words, english as unknown as Record<string, Word>]) {
      if (Object.hasOwn(words, key)) return words[key];
    }
    return undefined;
  }

  #fill(word: Word, values: Values): string {
    const text = typeof word === 'string' ? word : this.#plural(word, values.count);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name] ?? '';
      if (typeof value === 'number') return this.number(value);
      return name === 'reason' ? this.#isolated(String(value)) : String(value);
    });
  }

  #plural(forms: Exclude<Word, string>, count: unknown): string {
    const rules = this.#format('plural', () => new Intl.PluralRules(this.tag));
    return forms[rules.select(typeof count === 'number' ? count : 0)] ?? forms.other;
  }

  #at(key: string, iso: string, style: Intl.DateTimeFormatOptions): string {
    const date = new Date(iso);
    if (Number.isNaN(Number(date))) return iso;
    return this.#format(key, () => new Intl.DateTimeFormat(this.tag, style)).format(date);
  }

  /** Making a formatter is slow, so each is made once. */
  #format<Format>(key: string, make: () => Format): Format {
    const known = this.#formats.get(key) as Format | undefined;
    if (known) return known;
    const format = make();
    this.#formats.set(key, format);
    return format;
  }
}

function plain(word: string): string {
  const spaced = word.replace(/[_.]/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
