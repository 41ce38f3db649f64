// Which language an element speaks: read from `lang` attributes, whatever a page wrote there.

/** The language that an element asks for: its own `lang`, else the closest one around it, else English. */
export function languageOf(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement ?? hostOf(at)) {
    const tag = at.getAttribute('lang')?.trim();
    if (tag) return localeOf(tag);
  }
  return 'en';
}

function hostOf(element: Element): Element | null {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

/**
 * The locale that `Intl` has for a tag: the tag itself, its language alone, or English. `en_US` is `en-US`; `C`, `x` and
 * other words that are not a language are English.
 */
export function localeOf(tag: string): string {
  const whole = tag.replaceAll('_', '-');
  const language = /^[a-z]*/i.exec(whole)?.[0] ?? '';
  return supported(whole) ?? supported(language) ?? 'en';
}

/** The tag for English words on a page in `language`: that of an English-speaking country, or English. */
export function englishTag(language: string): string {
  return /^en\b/i.test(language) ? language : 'en';
}

/** `Intl` throws when a text is not a language tag. */
function supported(locale: string): string | undefined {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0];
  } catch {
    return undefined;
  }
}
