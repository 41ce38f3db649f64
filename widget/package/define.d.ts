// Importing this module registers <peeker-checkout>; it offers what the package offers.

export * from './element.js';
