// What the client of @peeker-checkout/element gives and takes. Records of the server have the types of docs/openapi.json.

type Schemas = import('./api.js').components['schemas'];
export type SessionView = Schemas['SessionView'];
export type PlanPrice = Schemas['PlanPrice'];
/** What a name costs and serves, or why it cannot be ordered. */
export type Row = Schemas['AvailabilityRow'];
/** What names cost until it expires; without amounts where the partner shows none. */
export type Quote = Schemas['SignedQuote'];
export type QuoteLine = Schemas['QuoteLine'];
export type OrderView = Schemas['OrderView'];
export type OrderDomain = Schemas['DomainView'];
export type PendingAction = Schemas['PendingAction'];
export type Inbox = Schemas['InboxView'];
export type TimelineEntry = Schemas['TimelineEntry'];
export type Receipt = Schemas['Receipt'];
/** A line of the customer's list of orders. */
export type OrderRow = Schemas['OrderRow'];
export type ImportView = Schemas['ImportView'];
export type ImportRow = Schemas['ImportRow'];
/** A domain that waits for its nameservers. */
export type Claim = Schemas['Claim'];
/** The order as it is sent. */
export type OrderDraft = Schemas['Draft'];

/** Why something failed: the server's error envelope, or the client's own. */
export interface Problem {
  /**
   * The server's code, or one of the client's: unreachable (no answer), unreadable_answer (one that is not the order proxy's),
   * body_too_large, session_expired, session_missing and session_unavailable (fetchSession gave none, or failed: start() asks
   * again), order_not_placed, order_in_doubt, order_unconfirmed, approval_refused, approval_outdated (of a session that was
   * renewed meanwhile), superseded (a newer call, or another session, took its place: retryable), stopped (the client was
   * stopped or freed), not_now (before start(), and place() while it cannot).
   */
  code: string;
  /** The server's sentence; empty where there is none. */
  message: string;
  field?: string;
  /** The server's details, untouched: findings, quote, order, upstream_request_id … */
  details?: { findings?: Schemas['Finding'][]; upstream_request_id?: string; [key: string]: unknown };
  /** 0: no answer. */
  status: number;
  retryable: boolean;
  /** Milliseconds that the server asks to be left alone; 0: it does not ask. */
  retry_after_ms: number;
}

/** What a promise of the client rejects with, unless an argument is wrong: that is a TypeError. `message` is never empty. */
export interface CheckoutError extends Error, Problem {
  name: 'CheckoutError';
  message: string;
}

/** What the page's payment is asked to approve. Without amounts where the partner shows none. */
export interface ApprovalRequest {
  session: string;
  quote: string;
  amount_cents?: number;
  currency?: string;
}

/** The token that the partner's backend signed, or a sentence for the customer. */
export type ApprovalAnswer = { approval: string } | { refused: string };

export interface ClientOptions {
  /** The order proxy's address. */
  endpoint: string;
  /** The session's token; may be absent when fetchSession is there. */
  session?: string | undefined;
  /** Called when there is no session, before one ends, and when one has ended. Resolves with a token, or nothing when there is none. */
  fetchSession?: (() => string | undefined | null | Promise<string | undefined | null>) | undefined;
  /** Called when the session needs the partner's approval of the amount. A rejection, or ten minutes, is a refusal that can be repeated. */
  approve?: ((request: ApprovalRequest) => ApprovalAnswer | Promise<ApprovalAnswer>) | undefined;
}

export type SessionState =
  | { state: 'none' } // not started
  | { state: 'loading' } // it is read for the first time, or fetchSession is asked
  | { state: 'open'; view: SessionView; is_other: boolean } // is_other: of another customer or plan than the one before: throw away what was filled in
  | { state: 'ended' } // and the page has no other
  | { state: 'failed'; problem: Problem; is_final: boolean }; // unless it is final, start() tries again

/** An order that exists. */
export interface PlacedOrder {
  state: 'placed';
  id: string;
  /** The newest status, from the record or the receipt. */
  status: string;
  /** The order's own record; absent before the first look succeeded. */
  order?: OrderView;
  /** What POST /v1/orders answered, when this client placed it. */
  receipt?: Partial<Receipt>;
  is_final: boolean;
  /** The session's order, not another one of the customer's. */
  is_own: boolean;
  /** The newest look failed: what is shown may be old. */
  is_stale: boolean;
}

export type OrderState =
  /**
   * Nothing is ordered. problem: why the last try was refused (order_not_found: the watched order is not the customer's).
   * not_placed: an order was on its way and was not placed in the end.
   */
  | { state: 'none'; problem?: Problem; not_placed: boolean }
  | { state: 'approving' }
  | { state: 'sending' }
  | { state: 'confirming' } // the answer got lost, the session is being asked
  | { state: 'unconfirmed'; problem?: Problem } // sending again in this session is safe
  | { state: 'doubt'; domains: string[]; has_looked: boolean } // sent in another session; looked for in the list of orders
  | { state: 'placing' } // the server has it, no id yet
  | PlacedOrder;

/** What is different in a newer quote; of one domain, unless it is the currency. */
export type QuoteChange = Schemas['Finding'] & { domain?: string };

export type QuoteState =
  | { state: 'none' }
  | { state: 'asking'; names: string[] }
  /**
   * `before` and `changes` are there when the price differs from the one shown before (findings: price_rose, price_fell,
   * renewal_price_rose, renewal_price_fell, currency_changed, or what the server said with quote_changed).
   */
  | { state: 'held'; names: string[]; quote: Quote; before?: Quote; changes: QuoteChange[] }
  /**
   * price_unknown: no quote could be had, see problem. refused: problem.details.findings say what is wrong with the picks.
   * picks_changed: the same, found while replacing a quote by itself (do not move the customer). price_old: it ended and was not
   * replaced.
   */
  | {
      state: 'failed';
      names: string[];
      reason: 'price_unknown' | 'refused' | 'picks_changed' | 'price_old';
      problem?: Problem;
    };

export interface NamesState {
  /** Whether names are being asked about. */
  is_checking: boolean;
  /** Why the last check failed; it is tried once more by itself when the server said when. */
  problem?: Problem;
}

export interface ImportJob {
  /** null: not known yet. */
  id: string | null;
  status: string;
  domains: ImportRow[];
  view?: ImportView;
}

export interface OwnedState {
  jobs: ImportJob[];
  /** What is known of each domain: what the newest import of it says. */
  rows: ImportRow[];
  is_asking: boolean;
  problem?: Problem;
}

export interface OrdersState {
  rows: OrderRow[];
  has_more: boolean;
  /** Orders that are being placed and not in the list yet. */
  placing: number;
  is_read: boolean;
  is_reading: boolean;
  problem?: Problem;
}

/** A new object after each change, frozen as its parts are; a part is the same object as long as it did not change. */
export interface State {
  readonly session: SessionState;
  readonly order: OrderState;
  readonly can_place: boolean;
  readonly can_order_again: boolean;
  readonly names: NamesState;
  readonly quote: QuoteState;
  readonly owned: OwnedState;
  readonly orders: OrdersState;
}

/** An order that was sent and may have been placed. Nothing of a person in it: store it for a day, by customer. */
export interface Sent {
  session: string;
  domains: string[];
  at: number;
  before: string[];
}

/** What happened, for the page: */
export type Announcement =
  | { type: 'ordered'; id: string; status: string }
  | { type: 'status'; id: string; status: string; final: boolean }
  | { type: 'failed'; problem: Problem } // session_expired, order_in_doubt, order_unconfirmed, or the server's code
  | { type: 'checked' } // the names asked about are answered (for screen readers)
  | { type: 'quoted' } // a quote was taken up
  | { type: 'sent'; sent: Sent | null }; // store this; null: remove what was stored

/** What is known of a name: the server's row, that it is being asked, or that it could not be checked. */
export type Known = Row | 'pending' | 'unsettled';

/** Imports to keep in a draft: an id, or the domains as long as there is no id. */
export type KeptImports = (string | string[])[];
