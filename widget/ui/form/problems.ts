// What is wrong with the form, and where: what the rules find, and where on the form a finding of the server belongs.

import type { Finding } from '../client.js';
import { checkPersonas, checkRedirect } from '../rules.js';
import { personasOf } from './people.js';
import { type Form, type Place, type PlaceKind, placeParts, type Step, type Trouble } from './state.js';

/** The step on which something can be corrected. */
const STEP_OF: Readonly<Record<PlaceKind, Step>> = {
  query: 'domains',
  owned: 'domains',
  picks: 'domains',
  pick: 'domains',
  people: 'people',
  first_name: 'people',
  last_name: 'people',
  profile_picture_url: 'people',
  forwarding: 'people',
  redirect: 'people',
};

export function stepOf(at: Place): Step {
  return STEP_OF[placeParts(at)[0]];
}

/** Everything wrong on a step: what the server found first, then what the rules find. */
export function troublesOf(form: Form, step: Step): Trouble[] {
  const reported = form.reported.filter(({ at }) => stepOf(at) === step);
  const blamed = new Set(reported.map(({ at }) => at));
  return [...reported, ...foundOn(form, step).filter(({ at }) => !blamed.has(at))];
}

/** What the rules find. Only this keeps the customer on a step: what the server said may have passed. */
export function foundOn(form: Form, step: Step): Trouble[] {
  if (step === 'domains') {
    const { required, submitted, findings } = form.report;
    return placeFindings(form, findings).troubles.map((trouble) => ({ ...trouble, required, submitted }));
  }
  return placeFindings(form, fieldFindings(form)).troubles.filter(({ at }) => stepOf(at) === step);
}

/** What is wrong with the fields after the first step. */
function fieldFindings(form: Form): Finding[] {
  const names = form.picks.map(({ name }) => name);
  const urls: [field: string, url: string][] = [['forwarding_url', form.forwarding]];
  form.picks.forEach(({ redirect }, index) => {
    urls.push([`domains[${index}].forwarding_url`, redirect]);
  });
  const findings = checkPersonas(personasOf(form.people)).map((finding) => withAdvice(form, finding));
  for (const [field, url] of urls) {
    if (!url.trim()) continue;
    const result = checkRedirect(url, names);
    if (!result.ok) findings.push({ code: result.code, message: result.message, field });
  }
  return findings;
}

/** Somebody with one name needs to hear what to write in the second box. */
function withAdvice(form: Form, finding: Finding): Finding {
  const index = /^personas\[(\d+)\]\.last_name$/.exec(finding.field ?? '')?.[1];
  const isLone = finding.code === 'name_empty' && form.people[Number(index)]?.first_name.trim();
  return isLone ? { ...finding, code: 'last_name_empty' } : finding;
}

/** Findings at what they are about, as far as that is on the form; and the others. */
export function placeFindings(form: Form, findings: readonly Finding[]): { troubles: Trouble[]; others: Finding[] } {
  const troubles: Trouble[] = [];
  const others: Finding[] = [];
  for (const finding of findings) {
    const at = placeOf(form, finding.field ?? '');
    const domain = form.picks[domainIndex(finding.field) ?? -1]?.name;
    if (at) troubles.push({ ...(domain ? { domain } : {}), ...finding, at });
    else others.push(finding);
  }
  return { troubles, others };
}

/** The index in `domains[3]`. */
export function domainIndex(field = ''): number | undefined {
  const index = /^domains\[(\d+)\]/.exec(field)?.[1];
  return index === undefined ? undefined : Number(index);
}

/** The place on the form that a field's path means. */
function placeOf(form: Form, field: string): Place | undefined {
  const [, list, index, rest] = /^(\w+)(?:\[(\d+)\](?:\.(\w+))?)?/.exec(field) ?? [];
  if (list === 'forwarding_url') return 'forwarding';
  if (index === undefined) return list === 'domains' ? 'picks' : list === 'personas' ? 'people' : undefined;
  if (list === 'domains') {
    const pick = form.picks[Number(index)];
    return pick && (rest === 'forwarding_url' ? `redirect-${pick.name}` : `pick-${pick.name}`);
  }
  const person = list === 'personas' ? form.people[Number(index)] : undefined;
  if (!person) return undefined;
  const isField = rest === 'first_name' || rest === 'last_name' || rest === 'profile_picture_url';
  return isField ? `${rest}-${person.number}` : 'people';
}
