// Starts the module of the rules, once, and makes objects of its verdicts on long lists. Everything that is judged is
// judged there.

import start, * as rules from 'bindgen-rules';

let starting;
/** What names stand between, and the refusal of each problem, frozen because all names with that problem share it. */
let separator;
let refusals;

/**
 * Resolves when the functions below can be called. Without `input` the module beside this file is fetched, and has to
 * be the one that was built with it; `input` may be its URL, its bytes, a Response or a compiled module, or a promise
 * of one of these.
 */
export function ready(input) {
  starting ??= Promise.resolve(input ?? besideThisFile())
    .then((from) => start({ module_or_path: from }))
    .then(
      () => {
        separator = rules.separator();
        refusals = rules.problems().map(Object.freeze);
      },
      (error) => {
        // The next call may try again, with another input or when the network is back.
        starting = undefined;
        throw error;
      },
    );
  return starting;
}

/** `{ok: true, domain}` or `{ok: false, code, message}`. */
export function validateDomain(name) {
  return asked('validateDomain').validateDomain(name);
}

/** The verdict on each of `names`, in their order. */
export function validateDomains(names) {
  asked('validateDomains');
  if (!Array.isArray(names) || !names.every(isText)) throw new TypeError('names must be a list of strings');
  if (names.length === 0) return [];
  let [codes, spellings] = rules.validateDomains(names.join(separator));
  if (codes.length !== names.length) {
    // A name has the sign that divides names; the rules refuse the one that stands in for it just the same.
    const plain = names.map((name) => name.replaceAll(separator, '\x7f'));
    [codes, spellings] = rules.validateDomains(plain.join(separator));
  }
  const next = texts(spellings);
  return names.map((name, index) => verdict(codes[index], name, next));
}

/** What the picks lack for the plan: the server's own report. */
export function checkPicks(required, picks) {
  return asked('checkPicks').checkPicks(required, told(picks));
}

/** Everything that is wrong with the personas: a list of `{code, field, message}`. */
export function checkPersonas(personas) {
  return asked('checkPersonas').checkPersonas(told(personas));
}

/** `{ok: true, url}` or `{ok: false, code, message}`. */
export function checkForwardingUrl(url) {
  return asked('checkForwardingUrl').checkForwardingUrl(url);
}

/** The cheapest candidates that fill the plan, or how many are missing. */
export function solveSplit(required, candidates) {
  return asked('solveSplit').solveSplit(required, told(candidates));
}

/** The names of a pasted list: `{entries: [{line, input, ok, …}], cut}`. */
export function readList(text) {
  return list(asked('readList').readList(text));
}

/** The names of a file, read as a list. */
export async function readFile(file) {
  return list(await asked('readFile').readFile(file));
}

function list([codes, spellings, lines, inputs, cut, notes]) {
  const [next, input, note] = [texts(spellings), texts(inputs), texts(notes)];
  const entries = Array.from(codes, (code, index) => {
    const [given, said] = [input(), note()];
    const entry = { line: lines[index], input: given, ...verdict(code, given, next) };
    return said ? { ...entry, note: said } : entry;
  });
  return { entries, cut };
}

/** 0 is a name in its one spelling, 1 one whose spelling is the next, everything above a problem. */
function verdict(code, given, next) {
  if (code > 1) return refusals[code - 2];
  return { ok: true, domain: code === 0 ? given : next() };
}

/** Gives one text after the other. */
function texts(joined) {
  const all = joined.split(separator);
  let index = 0;
  return () => all[index++];
}

/** A key that is there and undefined is one that is not there. */
function told(list) {
  if (!Array.isArray(list)) return list;
  const without = (entry) => Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
  const isFull = (entry) => typeof entry !== 'object' || entry === null || !Object.values(entry).includes(undefined);
  return list.map((entry) => (isFull(entry) ? entry : without(entry)));
}

function asked(name) {
  if (!refusals) throw new Error(`await ready() before ${name}()`);
  return rules;
}

/** `RULES_INTEGRITY` is put in by the build: a page that pins this file by its hash has pinned the module, too. */
function besideThisFile() {
  return fetch(new URL('./rules.wasm', import.meta.url), { integrity: RULES_INTEGRITY });
}

const isText = (value) => typeof value === 'string';
