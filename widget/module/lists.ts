// Rules for long lists: ten thousand names in one call, and the names of pasted texts and of files.

import { ask } from './ask.js';
import { decode, isBinary } from './decode.js';
import type { ListColumns, NameResult, Refusal } from './generated/wasm.js';
import { assertStarted } from './start.js';

/** An entry of a list: the line it stands on, its text, what it is, and what was left out of a web address. */
export type ListEntry = { line: number; input: string; note?: string } & NameResult;

/** Each name once, in the order given. */
export interface NameList {
  entries: ListEntry[];
  /** Names beyond the first 100,000, which are not looked at. */
  cut: number;
}

/** Bytes of a file: far more than the names of the longest list take. */
const MOST_BYTES = 8 * 1024 * 1024;

/** What divides texts on the way in and out, and the result of each problem: frozen, because names share it. */
let separator: string | undefined;
let refusals: readonly Refusal[] | undefined;

/** The result of each of `names`, in their order. */
export function validateDomains(names: readonly string[]): NameResult[] {
  assertStarted('validateDomains');
  const isTexts = Array.isArray(names) && names.every((name) => typeof name === 'string');
  if (!isTexts) throw new TypeError('names must be a list of strings');
  if (names.length === 0) return [];
  const divider = dividerOf();
  const check = (all: readonly string[]) => ask('validateDomains', all.join(divider));
  let [codes, spellings] = check(names);
  // A name contains the separator; the rules refuse the character that replaces it just the same.
  if (codes.length !== names.length) [codes, spellings] = check(names.map((name) => name.replaceAll(divider, '\x7f')));
  const next = textsOf(spellings);
  return names.map((name, index) => resultOf(codes[index] ?? 0, name, next));
}

/** The names of a pasted text: one a line, several in a line, or a column of a table. */
export function readList(text: string): NameList {
  return listOf(ask('readList', text));
}

/** The names of a text file of at most 8 MB, such as a table saved as CSV. */
export async function readFile(file: Blob): Promise<NameList> {
  assertStarted('readFile');
  if (!(file instanceof Blob)) throw new TypeError('file must be a File or a Blob');
  if (file.size > MOST_BYTES) throw new RangeError('file must have at most 8 MB: split the list');
  const text = decode(new Uint8Array(await file.arrayBuffer()));
  if (isBinary(text)) throw new TypeError('file must be text: save the table as CSV first');
  return readList(text);
}

function listOf([codes, spellings, lines, inputs, cut, notes]: ListColumns): NameList {
  const [spelling, input, note] = [textsOf(spellings), textsOf(inputs), textsOf(notes)];
  const entries = Array.from(codes, (code, index): ListEntry => {
    const [given, said] = [input(), note()];
    const entry = { line: lines[index] ?? 0, input: given, ...resultOf(code, given, spelling) };
    return said ? { ...entry, note: said } : entry;
  });
  return { entries, cut };
}

/** 0 is a name as it was given, 1 one whose spelling is the next, everything above a problem. */
function resultOf(code: number, given: string, spelling: () => string): NameResult {
  refusals ??= ask('problems').map((refusal) => Object.freeze(refusal));
  // A place below 0 is a name to an engine, and slow to look up.
  const refusal = code > 1 ? refusals[code - 2] : undefined;
  return refusal ?? { ok: true, domain: code === 0 ? given : spelling() };
}

/** Gives one text after the other. */
function textsOf(joined: string): () => string {
  const all = joined.split(dividerOf());
  let index = 0;
  return () => all[index++] ?? '';
}

function dividerOf(): string {
  separator ??= ask('separator');
  return separator;
}
