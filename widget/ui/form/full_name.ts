// Takes a full name apart: titles and marks of a list are no part of it.

/** What stands before a name in a list: `1.`, `2)`, or a bullet. */
const MARK = /^(?:\d{1,4}[.)]|[-–—*•·▪◦‣])\s+/u;

/** Titles before and behind names; each may end with a full stop, and what stands behind `Dr.` has one. */
const TITLE =
  /^(?:(?:dr|prof|mr|mrs|ms|mx|miss|herr|frau|mag|ing|dipl\.-ing|د|أ\.د)\.?|(?:med|rer|nat|phil|jur|h\.c)\.)$/i;
const DEGREE = /^(?:ph\.?d|m\.d|m\.?sc|b\.?sc|m\.a|b\.a|mba|ll\.?m|esq|jr|sr|ii|iii)\.?$/i;
/** In small letters these are names, such as that of Jack Ma. */
const SHORT_DEGREE = /^(?:MD|MA|BA)\.?$/;

/** Between words, and between titles without a blank, such as `Prof.Dr.`. */
const GAP = /\s+|(?<=(?:^|[\s.])(?:dr|prof)\.)(?=\p{L})/iu;

/** Words that belong to the last name behind them. */
const PARTICLE = /^(?:van|von|vom|zu|zur|de|del|della|der|den|di|da|dos|du|la|le|al|bin|ibn|ter|ten)$/i;

/** Without characters that nobody sees, such as those that turn the direction of text; joiners are part of letters. */
export function withoutInvisible(text: string): string {
  return text.replace(/[^\P{Cf}\u200c\u200d]/gu, '');
}

/** A line's first cell without its number or bullet. */
export function withoutMark(cell: string): string {
  return cell.replace(MARK, '');
}

/** Whether a text is nothing but titles, such as `Prof. Dr.`. */
export function isTitle(text: string): boolean {
  return wordsOf(text).every((word) => TITLE.test(word));
}

/** A first or a last name without titles before it; one that is nothing else stays. */
export function withoutTitles(name: string): string {
  const words = untitled(name);
  return words.length === wordsOf(name).length ? name : words.join(' ');
}

function wordsOf(name: string): string[] {
  return name.split(GAP).filter(Boolean);
}

function isDegree(word: string): boolean {
  return DEGREE.test(word) || SHORT_DEGREE.test(word);
}

/** The words of a name behind its titles. */
function untitled(name: string): string[] {
  const words = wordsOf(name);
  while (words.length > 1 && TITLE.test(words[0] ?? '')) words.shift();
  return words;
}

/** First and last name of `Dr Jane van Doe PhD` or `Doe, Jane`; one word is the first name. */
export function fullName(name: string): { first_name: string; last_name: string } {
  const [before = '', behind = ''] = name.split(',').map((part) => part.trim());
  if (behind && !isDegree(behind)) return { first_name: withoutTitles(behind), last_name: withoutTitles(before) };
  const words = untitled(before);
  while (words.length > 1 && isDegree(words.at(-1) ?? '')) words.pop();
  let place = Math.max(words.length - 1, 1);
  while (place > 1 && PARTICLE.test(words[place - 1] ?? '')) place -= 1;
  return { first_name: words.slice(0, place).join(' '), last_name: words.slice(place).join(' ') };
}
