// The public surface of the package in TypeScript, kept by hand; `tests/package` holds it against the built module.

import type { Candidate, Finding, ModuleSource, Persona, Pick, PickReport, RequiredDomains, Share, Solution, Verdict } from './rules.js';

export type { Candidate, Finding, ModuleSource, Persona, Pick, PickReport, RequiredDomains, Share, Solution, Verdict };

/** The order as it is about to be sent. */
export interface OrderDraft {
  domains: { domain: string; forwarding_url?: string }[];
  personas: Persona[];
  forwarding_url?: string;
  quote?: string;
}

/** `peeker-change`: the customer changed picks, people or step. */
export interface ChangeDetail {
  step: string;
  domains: string[];
  ok: boolean;
  required: number;
  google: Share;
  microsoft: Share;
}

/** `peeker-ordered`: the customer's order exists. */
export interface OrderedDetail {
  id: string;
  status: string;
  /** Where it can be looked at again, when the element has an `order-link`. */
  link?: string;
}

/** `peeker-status`: the order has another status. */
export interface StatusDetail {
  id: string;
  status: string;
  final: boolean;
}

/** `peeker-error`: a call was refused, the session is over, or the module cannot run. */
export interface ErrorDetail {
  code: string;
  message: string;
}

/** The events of the element, by name. All bubble and cross shadow roots. */
export interface PeekerCheckoutEventMap {
  'peeker-change': CustomEvent<ChangeDetail>;
  /** Cancelable: `preventDefault()` holds the order back. */
  'peeker-before-order': CustomEvent<OrderDraft>;
  'peeker-ordered': CustomEvent<OrderedDetail>;
  'peeker-status': CustomEvent<StatusDetail>;
  'peeker-error': CustomEvent<ErrorDetail>;
}

/** Words by their key, with `{name}` where something is filled in; by plural category where a count chooses. */
export type Messages = Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>;

/** The class behind `<peeker-checkout>`. */
export declare class PeekerCheckout extends HTMLElement {
  static readonly observedAttributes: string[];
  /** Origin of the order proxy; empty means the page's own. */
  endpoint: string;
  /** The session token; until there is one, a skeleton is shown. */
  session: string;
  /** The id of an order to show in place of the form. */
  order: string;
  /** Where an order can be looked at again, with `{id}` in place of its id. */
  orderLink: string;
  /** Nothing of an unfinished order is kept in the browser. */
  noDraft: boolean;
  /** Pictures of people are shown, from wherever their addresses lead. */
  picturePreview: boolean;
  /** Returns a new session's token: called when there is none, and before one ends. */
  fetchSession: (() => Promise<string>) | undefined;
  /** Words of the page's own, which go before those of the language. */
  messages: Messages;
}

/** Registers the element under `tag`, by default `peeker-checkout`; nothing happens where it is registered already. */
export declare function define(tag?: string): void;

/** Resolves when the functions below can be called; by default `peeker-checkout.wasm` beside the module is fetched. */
export declare function ready(input?: ModuleSource | Promise<ModuleSource>): Promise<void>;

/** Whether `name` can be ordered as a domain; the one spelling of it, or what is wrong. */
export declare function validateDomain(name: string): Verdict<'domain'>;

/** Whether `picks` fill the plan: the server's own report. */
export declare function checkPicks(required: RequiredDomains, picks: Pick[]): PickReport;

/** The cheapest candidates that fill the plan, or exactly why there are none. */
export declare function solveSplit(required: RequiredDomains, candidates: Candidate[]): Solution;

/** Whether `url` can be forwarded to. */
export declare function checkForwardingUrl(url: string): Verdict<'url'>;

/** Everything that is wrong with the personas. */
export declare function checkPersonas(personas: Persona[]): Finding[];

declare global {
  interface HTMLElementTagNameMap {
    'peeker-checkout': PeekerCheckout;
  }

  interface GlobalEventHandlersEventMap extends PeekerCheckoutEventMap {}
}
