// What the customer has filled in and where they are: plain data, without DOM and without calls.

import type { Finding } from '../client.js';
import type { PickReport, Query, Shortage } from '../rules.js';
import type { WordKey } from '../words/locale.js';
import type { Values } from '../words/speech.js';

export type Step = 'domains' | 'people' | 'review';

export const STEPS: readonly Step[] = ['domains', 'people', 'review'];

/** A domain that was picked, and where its visitors go when that is not where all others go. */
export interface Pick {
  readonly name: string;
  readonly redirect: string;
}

export type PersonField = 'first_name' | 'last_name' | 'profile_picture_url';

/** A person who sends; `number` names the person as long as the form lives. */
export type Person = { readonly number: number } & Readonly<Record<PersonField, string>>;

/** A field that is there once. A new one is written in `flow/people.ts`, and belongs to a step in `form/problems.ts`. */
export type SingleField = 'owned' | 'forwarding';

/** A field of the form, by the id of its input: `query`, `forwarding`, `redirect-acme.com`, `first_name-2`. */
export type FieldId = 'query' | SingleField | `redirect-${string}` | `${PersonField}-${number}`;

/** Something on the form that can be wrong: a field, the list of picks, one pick, or the people. */
export type Place = FieldId | 'picks' | `pick-${string}` | 'people';

/** What stands before the `-` of a place. */
type KindOf<At extends Place> = At extends `${infer Kind}-${string}` ? Kind : At;

export type PlaceKind = KindOf<Place>;

/** Something wrong at a place of the form. */
export interface Trouble extends Finding {
  readonly at: Place;
  readonly required?: number;
  readonly submitted?: number;
}

/** A message at the top of the card. */
export interface Notice {
  readonly code: string;
  readonly message?: string | undefined;
  /** Seconds after which to try again. */
  readonly seconds?: number | undefined;
  /** What support can find the call by. */
  readonly reference?: string | undefined;
  /** The server's sentence inside of the message. */
  readonly reason?: string | undefined;
  readonly domain?: string | undefined;
  readonly count?: number | undefined;
  readonly limit?: number | undefined;
  /** Whether it says nothing about the form, so that no problems of the form are listed with it. */
  readonly isAlone?: boolean | undefined;
}

/** The newest sentence for screen readers: the key of its words, and what goes into it. */
export interface Said {
  readonly word: SaidWord | '';
  readonly values: Values;
}

type SaidKey<Key> = Key extends `said_${infer Word}` ? Word : never;

/** Words after `said_`, and sentences that are put together. */
export type SaidWord = SaidKey<WordKey> | 'status' | 'shortage' | 'doubt';

export interface Search {
  text: string;
  /** Whether the box is one for a list. */
  isList: boolean;
  /** What the text is read as. */
  query: Query;
  /** Place of the entry that the keys are at; -1 for none. */
  active: number;
  /** Whether names were found before, so that an emptied box keeps their room. */
  hasRoom: boolean;
  /** Names among those found that each bring the plan nearer, in order. */
  fitting: string[];
}

export interface Form {
  step: Step;
  search: Search;
  picks: readonly Pick[];
  /** How far the picks fill the plan. */
  report: PickReport;
  /** Why the plan could not be filled from what was found, until something changes. */
  shortage: Shortage | undefined;
  people: readonly Person[];
  /** How many people were ever added. */
  peopleMade: number;
  peopleList: { isOpen: boolean; text: string; problem: Notice | undefined };
  forwarding: string;
  /** The box for the customer's own domains, and whether those of other browsers were asked for. */
  owned: { text: string; wrong: readonly Finding[]; isSeen: boolean };
  /** Fields that were left once: their problems are shown from then on. */
  readonly left: Set<Place>;
  /** Steps that the customer tried to leave: all their problems are shown. */
  readonly tried: Set<Step>;
  /** What the server found, until what it is about changes. */
  reported: readonly Trouble[];
  notice: Notice | undefined;
  said: Said;
  /** Long lists that are shown whole. */
  readonly unfolded: Set<string>;
  /** Whether the customer looks at the list of orders. */
  isListing: boolean;
  /** The step that the customer goes to as soon as the picks are known. */
  bound: Step | undefined;
}

const NO_SHARE = { required: 0, filled: 0 };

export const EMPTY_QUERY: Query = { kind: '', cut: 0, entries: [] };

export const EMPTY_REPORT: PickReport = {
  ok: false,
  required: 0,
  submitted: 0,
  google: NO_SHARE,
  microsoft: NO_SHARE,
  findings: [],
};

export function newForm(): Form {
  return {
    step: 'domains',
    search: { text: '', isList: false, query: EMPTY_QUERY, active: -1, hasRoom: false, fitting: [] },
    picks: [],
    report: EMPTY_REPORT,
    shortage: undefined,
    people: [newPerson(1)],
    peopleMade: 1,
    peopleList: { isOpen: false, text: '', problem: undefined },
    forwarding: '',
    owned: { text: '', wrong: [], isSeen: false },
    left: new Set(),
    tried: new Set(),
    reported: [],
    notice: undefined,
    said: { word: '', values: {} },
    unfolded: new Set(),
    isListing: false,
    bound: undefined,
  };
}

export function newPerson(number: number): Person {
  return { number, first_name: '', last_name: '', profile_picture_url: '' };
}

/** `first_name-2` is the first name of person 2. */
export function placeParts<At extends Place>(at: At): [kind: KindOf<At>, of: string] {
  const index = at.indexOf('-');
  // The kind of a place is what its type has before the first `-`, and no kind contains one.
  return index < 0 ? [at as KindOf<At>, ''] : [at.slice(0, index) as KindOf<At>, at.slice(index + 1)];
}
