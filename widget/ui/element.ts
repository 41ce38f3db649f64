// What the package offers: the class, its definition, and the rules. Importing it does nothing by itself.

export * from '../module/public_rules.js';
export { type ModuleSource, ready } from '../module/start.js';
export type { ApprovalAnswer, ApprovalRequest, OrderDraft } from './client.js';
export { define, PeekerCheckout } from './element/checkout.js';
export type { PeekerCheckoutProps } from './element/jsx.js';
export type * from './flow/events.js';
export type { Messages } from './words/locale.js';
