// The rules as the form uses them: the search box as entries, and what is checked while it is filled in.

import type { Finding, SearchRow } from '../module/generated/wasm.js';
import { search as readBox } from '../module/rules.js';

export type { Candidate, Persona, PickReport, Share, Shortage } from '../module/generated/wasm.js';
export { checkPersonas, checkPicks, checkRedirect, fit, isShareLink, latin, solveSplit } from '../module/rules.js';

/** What a text in the search box is read as. */
export interface Query {
  kind: '' | 'company' | 'names';
  /** Names beyond the most that a list may have. */
  cut: number;
  entries: Entry[];
}

/** An idea, a name of a list, or an entry of one that is not a name. */
export interface Entry {
  name: string;
  line: number;
  /** What was left out of a web address. */
  leftOut?: string | undefined;
  /** Why it is not a name. */
  problem?: (Omit<Finding, 'field'> & { domain: string }) | undefined;
}

/** Reads the search box: `most` is how many ideas a company name gives. */
export function search(isList: boolean, endings: readonly string[], most: number, typed: string): Query {
  const { kind, cut, rows } = readBox(isList, endings, most, typed);
  return { kind, cut, entries: rows.map(entryOf) };
}

function entryOf([name, line, code, message]: SearchRow): Entry {
  if (!code) return { name, line, leftOut: message };
  return { name, line, problem: { code, message: message ?? '', domain: name } };
}
