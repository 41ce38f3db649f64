// What the package offers: the class, its definition, and the rules. Importing it does nothing by itself.

export { PeekerCheckout, define } from './shim.js';
export { ready, validateDomain, checkPicks, checkForwardingUrl, checkPersonas } from './wasm.js';
