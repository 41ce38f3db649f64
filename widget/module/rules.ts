// The rules as pages call them: what can be ordered, as the WASM module finds it. Their types are those of the Rust.

import { ask } from './ask.js';
import type {
  Candidate,
  Finding,
  NameResult,
  Persona,
  Pick,
  PickReport,
  RequiredDomains,
  Search,
  Solution,
  UrlResult,
} from './generated/wasm.js';

/** Whether `name` can be ordered as a domain: its one spelling, or what is wrong. */
export const validateDomain = (name: string): NameResult => ask('validateDomain', name);

/** Whether `picks` fill the plan: the server's own report. */
export const checkPicks = (required: RequiredDomains, picks: readonly Pick[]): PickReport =>
  ask('checkPicks', required, picks);

/** Whether `url` can be forwarded to. */
export const checkForwardingUrl = (url: string): UrlResult => ask('checkForwardingUrl', url);

/** The same of what was typed, completed to an address, beside the `names` that are ordered. */
export const checkRedirect = (typed: string, names: readonly string[]): UrlResult => ask('checkRedirect', typed, names);

/** Everything that is wrong with the personas. */
export const checkPersonas = (personas: readonly Persona[]): Finding[] => ask('checkPersonas', personas);

/** The cheapest candidates that fill the plan, or exactly why there are none. */
export const solveSplit = (required: RequiredDomains, candidates: readonly Candidate[]): Solution =>
  ask('solveSplit', required, candidates);

/** Places of the candidates that each bring the plan nearer, beside those to keep. */
export const fit = (required: RequiredDomains, candidates: readonly Candidate[]): number[] =>
  ask('fit', required, candidates);

/** Whether a picture's address leads to a file service's page about it. */
export const isShareLink = (url: string): boolean => ask('isShareLink', url);

/** A person's name in the letters a to z and digits; empty when it has a letter of another script. */
export const latin = (name: string): string => ask('latin', name);

/** What a text in the search box is; a company name gives `most` ideas. */
export const search = (isList: boolean, endings: readonly string[], most: number, typed: string): Search =>
  ask('search', isList, endings, most, typed);
