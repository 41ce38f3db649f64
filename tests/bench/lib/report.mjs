// The table of all rows: on the terminal, as JSON, and as Markdown with the machine and the versions beside it.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname } from 'node:path';

/** The result of each row; the rows themselves only measure. */
export const verdict = (row) => (row.met ? 'met' : 'missed');

function version(program, ...args) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n')[0];
  } catch {
    return undefined;
  }
}

export function machine({ chromium, versions }) {
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: version('git', 'rev-parse', '--short', 'HEAD'),
    processor: `${cpus().length} × ${cpu.model.trim()}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${process.platform} ${process.arch}`,
    load: loadavg()[0].toFixed(1),
    rust: version('rustc', '--version'),
    node: process.versions.node,
    chromium: chromium && version(chromium, '--version'),
    ...versions,
  };
}

export function print(rows) {
  const lines = rows.map((row) => [verdict(row), row.what, row.figure, row.goal, row.ours, row.peer]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => [...line[column]].length)));
  const pad = (text, width) => text + ' '.repeat(width - [...text].length);
  for (const line of lines) {
    console.log(line.map((text, column) => (column < widths.length ? pad(text, widths[column]) : text)).join('  '));
  }
}

export function writeJson(file, rows, about, options) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ about, ...options, rows }, null, 2)}\n`);
}

const cell = (text) => text.replaceAll('|', '\\|');
const HEAD = ['what', 'ours', 'side by side with', 'goal', 'measured', '', 'of'];
const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
/** A row as the document shows it: the cells of `HEAD`. */
const cellsOf = (row, of) => [row.what, row.ours, row.peer, row.goal, row.figure, verdict(row), of];

/** The cells of each row of the first table of a document. */
export function tableOf(document) {
  const lines = document.split('\n');
  const head = lines.indexOf(line(HEAD));
  if (head < 0) throw new Error(`docs/benchmarks.md has no table with the head ${line(HEAD)}: run every row once`);
  const end = lines.findIndex((text, index) => index > head && !text.startsWith('|'));
  return lines.slice(head + 2, end).map((text) => text.slice(2, -2).split(' | ').map((part) => part.replaceAll('\\|', '|')));
}

/** The rows of `before` with those of now in their places; a row that is new stands at the end. */
function merged(before, now) {
  const fresh = new Map(now.map((cells) => [cells[0], cells]));
  const rows = before.map((cells) => fresh.get(cells[0]) ?? cells);
  const known = new Set(before.map(([what]) => what));
  return [...rows, ...now.filter(([what]) => !known.has(what))];
}

/**
 * The document: the table, why goals were missed, `notes` on what is measured by hand, and the machine. With `before`, the
 * document of earlier runs, rows that were not measured now stay as they were.
 */
export function markdown(rows, about, { quick, reasons, notes, before }) {
  const described = Object.entries(about).filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`);
  const of = `${about.date}, ${about.commit}, load ${about.load}${quick ? ', quick' : ''}`;
  const now = rows.map((row) => cellsOf(row, of));
  const table = before === undefined ? now : merged(tableOf(before), now);
  const lines = [
    '# Benchmarks',
    '',
    'Measured by `cargo xtask bench`, which writes this file; with `--only` it replaces the rows that it measures. Both sides run',
    'in turn on the same machine, so ratios compare and absolute times do not travel. Times are medians with the quartiles in',
    'parentheses. The last column has the day, the commit and the load of the machine; a quick run has fewer rounds. How each row',
    'is measured, and what it is compared with: [tests/bench/README.md](../tests/bench/README.md).',
    '',
    line(HEAD),
    `|${'---|'.repeat(HEAD.length)}`,
    ...table.map(line),
    '',
  ];
  const missed = table.filter((cells) => cells[5] === 'missed');
  if (missed.length > 0) {
    lines.push('## Missed', '');
    for (const [what, , , , figure] of missed) {
      // `reasons.json` matches rows by prefix.
      const [, reason] = Object.entries(reasons).find(([begins]) => what.startsWith(begins)) ?? [];
      lines.push(`- **${what}** (${figure}): ${reason ?? 'no reason is known yet.'}`);
    }
    lines.push('');
  }
  lines.push(notes.trimEnd(), '', '## Where', '', 'The machine and the programs of the last run.', '', ...described.map((text) => `- ${text}`), '');
  return lines.join('\n');
}
