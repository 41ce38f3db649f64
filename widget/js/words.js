// Words, amounts and dates in the reader's language.

import english from './locales/en.js';
import languages from 'languages';

export { english };

/** The tag of English words where a page is in `language`: that of an English country, or English. */
export const inEnglish = (language) => (/^en\b/i.test(language) ? language : 'en');

const loaded = new Map([['en', Promise.resolve(english)]]);

/** The language that an element asks for: its own `lang`, else the closest one around it, else English. */
export function languageOf(element) {
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    const tag = at.getAttribute('lang')?.trim();
    if (tag) return localeOf(tag);
  }
  return 'en';
}

/**
 * The locale that `Intl` has for a tag, whatever a page wrote there: the tag itself, its language alone, or English.
 * `en_US` is `en-US`; `C`, `x` and other words that are no language are English.
 */
export function localeOf(tag) {
  const whole = String(tag).replaceAll('_', '-');
  const [language] = /^[a-z]*/i.exec(whole);
  return known(whole) ?? known(language) ?? 'en';
}

/** The locale as the browser writes it, if it can format in it. `Intl` throws at what is no tag. */
function known(locale) {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0];
  } catch {
    return undefined;
  }
}

/** The words of a language, loaded once; English where there are none. */
export function load(tag) {
  const [language] = localeOf(tag).toLowerCase().split('-');
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
    this.tag = localeOf(tag);
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
      const form = this.#format('plural', Intl.PluralRules).select(about.count ?? 0);
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
    return this.#format('number', Intl.NumberFormat).format(value);
  }

  /** An amount; a currency that the browser does not know is put behind. */
  money(cents, currency = 'usd') {
    try {
      const format = this.#format(`money ${currency}`, Intl.NumberFormat, { style: 'currency', currency });
      if (this.direction !== 'rtl') return format.format(cents / 100);
      // A sign such as US$ would be written $US among letters that go from right to left.
      return format.formatToParts(cents / 100).map(({ type, value }) => (type === 'currency' ? `\u2066${value}\u2069` : value)).join('');
    } catch {
      return `${(cents / 100).toFixed(2)} ${currency}`.trim();
    }
  }

  /** The day and time of an ISO 8601 time; what is no time stays as it is. */
  time(iso) {
    return this.#at('time', iso, { dateStyle: 'medium', timeStyle: 'short' });
  }

  /** The day of an ISO 8601 time; a date alone is the same day everywhere. */
  day(iso) {
    const isDate = /^\d{4}-\d\d-\d\d$/.test(iso);
    return this.#at(isDate ? 'date' : 'day', iso, { dateStyle: 'long', ...(isDate && { timeZone: 'UTC' }) });
  }

  /** A label inside a sentence; German writes its nouns large everywhere. */
  lower(text) {
    return /^de\b/.test(this.tag) ? text : text.toLocaleLowerCase(this.tag);
  }

  #at(key, iso, style) {
    const date = new Date(iso);
    return Number.isNaN(+date) ? String(iso) : this.#format(key, Intl.DateTimeFormat, style).format(date);
  }

  /** The only place that makes formatters, each once, because that is slow; `tag` is a locale that `Intl` has. */
  #format(key, Formatter, style) {
    if (!this.#formats.has(key)) this.#formats.set(key, new Formatter(this.tag, style));
    return this.#formats.get(key);
  }
}

function plain(word) {
  const spaced = word.replace(/[_.]/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
