// The order as it is sent, and what is kept of an unfinished one: nothing of a person.

import type { KeptImports, OrderDraft } from '../client.js';
import { completed, personasOf } from './people.js';
import type { Form, Pick, Step } from './state.js';

/** The order as it is sent, with the token of the price that was shown. */
export function orderDraft(form: Form, quote: string | undefined): OrderDraft {
  const names = form.picks.map(({ name }) => name);
  const forwarding = completed(form.forwarding, names);
  const domains = form.picks.map(({ name, redirect }) => {
    const url = completed(redirect, names);
    return url ? { domain: name, forwarding_url: url } : { domain: name };
  });
  // Set one by one: of an object that is spread, the compiler does not check that the order has its fields.
  const draft: OrderDraft = { domains, personas: personasOf(form.people) };
  if (forwarding) draft.forwarding_url = forwarding;
  if (quote) draft.quote = quote;
  return draft;
}

/** What is kept of an unfinished order. */
export interface KeptForm {
  step: Step;
  forwarding: string;
  picks: readonly Pick[];
  jobs: KeptImports;
}

export function keptForm(form: Form, jobs: KeptImports): KeptForm {
  return { step: form.step, forwarding: form.forwarding, picks: form.picks, jobs };
}

/** Takes up what was kept; returns the imports to look at again. */
export function resumeForm(form: Form, kept: KeptForm): KeptImports {
  form.step = kept.step === 'domains' ? 'domains' : 'people';
  form.forwarding = kept.forwarding;
  form.picks = kept.picks;
  return kept.jobs;
}

/** Reads what a store holds, which may be anything; `undefined` when it is not a kept form. */
export function readKeptForm(stored: unknown): KeptForm | undefined {
  if (!isRecord(stored) || !Array.isArray(stored.picks)) return undefined;
  const { step, forwarding, jobs } = stored;
  const picks = stored.picks.flatMap(readPick);
  if (picks.length !== stored.picks.length) return undefined;
  return {
    step: step === 'people' || step === 'review' ? step : 'domains',
    forwarding: typeof forwarding === 'string' ? forwarding : '',
    picks,
    jobs: Array.isArray(jobs) ? jobs.filter(isKeptImport) : [],
  };
}

function readPick(pick: unknown): Pick[] {
  if (!isRecord(pick) || typeof pick.name !== 'string') return [];
  return [{ name: pick.name, redirect: typeof pick.redirect === 'string' ? pick.redirect : '' }];
}

function isKeptImport(job: unknown): job is string | string[] {
  return typeof job === 'string' || (Array.isArray(job) && job.every((name) => typeof name === 'string'));
}

/** What may be where something is stored. */
interface Stored {
  step?: unknown;
  forwarding?: unknown;
  picks?: unknown;
  jobs?: unknown;
  name?: unknown;
  redirect?: unknown;
}

function isRecord(value: unknown): value is Stored {
  return typeof value === 'object' && value !== null;
}
