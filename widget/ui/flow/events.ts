// The events of the element: what each of them says to the page.

import type { OrderDraft } from '../client.js';
import type { Share } from '../rules.js';

/** `peeker-change`: the customer changed picks, people or step. */
export interface ChangeDetail {
  step: string;
  domains: string[];
  ok: boolean;
  required: number;
  google: Share;
  microsoft: Share;
}

/** How far a customer has come: the form is shown, names were checked, the plan is filled, a price is shown, the order exists. */
export type FunnelStep = 'shown' | 'searched' | 'picked' | 'quoted' | 'ordered';

/**
 * `peeker-step`: the customer reached a step for the first time: the form is `shown`, names were `searched`, the plan is
 * filled (`picked`), a price is shown (`quoted`), the order exists (`ordered`); the time since the step before, and nothing
 * of a person.
 */
export interface StepDetail {
  step: FunnelStep;
  /** Milliseconds since the step before. */
  milliseconds: number;
}

/** `peeker-ordered`: the customer's order exists. */
export interface OrderedDetail {
  id: string;
  status: string;
  /** Where it can be looked at again, when the element has an `order-link`. */
  link?: string;
}

/** `peeker-status`: the order that is shown has another status, or its status is known for the first time. */
export interface StatusDetail {
  id: string;
  status: string;
  final: boolean;
}

/**
 * `peeker-error`: a call was refused, `fetchSession` gave no first session (`session_missing`) or failed
 * (`session_unavailable`), the session is over (`session_expired`), whether an order was placed is not known
 * (`order_in_doubt`), the script did not load (`script_unavailable`), or the module did not arrive or cannot run
 * (`wasm_unavailable`), or stopped (`checkout_stopped`).
 */
export interface ErrorDetail {
  code: string;
  message: string;
}

/** The detail of each event, by its name. */
export interface EventDetails {
  'peeker-change': ChangeDetail;
  'peeker-step': StepDetail;
  /**
   * Before the order is sent, with a copy of it; only `preventDefault()` holds it back, before the handler returns: a
   * handler that throws does not.
   */
  'peeker-before-order': OrderDraft;
  'peeker-ordered': OrderedDetail;
  'peeker-status': StatusDetail;
  'peeker-error': ErrorDetail;
}

/** The events of the element, by name. All bubble and cross shadow roots. */
export type PeekerCheckoutEventMap = { [Name in keyof EventDetails]: CustomEvent<EventDetails[Name]> };
