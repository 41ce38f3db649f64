// The steps of the form, what is wrong on each, and where it can be mended.

import { checkPersonas, checkRedirect } from './rules.js';

const STEPS = ['domains', 'people', 'review'];

/** The part of the picker that leads through the form; `picker` is the whole. */
export function steps(picker) {
  const { host } = picker;
  /** The step that the customer goes to as soon as the picks are known. */
  let bound;

  /** Everything that is wrong on a step: what the server blamed first, then what the rules find. */
  function troubles(step) {
    const reported = picker.reported.filter(({ at }) => stepOf(at) === step);
    const blamed = new Set(reported.map(({ at }) => at));
    return [...reported, ...found(step).filter(({ at }) => !blamed.has(at))];
  }

  /** What the rules find. Only this is in the way: what the server said may have passed. */
  function found(step) {
    if (step === 'domains') {
      const { required, submitted, findings } = picker.report();
      return place(findings).troubles.map((trouble) => ({ ...trouble, required, submitted }));
    }
    if (step === 'review') return [];
    const names = picker.picks.map(({ name }) => name);
    const urls = [['forwarding_url', picker.forwarding]];
    picker.picks.forEach(({ redirect }, index) => urls.push([`domains[${index}].forwarding_url`, redirect]));
    const findings = checkPersonas(picker.personas);
    for (const [field, url] of urls) {
      const verdict = url.trim() ? checkRedirect(url, names) : { ok: true };
      if (!verdict.ok) findings.push({ ...verdict, field });
    }
    return place(findings).troubles;
  }

  /** Findings at what they are about, as long as that is on the form; and the others. */
  function place(findings) {
    const [troubles, homeless] = [[], []];
    for (const finding of findings) {
      const at = targetOf(finding.field ?? '');
      const domain = /^domains\[(\d+)\]/.exec(finding.field)?.[1];
      if (at) troubles.push({ domain: picker.picks[domain]?.name, ...finding, at });
      else homeless.push(finding);
    }
    return { troubles, homeless };
  }

  /** The id of what a server's field path means. */
  function targetOf(field) {
    const [, list, index, rest] = /^(\w+)(?:\[(\d+)\](?:\.(\w+))?)?/.exec(field) ?? [];
    if (list === 'forwarding_url') return 'forwarding';
    if (index === undefined) return { domains: 'picks', personas: 'people' }[list];
    if (list === 'domains') {
      const pick = picker.picks[index];
      return pick && `${rest === 'forwarding_url' ? 'redirect' : 'pick'}-${pick.name}`;
    }
    const human = list === 'personas' && picker.people[index];
    if (!human) return undefined;
    return rest in human ? `${rest}-${human.number}` : 'people';
  }

  /** To `step`, or to the first one before it where something is wrong. */
  function go(step) {
    // Picks of a kept draft are being asked about: their answer decides.
    const isOpen = ({ name }) => !picker.row(name) && picker.known.get(name) !== 'unsettled';
    bound = picker.picks.some(isOpen) && step;
    if (bound) return;
    picker.notice = null;
    for (const before of STEPS.slice(0, STEPS.indexOf(step))) {
      if (found(before).length) return void stopAt(before);
    }
    picker.step = step;
    if (step === 'review') picker.askPrice();
    picker.told();
    host.changed('title');
  }

  function stopAt(step) {
    picker.step = step;
    picker.tried.add(step);
    host.changed('troubles');
  }

  return {
    troubles,
    place,
    go,
    move: (by) => go(STEPS[STEPS.indexOf(picker.step) + by]),
    /** An answer about names is there: goes where the customer wanted to go, if it waited for that. */
    goOn: () => bound && go(bound),
    /** To the first step where something is wrong, if there is one. */
    stopAtTrouble() {
      const step = ['domains', 'people'].find((candidate) => troubles(candidate).length);
      if (step) stopAt(step);
      return Boolean(step);
    },
    /** To a field, or to the list of picks, wherever it is. */
    show(at) {
      const id = at.startsWith('pick-') ? 'picks' : at === 'people' ? `first_name-${picker.people[0].number}` : at;
      picker.step = stepOf(at);
      host.changed(id);
    },
  };
}

/** `first_name-2` is the first name of person 2. */
export function partsOf(field) {
  const index = field.indexOf('-');
  return [field.slice(0, index), field.slice(index + 1)];
}

/** The step on which something can be mended. */
function stepOf(at) {
  return at === 'picks' || at === 'query' || at === 'owned' || at.startsWith('pick-') ? 'domains' : 'people';
}
