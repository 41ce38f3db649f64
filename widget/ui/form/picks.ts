// Picks: adding, removing, and what the rules say of them beside what is known of their names.

import type { RequiredDomains } from '../../module/generated/wasm.js';
import type { Known, Row } from '../client.js';
import { type Candidate, checkPicks, fit, type PickReport, type Query, type Shortage, solveSplit } from '../rules.js';
import type { Form, Pick } from './state.js';

/** What is known of a name, if it was asked. */
export type Lookup = (name: string) => Known | undefined;

export function isPicked(picks: readonly Pick[], name: string): boolean {
  return picks.some((pick) => pick.name === name);
}

/** The server's row of a name. */
export function rowOf(known: Known | undefined): Row | undefined {
  return typeof known === 'object' ? known : undefined;
}

export function isAvailable(known: Known | undefined): boolean {
  return rowOf(known)?.available === true;
}

export function withNames(picks: readonly Pick[], names: readonly string[]): Pick[] {
  const fresh = names.filter((name) => !isPicked(picks, name));
  return [...picks, ...fresh.map((name) => ({ name, redirect: '' }))];
}

/** The shared rule's report about the picks. */
export function reportOf(required: RequiredDomains, picks: readonly Pick[], lookup: Lookup): PickReport {
  const known = picks.map(({ name }) => {
    const row = rowOf(lookup(name));
    if (!row) return { domain: name, available: false, reason: 'errored' };
    return { domain: name, available: row.available, usable_for: row.usable_for ?? [], reason: row.reason };
  });
  return checkPicks(required, known);
}

/** Names on show that can be picked, after the picks. */
function candidatesOf(form: Form, lookup: Lookup): (Candidate & { name: string })[] {
  const picked = new Set(form.picks.map(({ name }) => name));
  const shown = form.search.query.entries.filter(({ problem }) => !problem).map(({ name }) => name);
  const free = shown.filter((name) => !picked.has(name) && isAvailable(lookup(name)));
  const candidate = (name: string, keep: boolean) => {
    const row = rowOf(lookup(name));
    return { name, price_cents: row?.price_cents, usable_for: row?.available ? (row.usable_for ?? []) : [], keep };
  };
  return [...[...picked].map((name) => candidate(name, true)), ...free.map((name) => candidate(name, false))];
}

/** The names that can be picked next, in the order shown, each of which brings the plan nearer. */
export function fittingNames(required: RequiredDomains, form: Form, lookup: Lookup): string[] {
  if (form.picks.length >= required.total) return [];
  const candidates = candidatesOf(form, lookup);
  // As long as nothing is known of the names, which is while they are typed.
  if (candidates.every(({ keep }) => keep)) return [];
  return namesAt(candidates, fit(required, candidates));
}

/** The cheapest of the names shown that fill the plan beside the picks, or why there are none. */
export function chosenNames(required: RequiredDomains, form: Form, lookup: Lookup): string[] | Shortage {
  const candidates = candidatesOf(form, lookup);
  const solution = solveSplit(required, candidates);
  return solution.ok ? namesAt(candidates, solution.chosen) : solution;
}

function namesAt(candidates: readonly (Candidate & { name: string })[], places: readonly number[]): string[] {
  return places.flatMap((place) => {
    const candidate = candidates[place];
    return candidate && !candidate.keep ? [candidate.name] : [];
  });
}

/** How many entries were found, how many of them are names that were asked about or answered, and how many can be ordered. */
export function countFound({ entries }: Query, lookup: Lookup): Record<'all' | 'asked' | 'answered' | 'free', number> {
  const known = entries.filter(({ problem }) => !problem).map(({ name }) => lookup(name));
  const answered = known.filter((row) => typeof row === 'object').length;
  return { all: entries.length, asked: known.length, answered, free: known.filter(isAvailable).length };
}
