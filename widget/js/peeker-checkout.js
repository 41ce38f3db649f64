// The entry for one script tag: everything the package offers in one file, and the element defined.

export * from './define.js';
