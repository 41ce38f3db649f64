// Words, amounts and dates in the reader's language.

import english from './locales/en.js';
import languages from 'languages';

const loaded = new Map([['en', Promise.resolve(english)]]);

/** The language that an element asks for: its own `lang`, else the closest one around it, else English. */
export function languageOf(element) {
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    if (at.lang) return at.lang;
  }
  return 'en';
}

/** The words of a language, loaded once; English where there are none. */
export function load(tag) {
  const language = tag.toLowerCase().split('-')[0];
  if (!loaded.has(language) && Object.hasOwn(languages, language)) {
    const words = languages[language]().then(({ default: all }) => all);
    loaded.set(language, words);
    // A file that did not arrive may be asked for again.
    words.catch(() => loaded.delete(language));
  }
  return loaded.get(language)?.catch(() => english) ?? loaded.get('en');
}

/** What the view speaks with: `tag` for amounts and dates, `words`, and words of the page's own that go first. */
export class Speech {
  #own;
  #formats = new Map();

  constructor(tag = 'en', words = english, own = {}) {
    this.tag = tag;
    this.words = words;
    this.#own = own;
  }

  get direction() {
    return this.words.direction;
  }

  /** Whether there are words for `key`. */
  has(key) {
    return Object.hasOwn(this.#own, key) || Object.hasOwn(this.words, key) || Object.hasOwn(english, key);
  }

  /** The words for `key`, with `{name}` filled in. Where there are forms, `count` chooses. */
  say(key, about = {}) {
    let words = this.#own[key] ?? this.words[key] ?? english[key] ?? '';
    if (typeof words === 'object') {
      const form = this.#format('rules', () => new Intl.PluralRules(this.tag)).select(about.count ?? 0);
      words = words[form] ?? words.other;
    }
    return words.replace(/\{(\w+)\}/g, (all, name) => {
      const value = about[name] ?? '';
      return typeof value === 'number' ? this.number(value) : value;
    });
  }

  /** The words for a code; a server's own where there are none; the code itself at last, readable. */
  explain({ code = '', message, ...about }) {
    if (code && this.has(code)) return this.say(code, about);
    return message || plain(code);
  }

  /** A word of the wire, such as a status: known under `kind`, or as it is without underscores. */
  name(kind, word = '') {
    return this.has(`${kind}_${word}`) ? this.say(`${kind}_${word}`) : plain(word);
  }

  number(value) {
    return this.#format('number', () => new Intl.NumberFormat(this.tag)).format(value);
  }

  /** An amount; a currency that the browser does not know is put behind. */
  money(cents, currency = 'usd') {
    try {
      const style = { style: 'currency', currency };
      return this.#format(currency, () => new Intl.NumberFormat(this.tag, style)).format(cents / 100);
    } catch {
      return `${(cents / 100).toFixed(2)} ${currency}`.trim();
    }
  }

  /** An ISO 8601 time. */
  time(iso) {
    const date = new Date(iso);
    const style = { dateStyle: 'medium', timeStyle: 'short' };
    return Number.isNaN(+date) ? iso : this.#format('time', () => new Intl.DateTimeFormat(this.tag, style)).format(date);
  }

  /** Making a formatter is slow: each is made once. */
  #format(key, make) {
    if (!this.#formats.has(key)) this.#formats.set(key, make());
    return this.#formats.get(key);
  }
}

function plain(word) {
  const spaced = word.replace(/[_.]/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
