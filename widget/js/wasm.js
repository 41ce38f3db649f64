// Starts the WASM module, once, and lends its functions to JavaScript with arguments checked.

import start, * as module from 'bindgen';

export { Checkout } from 'bindgen';

let starting;
let isReady = false;

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
        isReady = true;
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
  return rule('validateDomain', text('name', name));
}

/** What the picks lack for the plan: the server's own report. */
export function checkPicks(required, picks) {
  return rule('checkPicks', required, picks);
}

/** `{ok: true, url}` or `{ok: false, code, message}`. */
export function checkForwardingUrl(url) {
  return rule('checkForwardingUrl', text('url', url));
}

/** Everything that is wrong with the personas. */
export function checkPersonas(personas) {
  return rule('checkPersonas', personas);
}

/** `WASM_INTEGRITY` is put in by the build: a page that pins this file by its hash has pinned the module, too. */
function besideThisFile() {
  return fetch(new URL('./peeker-checkout.wasm', import.meta.url), { integrity: WASM_INTEGRITY });
}

function rule(name, ...input) {
  if (!isReady) throw new Error(`await ready() before ${name}()`);
  return module[name](...input);
}

function text(name, value) {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
  return value;
}
