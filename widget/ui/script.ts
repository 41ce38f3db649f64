// What the script tag's entry starts: everything the package offers, in one file.

export { arriving } from '../module/start.js';
export * from './element.js';
