// The languages beside English, each loaded when a page asks for it. A new language is a file in `locales` and a line here.

import { inTime } from '../module/in_time.js';
import { english } from './locales/en.js';
import { localeOf } from './words/language.js';
import type { Locale } from './words/locale.js';

const LOADERS: Record<string, () => Promise<{ default: Locale }>> = {
  ar: () => import('./locales/ar.js'),
  de: () => import('./locales/de.js'),
};

/** Milliseconds that a card waits for its words before it is in English. */
const LONGEST_WAIT = 10_000;

const loaded = new Map<string, Promise<Locale>>();

/** The words of a language; English where there are none, or where they could not be loaded. */
export async function loadLocale(tag: string): Promise<Locale> {
  const [language = ''] = localeOf(tag).toLowerCase().split('-');
  const load = Object.hasOwn(LOADERS, language) ? LOADERS[language] : undefined;
  if (!load) return english;
  let words = loaded.get(language);
  if (!words) {
    words = load().then((module) => module.default);
    loaded.set(language, words);
    // The next page that asks tries again.
    words.catch(() => loaded.delete(language));
  }
  return inTime(words, LONGEST_WAIT, language).catch(() => english);
}
