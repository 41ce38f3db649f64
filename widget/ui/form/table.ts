// Reads a table of text (RFC 4180), whatever separates its cells.

/** A spreadsheet copies cells with tabs between them; a file has one of the others. */
const SEPARATORS = /[\t;,]/;

/** Rows of trimmed cells: quoted cells may hold separators, line breaks and doubled quotation marks. Empty rows are left out. */
export function parseTable(text: string): string[][] {
  const whole = text.replace(/\r\n?/g, '\n');
  const usual = usualSeparator(whole);
  const rows: string[][] = [];
  let [cells, cell, isQuoted, separator]: [string[], string, boolean, string] = [[], '', false, ''];
  const endCell = () => {
    cells.push(cell.trim());
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (cells.some(Boolean)) rows.push(cells);
    cells = [];
    separator = '';
  };
  let index = 0;
  while (index < whole.length) {
    const sign = whole[index] ?? '';
    separator ||= separatorOf(lineAt(whole, index), usual);
    if (isQuoted && sign === '"' && whole[index + 1] === '"') {
      cell += sign;
      index += 1;
    } else if (sign === '"' && (isQuoted || !cell.trim())) {
      isQuoted = !isQuoted;
    } else if (!isQuoted && sign === separator) {
      endCell();
    } else if (!isQuoted && sign === '\n') {
      endRow();
    } else {
      cell += sign;
    }
    index += 1;
  }
  endRow();
  return rows;
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end);
}

/** The usual separator of the text, or another one in a line without it. */
function separatorOf(line: string, usual: string): string {
  const plain = unquoted(line);
  return plain.includes(usual) ? usual : (SEPARATORS.exec(plain)?.[0] ?? usual);
}

/** What comes first in most lines, as later ones may be part of an address; tabs are never part of anything. */
function usualSeparator(text: string): string {
  if (text.includes('\t')) return '\t';
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [first] = SEPARATORS.exec(unquoted(line)) ?? [];
    if (first) counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  const [[most] = [',']] = [...counts].sort(([, one], [, other]) => other - one);
  return most;
}

function unquoted(line: string): string {
  return line.replace(/"[^"]*("|$)/g, '""');
}
