// The rules alone in TypeScript, kept by hand; `tests/package` holds it against the built module.

/** How far one provider's share of the plan is filled. */
export interface Share {
  required: number;
  filled: number;
}

/** Something that is wrong, and where. */
export interface Finding {
  code: string;
  field: string;
  message: string;
}

/** What a plan asks for. */
export interface RequiredDomains {
  google: number;
  microsoft: number;
  total: number;
}

/** A domain chosen for the order. */
export interface Pick {
  domain: string;
  /** `true` unless told otherwise. */
  available?: boolean;
  /** `google`, `microsoft`, or words that come later. */
  usable_for?: string[];
  /** Why it cannot be had. */
  reason?: string | null;
}

/** What {@link checkPicks} found. */
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
  profile_picture_url?: string | null;
}

/** A verdict of {@link validateDomain} or {@link checkForwardingUrl}. */
export type Verdict<Key extends string> =
  | ({ ok: true } & Record<Key, string>)
  | { ok: false; code: string; message: string };

/** A domain that {@link solveSplit} may choose. */
export interface Candidate {
  /** The first year, in cents; candidates without a price are taken in the order given, after those with one. */
  price_cents?: number | null;
  usable_for: string[];
  /** It is picked already, and stays. */
  keep?: boolean;
}

/** What {@link solveSplit} found: places in the list of candidates, or what is missing. */
export type Solution =
  | { ok: true; chosen: number[] }
  | { ok: false; missing: number; google: number; microsoft: number; surplus: number };

/**
 * An entry of a list: the line that it stands on, from 1, its text, and what it was found to be. A `note` says what was
 * left out of a web address whose host is the name.
 */
export type ListEntry = { line: number; input: string; note?: string } & Verdict<'domain'>;

/** What {@link readList} and {@link readFile} found: each name once, in the order given. */
export interface NameList {
  entries: ListEntry[];
  /** Names beyond the first 100,000, which are not looked at. */
  cut: number;
}

/** What {@link ready} can start the module from. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/** Resolves when the functions below can be called; by default `rules.wasm` beside the module is fetched. */
export declare function ready(input?: ModuleSource | Promise<ModuleSource>): Promise<void>;

/** Whether `name` can be ordered as a domain; the one spelling of it, or what is wrong. */
export declare function validateDomain(name: string): Verdict<'domain'>;

/** The verdict on each of `names`, in their order. Verdicts that refuse are frozen, and shared by names with one fault. */
export declare function validateDomains(names: readonly string[]): Verdict<'domain'>[];

/** Whether `picks` fill the plan: the server's own report. */
export declare function checkPicks(required: RequiredDomains, picks: Pick[]): PickReport;

/** The cheapest candidates that fill the plan, or exactly why there are none. */
export declare function solveSplit(required: RequiredDomains, candidates: Candidate[]): Solution;

/** Whether `url` can be forwarded to. */
export declare function checkForwardingUrl(url: string): Verdict<'url'>;

/** Everything that is wrong with the personas. */
export declare function checkPersonas(personas: Persona[]): Finding[];

/** The names of a pasted text: one a line, several in a line, or a column of a table. */
export declare function readList(text: string): NameList;

/** The names of a text file of at most 8 MB, such as a table saved as CSV. */
export declare function readFile(file: Blob): Promise<NameList>;
