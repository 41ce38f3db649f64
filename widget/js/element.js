// What the package offers: the class, its definition, and the rules. Importing it does nothing by itself.

export { PeekerCheckout, define } from './checkout.js';
export { ready, validateDomain, checkPicks, checkForwardingUrl, checkPersonas, solveSplit } from './rules.js';
