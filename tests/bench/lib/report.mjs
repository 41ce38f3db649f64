// The table of all rows: on the terminal, as JSON, and as Markdown with the machine and the versions beside it.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname } from 'node:path';

/** What a row that is missed says of itself; the rows themselves only measure. */
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

/** The document: the table, why goals were missed, `notes` on what is measured by hand, and the machine. */
export function markdown(rows, about, { quick, reasons, notes }) {
  const described = Object.entries(about).filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`);
  const lines = [
    '# Benchmarks',
    '',
    `Measured by \`cargo xtask bench${quick ? ' --quick' : ''}\`, which writes this file. Both sides run in turn on the same`,
    'machine, so ratios compare and absolute times do not travel. Times are medians with the quartiles in parentheses.',
    'How each row is measured, and what it is compared with: [tests/bench/README.md](../tests/bench/README.md).',
    '',
    '| what | ours | side by side with | goal | measured | |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${[row.what, row.ours, row.peer, row.goal, row.figure, verdict(row)].map(cell).join(' | ')} |`),
    '',
  ];
  const missed = rows.filter((row) => !row.met);
  if (missed.length > 0) {
    lines.push('## Missed', '');
    for (const row of missed) {
      // `reasons.json` goes by how a row begins.
      const [, reason] = Object.entries(reasons).find(([begins]) => row.what.startsWith(begins)) ?? [];
      lines.push(`- **${row.what}** (${row.figure}): ${reason ?? 'no reason is known yet.'}`);
    }
    lines.push('');
  }
  lines.push(notes.trimEnd(), '', '## Where', '', ...described.map((line) => `- ${line}`), '');
  return lines.join('\n');
}
