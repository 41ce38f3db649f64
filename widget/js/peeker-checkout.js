// The entry of the package: everything it offers, and the element defined under its own name.

import { define } from './shim.js';

export { PeekerCheckout, define } from './shim.js';
export { ready, validateDomain, checkPicks, checkForwardingUrl, checkPersonas } from './wasm.js';

define();
