// Written by `npm run declare`: the exports of the WASM module, from the Rust in src/.

/** Something that is wrong, and where. */
export interface Finding {
    code: string;
    field: string;
    message: string;
}

/** What is wrong with a name or an address. */
export interface Refusal {
    ok: false;
    code: string;
    message: string;
}

/** What `validateDomain` and `checkForwardingUrl` find. */
export type Verdict<Key extends string> = ({ ok: true } & Record<Key, string>) | Refusal;

export type NameResult = Verdict<'domain'>;

export type UrlResult = Verdict<'url'>;

/** What a plan asks for. */
export interface RequiredDomains {
    google: number;
    microsoft: number;
    total: number;
}

/** How far one provider's share of the plan is filled. */
export interface Share {
    required: number;
    filled: number;
}

/** A domain chosen for the order. */
export interface Pick {
    domain: string;
    /** `true` when absent. */
    available?: boolean | undefined;
    /** `google`, `microsoft`, or later words; both when absent. */
    usable_for?: readonly string[] | undefined;
    /** Why it cannot be ordered. */
    reason?: string | null | undefined;
}

/** Whether the picks match the plan, and everything that is wrong. */
export interface PickReport {
    ok: boolean;
    required: number;
    submitted: number;
    google: Share;
    microsoft: Share;
    findings: Finding[];
}

/** A person who sends. */
export interface Persona {
    first_name: string;
    last_name: string;
    profile_picture_url?: string | null | undefined;
}

/** A domain that may be chosen. */
export interface Candidate {
    /** The first year, in cents. Candidates without a price come last, in the order given. */
    price_cents?: number | null | undefined;
    usable_for: readonly string[];
    /** It is picked already, and stays. */
    keep?: boolean | undefined;
}

/** How many names are missing, for which provider, or how many are too many. */
export interface Shortage {
    missing: number;
    google: number;
    microsoft: number;
    surplus: number;
}

/** Places in the list of candidates, or why no choice fills the plan. */
export type Solution = { ok: true; chosen: number[] } | ({ ok: false } & Shortage);

/**
 * An entry of the search box: a name, or a text with what is wrong with it. Without a code, the message is what was
 * left out of a web address.
 */
export type SearchRow = [name: string, line: number, code: string | undefined, message: string | undefined];

/** What the search box holds. */
export interface Search {
    kind: '' | 'company' | 'names';
    /** Entries beyond the limit. */
    cut: number;
    rows: SearchRow[];
}

/**
 * The entries of a list by column: see `validateDomains` for codes and spellings. Texts end with the separator; most
 * notes are empty.
 */
export type ListColumns = [
codes: Uint8Array,
spellings: string,
lines: Uint32Array,
inputs: string,
cut: number,
notes: string,
];

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

/**
 * A headless checkout: sessions, availability, quotes, imports, and one order.
 */
export class Checkout {
    free(): void;
    /**
     * Asks about names, whatever is known of them.
     */
    check(names: readonly string[]): Promise<Row[]>;
    /**
     * The domains that the customer has asked for, wherever that was.
     */
    claims(): Promise<Claim[]>;
    /**
     * Keeps no quote any more.
     */
    dropQuote(): void;
    /**
     * The page is hidden, or visible again.
     */
    hidden(is_hidden: boolean): void;
    /**
     * Keeps a quote: replaced before it ends.
     */
    holdQuote(names: readonly string[]): void;
    /**
     * Connects domains that the customer owns.
     */
    importDomains(names: readonly string[]): Promise<void>;
    /**
     * Back from it to the session's order, or to none.
     */
    leave(): void;
    /**
     * Looks at the imports that are not over.
     */
    lookAtImports(): void;
    /**
     * A client that is not started.
     */
    constructor(options: ClientOptions);
    /**
     * The network is back: what could not be asked is asked at once, rather than after a pause.
     */
    online(): void;
    /**
     * The customer says that the order in doubt is not in the list.
     */
    orderAgain(): void;
    /**
     * Reads the first page of the customer's orders, or the next one.
     */
    orders(next?: boolean): Promise<void>;
    /**
     * Sends the order.
     */
    place(draft: OrderDraft): Promise<{ id: string | null; status: string }>;
    /**
     * What names cost.
     */
    quote(names: readonly string[]): Promise<Quote>;
    /**
     * Asks once more about names that could not be checked.
     */
    recheck(): void;
    /**
     * Gives up a domain that is not connected.
     */
    releaseDomain(name: string): Promise<void>;
    /**
     * Goes on with what a draft has kept.
     */
    resumeImports(kept: KeptImports): void;
    /**
     * Takes up what was stored of an order in doubt.
     */
    resume(sent: Sent): void;
    /**
     * What is known of a name.
     */
    row(name: string): Known | undefined;
    /**
     * The customer has seen the list of orders, as it was read while an order is in doubt.
     */
    sawOrders(): void;
    /**
     * These names are on show: asks about those of which nothing is known, once typing has paused.
     */
    search(names: readonly string[], now?: boolean): void;
    /**
     * Whether the list of orders, or a link to it, is on show.
     */
    showOrders(is_shown: boolean): void;
    /**
     * Connects, the first time or after `stop`; and asks again for a session that could not be had.
     */
    start(): void;
    /**
     * Nothing is waited for any more, but for an order that was sent.
     */
    stop(): void;
    /**
     * Calls `listener` after each change with what was announced since; gives a function that ends this.
     */
    subscribe(listener: (announcements: Announcement[]) => void): () => void;
    /**
     * Shows one of the customer's orders.
     */
    watch(id: string): void;
    /**
     * The order proxy's address.
     */
    endpoint: string;
    /**
     * Whether a kept quote has not ended.
     */
    readonly hasQuote: boolean;
    /**
     * What a draft keeps of the imports.
     */
    readonly keptImports: KeptImports;
    /**
     * The session's token.
     */
    get session(): string | undefined;
    /**
     * Another token connects again.
     */
    set session(value: string | null | undefined);
    /**
     * Asks the page's payment for its approval.
     */
    set approve(value: ClientOptions['approve']);
    /**
     * Asks the page for a session; called when there is none, and before one ends.
     */
    set fetchSession(value: ClientOptions['fetchSession']);
    /**
     * Everything that a page shows; another object after each change, with the same parts where they did not change.
     */
    readonly state: State;
}

/**
 * Whether `url` can be forwarded to.
 *
 * # Errors
 * A `TypeError` when `url` is not a string.
 */
export function checkForwardingUrl(url: string): UrlResult;

/**
 * Everything that is wrong with the personas.
 *
 * # Errors
 * A `TypeError` when they have another shape.
 */
export function checkPersonas(personas: readonly Persona[]): Finding[];

/**
 * Whether the picks match the plan: the server's own report.
 *
 * # Errors
 * A `TypeError` when an argument has another shape.
 */
export function checkPicks(required: RequiredDomains, picks: readonly Pick[]): PickReport;

/**
 * What was typed as a redirect of an order of `names`: completed, and checked.
 *
 * # Errors
 * A `TypeError` when `names` is not a list of strings.
 */
export function checkRedirect(typed: string, names: readonly string[]): UrlResult;

/**
 * Ends a client for good: it is stopped, and forgets the functions of the page.
 *
 * # Errors
 * When the client is called while it reads a value.
 */
export function endCheckout(checkout: Checkout): void;

/**
 * The places of the candidates that each bring the plan nearer, from first to last, beside those to keep.
 *
 * # Errors
 * A `TypeError` when an argument has another shape.
 */
export function fit(required: RequiredDomains, candidates: readonly Candidate[]): number[];

/**
 * Whether a picture's address is a share link of a file service: a page about the picture.
 */
export function isShareLink(url: string): boolean;

/**
 * A person's name in the letters a to z and digits; empty when it has a letter of another script.
 */
export function latin(name: string): string;

/**
 * Calls `report` with the message of a panic. Nothing of the module works afterwards.
 */
export function onPanic(report: (message: string) => void): void;

/**
 * What the codes of [`validate_domains`] mean, in the order of the codes.
 *
 * # Errors
 * None.
 */
export function problems(): Refusal[];

/**
 * The names of a pasted list.
 *
 * # Errors
 * A `TypeError` when `text` is not a string.
 */
export function readList(text: string): ListColumns;

/**
 * Runs once, when the module is started.
 */
export function report_panics(): void;

/**
 * What a text in the search box is. `endings` are the top-level domains on offer, none means that all are; a company
 * name gives `most` ideas.
 *
 * # Errors
 * A `TypeError` when `endings` is not a list of strings.
 */
export function search(is_list: boolean, endings: readonly string[], most: number, typed: string): Search;

/**
 * What divides the texts of a long list.
 */
export function separator(): string;

/**
 * The cheapest candidates that match the plan, or what is missing.
 *
 * # Errors
 * A `TypeError` when an argument has another shape.
 */
export function solveSplit(required: RequiredDomains, candidates: readonly Candidate[]): Solution;

/**
 * The name in its one spelling, or what is wrong with it.
 *
 * # Errors
 * A `TypeError` when `name` is not a string.
 */
export function validateDomain(name: string): NameResult;

/**
 * Names between [`separator`]s, checked in one call: a code per name, and the spellings of those with code 1. Code 0 is
 * a name as it was given; 2 is the first of [`problems`].
 */
export function validateDomains(names: string): [codes: Uint8Array, spellings: string];

export default function start(input: { module_or_path: unknown }): Promise<unknown>;
