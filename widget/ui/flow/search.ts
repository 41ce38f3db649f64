// The search box: what is typed or pasted into it, the names it stands for, and the keys of the list below it.

import { afterLines, FILE_PROBLEMS, onOneLine, readPasted, readText, withoutHalfName } from '../form/file_text.js';
import type { Form } from '../form/state.js';
import { type Entry, search } from '../rules.js';
import { type Context, checkFound, notify, pickedNames } from './context.js';
import { toggle } from './picks.js';

/** Ideas of a company name: enough to choose from, and one call to ask about. */
const IDEAS = 24;
/** Ideas as long as nothing is known of any: what the list shows without scrolling, so that typing stays quick. */
export const IN_SIGHT = 6;
/** Messages about a file or a list that came in. */
const OF_FILES: readonly string[] = [...FILE_PROBLEMS, 'list_too_long'];
/** Entries of a list that are drawn at first. */
export const MOST_FOUND = 500;

export function type(context: Context, text: string): void {
  const { form } = context;
  // A field that loses the focus reports its text once more, also to the message that took the focus.
  if (text !== form.search.text) forgetFile(form);
  form.search.text = text;
  form.search.active = -1;
  form.shortage = undefined;
  readQuery(context);
  context.page.changed();
}

/** Reads the text, and has the client ask about its names once typing has paused, or `now`. */
export function readQuery(context: Context, now = false): void {
  const { form, client, view } = context;
  const { isList, text } = form.search;
  form.search.query = search(isList, view?.tlds ?? [], IDEAS, text);
  form.search.hasRoom ||= Boolean(form.search.query.kind);
  const found = form.search.query.entries.filter(({ problem }) => !problem).map(({ name }) => name);
  client.search([...new Set([...found, ...pickedNames(context)])], now);
  checkFound(context);
}

/** Between a box for one name and one for a list; what was typed stays. */
export function showList(context: Context, isList: boolean, text = context.form.search.text): void {
  context.form.search.isList = isList;
  type(context, isList ? text : onOneLine(text));
  context.page.changed('query');
}

/**
 * A list or a file that is pasted or dropped into the box becomes a list, beside what is in a list already; `false` when the
 * box takes the text itself.
 */
export function receive(context: Context, transfer: DataTransfer, box: EventTarget | null): boolean {
  const [file] = transfer.files;
  if (file) {
    receiveFile(context, file);
    return true;
  }
  const pasted = transfer.getData('text');
  if (!/[\n\t]/.test(pasted.trim())) return false;
  const { text, isCut } = readPasted(box instanceof HTMLTextAreaElement ? inserted(box, pasted) : pasted);
  takeList(context, text, isCut);
  return true;
}

/** The text of the box with `pasted` in place of what is marked. */
function inserted({ value, selectionStart, selectionEnd }: HTMLTextAreaElement, pasted: string): string {
  return value.slice(0, selectionStart) + pasted + value.slice(selectionEnd);
}

async function receiveFile(context: Context, file: Blob): Promise<void> {
  const read = await readText(file);
  const { isList, text } = context.form.search;
  if ('problem' in read) notify(context, { code: read.problem, isAlone: true });
  else takeList(context, isList ? afterLines(text, read.text) : read.text, read.isCut);
}

function takeList(context: Context, text: string, isCut: boolean): void {
  forgetFile(context.form);
  showList(context, true, isCut ? withoutHalfName(text) : text);
  if (isCut) notify(context, { code: 'list_too_long', isAlone: true });
}

/** What was said of a file is about no list that came after it. */
function forgetFile(form: Form): void {
  const { notice } = form;
  if (notice && OF_FILES.includes(notice.code)) form.notice = undefined;
}

/** The entries that are drawn: of ideas those in sight until something is known, and none that is taken. */
export function shownEntries({ form, client }: Context): Entry[] {
  const { kind, entries } = form.search.query;
  if (kind !== 'company') return form.unfolded.has('found') ? entries : entries.slice(0, MOST_FOUND);
  if (areUnknown(form.picks, entries, (name) => client.row(name))) return entries.slice(0, IN_SIGHT);
  return entries.filter(({ name }) => {
    const known = client.row(name);
    return typeof known !== 'object' || known.available;
  });
}

/** Whether nothing is known of any idea yet. */
function areUnknown(
  picks: readonly { name: string }[],
  entries: readonly Entry[],
  row: Context['client']['row'],
): boolean {
  const picked = new Set(picks.map(({ name }) => name));
  return entries.every(({ name }) => (row(name) ?? 'pending') === 'pending' && !picked.has(name));
}

/** A key in the box for one name, or in the list below it; `true` when it was used. */
export function pressKey(context: Context, key: string, isInList: boolean): boolean {
  const { form, page } = context;
  const options = shownEntries(context);
  const { active } = form.search;
  const last = options.length - 1;
  const moves: Record<string, number> = {
    ArrowDown: active < last ? active + 1 : 0,
    ArrowUp: active > 0 ? active - 1 : last,
    ...(isInList ? { Home: 0, End: last } : {}),
  };
  const move = moves[key];
  const marked = options[active];
  if (move !== undefined && last >= 0) form.search.active = move;
  else if (marked && (key === 'Enter' || (isInList && key === ' '))) toggle(context, marked.name);
  else if (key === 'Enter') readQuery(context, true);
  else if (key === 'Escape' && active >= 0) form.search.active = -1;
  else return false;
  page.changed();
  return true;
}
