// Reads pasted people: lines of first name, last name and a picture's address, or a table with a heading.

import { afterLines } from './file_text.js';
import { fullName, isTitle, withoutInvisible, withoutMark, withoutTitles } from './full_name.js';
import type { PersonField } from './state.js';
import { parseTable } from './table.js';

export type ListedPerson = Record<PersonField, string>;

type Column = PersonField | 'full_name' | undefined;

/** Headings of columns, in the languages of the element and as common exports write them. */
const HEADINGS: Record<PersonField | 'full_name', RegExp> = {
  first_name: /^(first[\s_-]*name|given[\s_-]*name|first|vorname|الاسم الأول)$/i,
  last_name: /^(last[\s_-]*name|family[\s_-]*name|surname|last|nachname|familienname|اسم العائلة)$/i,
  profile_picture_url: /^(profile[\s_-]*)?(picture|photo|image|avatar|bild|foto)([\s_-]*(url|link))?$/i,
  full_name: /^(full[\s_-]*)?name$/i,
};

/** The people of a text, one per line; lines without a letter are skipped. A heading counts for the lines below it. */
export function readPeople(text: string): ListedPerson[] {
  let columns: readonly Column[] = [];
  const people: ListedPerson[] = [];
  for (const cells of parseTable(withoutInvisible(text))) {
    const heading = columnsOf(cells);
    if (heading) columns = heading;
    else if (columns.length) people.push(byHeading(cells, columns));
    else people.push(...byPosition(cells));
  }
  return people.filter(({ first_name, last_name }) => /\p{L}/u.test(first_name + last_name));
}

/** The lines that [`readPeople`] reads as these people. */
export function writePeople(people: readonly ListedPerson[]): string {
  const lines = people.map(({ first_name, last_name, profile_picture_url }) =>
    [first_name, last_name, profile_picture_url].map(quoted).join(',').replace(/,+$/, ''),
  );
  return lines.join('\n');
}

/** A list that was dropped, after what is in the box: its columns are those of its own heading, and of no other. */
export function withPeople(before: string, text: string): string {
  const people = readPeople(text);
  return before.trim() && people.length ? afterLines(before, writePeople(people)) : afterLines(before, text);
}

function quoted(cell: string): string {
  return /[",;\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The columns that a row names, if it is a heading. */
function columnsOf(cells: readonly string[]): readonly Column[] | undefined {
  const fields = Object.keys(HEADINGS) as (keyof typeof HEADINGS)[];
  const columns = cells.map((cell) => fields.find((field) => HEADINGS[field].test(cell)));
  if (!columns.includes('first_name')) return columns.includes('full_name') ? columns : undefined;
  // Beside a first name, `Name` is the last one.
  if (columns.includes('last_name')) return columns;
  return columns.map((column) => (column === 'full_name' ? 'last_name' : column));
}

function byHeading(cells: readonly string[], columns: readonly Column[]): ListedPerson {
  const cell = (field: PersonField | 'full_name') => cells[columns.indexOf(field)] ?? '';
  const split = fullName(cell('full_name'));
  return {
    first_name: withoutTitles(cell('first_name')) || split.first_name,
    last_name: withoutTitles(cell('last_name')) || (cell('first_name') ? '' : split.last_name),
    profile_picture_url: cell('profile_picture_url'),
  };
}

const ADDRESS = /^https?:\/\//i;
const MAILBOX = /<[^<>]*@[^<>]*>/;

/**
 * Without a heading the first cells are the names, and one cell holds both; an address is the picture's, and so is what
 * comes third: what is wrong with it is said at its field. A line of a mail's recipients has a person in each cell.
 */
function byPosition(cells: readonly string[]): ListedPerson[] {
  const mailboxes = cells.filter((cell) => MAILBOX.test(cell));
  if (mailboxes.length > 1) return mailboxes.map((cell) => ({ ...fullName(nameIn(cell)), profile_picture_url: '' }));
  const words = cells.map((cell, index) => nameIn(index ? cell : withoutMark(cell)));
  const isText = (word: string) => word && !ADDRESS.test(word) && !/^\d+$/.test(word);
  const texts = words.filter(isText);
  const names = texts.filter((word) => !isTitle(word));
  // A title may have a cell of its own; beside it there are two names, in one cell or in two.
  const [first = '', last = '', third = ''] = names.join(' ').includes(' ') ? names : texts;
  const name = last ? { first_name: withoutTitles(first), last_name: withoutTitles(last) } : fullName(first);
  return [{ ...name, profile_picture_url: words.find((word) => ADDRESS.test(word)) ?? third }];
}

/** A cell without the mail address in it; one that is nothing else is empty. */
function nameIn(cell: string): string {
  if (ADDRESS.test(cell)) return cell;
  return cell
    .replace(MAILBOX, '')
    .replace(/\S*@\S*/g, '')
    .trim();
}
