// Starts the WASM module, once, and asks it for verdicts. Everything that is judged, suggested or chosen is judged,
// suggested and chosen there.

import start, { judge } from 'bindgen';

/** What divides fields, records and words on the way in (`src/wire.rs`). */
const [FIELD, RECORD, WORD] = '\x1f\x1e\x1d';

const trapped = new Set();
let starting;
let isReady = false;

/**
 * Resolves when the functions below can be called. Without `input` the module beside this file is fetched, and has to
 * be the one that was built with it; `input` may be its URL, its bytes, a Response or a compiled module, or a promise
 * of one of these.
 */
export function ready(input) {
  starting ??= begin(input).catch((error) => {
    // The next call may try again, with another input or when the network is back.
    starting = undefined;
    throw error;
  });
  return starting;
}

async function begin(input) {
  let from = await (input ?? besideThisFile());
  if (isText(from) || from instanceof URL || from instanceof Request) from = await fetch(from);
  if (from instanceof Response) {
    if (!from.ok) throw new Error(`${from.url} could not be fetched: ${from.status}`);
    from = await from.arrayBuffer();
  }
  await start({ module_or_path: from });
  isReady = true;
}

/** `{ok: true, domain}` or `{ok: false, code, message}`. */
export function validateDomain(name) {
  return ask('validateDomain', 'domain', text('name', name));
}

/** `{ok: true, url}` or `{ok: false, code, message}`. */
export function checkForwardingUrl(url) {
  return ask('checkForwardingUrl', 'url', text('url', url));
}

/** The same of what was typed into a box beside the picks `names`: completed to an address, which must not be one of them. */
export function checkRedirect(typed, names) {
  return ask('checkRedirect', 'redirect', record(typed, names.map(word).join(WORD)).slice(0, -1));
}

/** What the picks lack for the plan: the server's own report. */
export function checkPicks(required, picks) {
  const list = (shape) => all(picks, shape, (pick) => {
    const { domain, available = true, usable_for = [], reason } = pick;
    const isPick = isText(domain) && typeof available === 'boolean' && Array.isArray(usable_for) && isMaybe(reason);
    return isPick && usable_for.every(isText) && record(domain, available, usable_for.map(word).join(WORD), reason);
  });
  return ask('checkPicks', 'picks', plan(required) + list('picks must be a list of {domain, available?, usable_for?, reason?}'));
}

/** Everything that is wrong with the personas: a list of `{code, field, message}`. */
export function checkPersonas(personas) {
  const shape = 'personas must be a list of {first_name, last_name, profile_picture_url?}';
  const list = all(personas, shape, ({ first_name, last_name, profile_picture_url }) => {
    const isPersona = isText(first_name) && isText(last_name) && isMaybe(profile_picture_url);
    return isPersona && record(first_name, last_name, profile_picture_url);
  });
  return ask('checkPersonas', 'personas', list);
}

/**
 * The cheapest candidates that fill the plan: `{ok: true, chosen: [index, …]}`, or `{ok: false, missing, google,
 * microsoft, surplus}`: how many are missing, how many of these have to serve Google and Microsoft, how many of those
 * to `keep` are too many.
 */
export function solveSplit(required, candidates) {
  return choose('solveSplit', 'split', required, candidates);
}

/** The places of the candidates that each bring the plan nearer, from first to last, beside those to `keep`. */
export function fit(required, candidates) {
  return choose('fit', 'fit', required, candidates);
}

/** Whether a picture's address is one that a file service gives to share a file: a page about it, and no picture. */
export function isShareLink(url) {
  return ask('isShareLink', 'share_link', url);
}

/** A person's name in the letters a to z and digits; nothing when it has a letter of another script. */
export function latin(name) {
  return ask('latin', 'latin', name);
}

/**
 * What a text in the search box is: `{kind, cut, rows}`, with the verdict on each name; a company name has `most` ideas.
 * A row is `[name, line]`, `[name, line, null, what was left out of a web address]`, or `[input, line, code, message]`.
 */
export function search(isList, endings, most, typed) {
  return ask('search', 'search', record(isList, endings.join(WORD), most, typed).slice(0, -1));
}

/** `WASM_INTEGRITY` is put in by the build: a page that pins this file by its hash has pinned the module, too. */
function besideThisFile() {
  return fetch(new URL('./peeker-checkout.wasm', import.meta.url), { integrity: WASM_INTEGRITY });
}

function choose(name, rule, required, candidates) {
  const list = all(candidates, 'candidates must be a list of {price_cents?, usable_for, keep?}', (candidate) => {
    const { price_cents, usable_for, keep } = candidate;
    if (!(isWhole(price_cents) || isAbsent(price_cents)) || !Array.isArray(usable_for)) return undefined;
    return record(price_cents, usable_for.includes('google'), usable_for.includes('microsoft'), Boolean(keep));
  });
  return ask(name, rule, plan(required) + list);
}

function plan(required) {
  const { google, microsoft, total } = required ?? {};
  if (![google, microsoft, total].every(isWhole)) {
    throw new TypeError('required must be {google, microsoft, total}, all whole numbers');
  }
  return record(google, microsoft);
}

function ask(name, rule, input) {
  if (!isReady) throw new Error(`await ready() before ${name}()`);
  try {
    return JSON.parse(judge(rule + RECORD + input));
  } catch (error) {
    // A trap leaves the module unusable.
    for (const tell of trapped) tell(error);
    throw error;
  }
}

/** Has `tell` called when the module breaks. */
export function onTrap(tell) {
  trapped.add(tell);
}

function all(list, shape, entry) {
  const records = Array.isArray(list) ? list.map((value) => value !== null && typeof value === 'object' && entry(value)) : [false];
  if (records.some((made) => !made)) throw new TypeError(shape);
  return records.join('');
}

function record(...fields) {
  return fields.map((field) => (typeof field === 'boolean' ? Number(field) : plain(field ?? ''))).join(FIELD) + RECORD;
}

/** What divides would divide; the rules refuse the sign that stands in for it just the same. */
function plain(value) {
  return String(value).replace(/[\x1e\x1f]/g, '\x7f');
}

const word = (value) => plain(value).replaceAll(WORD, '\x7f');

const isText = (value) => typeof value === 'string';
const isAbsent = (value) => value === undefined || value === null;
const isMaybe = (value) => isAbsent(value) || isText(value);
const isWhole = (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32;

function text(name, value) {
  if (!isText(value)) throw new TypeError(`${name} must be a string`);
  return value;
}
