//! TypeScript types of what the exports take and return; `npm run declare` writes them for the TypeScript of the widget.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Something that is wrong, and where. */
export interface Finding {
  code: string;
  field: string;
  message: string;
}

/** What is wrong with a name or an address. */
export interface Refusal {
  ok: false;
  code: string;
  message: string;
}

/** What `validateDomain` and `checkForwardingUrl` find. */
export type Verdict<Key extends string> = ({ ok: true } & Record<Key, string>) | Refusal;

export type NameResult = Verdict<'domain'>;

export type UrlResult = Verdict<'url'>;

/** What a plan asks for. */
export interface RequiredDomains {
  google: number;
  microsoft: number;
  total: number;
}

/** How far one provider's share of the plan is filled. */
export interface Share {
  required: number;
  filled: number;
}

/** A domain chosen for the order. */
export interface Pick {
  domain: string;
  /** `true` when absent. */
  available?: boolean | undefined;
  /** `google`, `microsoft`, or later words; both when absent. */
  usable_for?: readonly string[] | undefined;
  /** Why it cannot be ordered. */
  reason?: string | null | undefined;
}

/** Whether the picks match the plan, and everything that is wrong. */
export interface PickReport {
  ok: boolean;
  required: number;
  submitted: number;
  google: Share;
  microsoft: Share;
  findings: Finding[];
}

/** A person who sends. */
export interface Persona {
  first_name: string;
  last_name: string;
  profile_picture_url?: string | null | undefined;
}

/** A domain that may be chosen. */
export interface Candidate {
  /** The first year, in cents. Candidates without a price come last, in the order given. */
  price_cents?: number | null | undefined;
  usable_for: readonly string[];
  /** It is picked already, and stays. */
  keep?: boolean | undefined;
}

/** How many names are missing, for which provider, or how many are too many. */
export interface Shortage {
  missing: number;
  google: number;
  microsoft: number;
  surplus: number;
}

/** Places in the list of candidates, or why no choice fills the plan. */
export type Solution = { ok: true; chosen: number[] } | ({ ok: false } & Shortage);

/**
 * An entry of the search box: a name, or a text with what is wrong with it. Without a code, the message is what was
 * left out of a web address.
 */
export type SearchRow = [name: string, line: number, code: string | undefined, message: string | undefined];

/** What the search box holds. */
export interface Search {
  kind: '' | 'company' | 'names';
  /** Entries beyond the limit. */
  cut: number;
  rows: SearchRow[];
}

/**
 * The entries of a list by column: see `validateDomains` for codes and spellings. Texts end with the separator; most
 * notes are empty.
 */
export type ListColumns = [
  codes: Uint8Array,
  spellings: string,
  lines: Uint32Array,
  inputs: string,
  cut: number,
  notes: string,
];
"#;
