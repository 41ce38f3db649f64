// The shape of a language: every key of English, and words for codes that the server otherwise says in English.

import type { english } from '../locales/en.js';

/** Words with `{name}` where something is filled in; by plural category where a count chooses. */
export type Word = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);

/** Keys of what the element says. */
export type WordKey = Exclude<keyof typeof english, 'direction'>;

/** Codes and words of the wire that are shown in the server's words, or as they are, where a language has none. */
type ServerKey =
  | `domain_${'failed' | 'cancelled' | 'not_set_up'}`
  | `event_domain.${'connected' | 'action_required'}`
  | `reason_${'not_root_domain' | 'tld_not_offered'}`
  | `domain_${'empty' | 'too_long' | 'is_url' | 'is_email' | 'is_ip_address' | 'idn_not_supported' | 'without_tld'}`
  | `domain_${'empty_label' | 'label_too_long' | 'bad_character' | 'bad_hyphen' | 'bad_tld' | 'is_subdomain'}`
  | `domain_${'is_ending' | 'unavailable' | 'not_checked' | 'not_connected' | 'in_use' | 'unusable' | 'count_mismatch'}`
  | `not_enough_${'google' | 'microsoft'}_domains`
  | `name_${'empty' | 'too_long' | 'bad_character'}`
  | `url_${'too_long' | 'bad_character' | 'bad_scheme' | 'with_credentials' | 'host_not_public' | 'bad_port'}`
  | `${'customer' | 'partner'}_limit_reached`
  | 'price_below_cost'
  | 'total_too_high'
  | 'plan_unavailable'
  | 'session_budget_spent'
  | 'duplicate_domain'
  | 'personas_missing'
  | 'too_many_personas'
  | 'picture_url_invalid';

/** The words of one language. */
export type Locale = { direction: 'ltr' | 'rtl' } & Record<WordKey, Word> & Partial<Record<ServerKey, Word>>;

/** Words of the page's own, by the keys above: what the element says, and codes of findings. */
export type Messages = { [Key in WordKey | ServerKey]?: Word | undefined };

/** The words in what a page has set, which may be anything. Its own `place` stands also where no amounts are shown. */
export function wordsOf(given: unknown): Record<string, Word> {
  const own: Record<string, Word> = Object.fromEntries(Object.entries(given ?? {}).filter(([, word]) => isWord(word)));
  const { place } = own;
  return place === undefined ? own : { place_unpriced: place, ...own };
}

function isWord(value: unknown): value is Word {
  if (typeof value !== 'object' || value === null) return typeof value === 'string';
  return 'other' in value && Object.values(value).every((text) => typeof text === 'string');
}
