// The document of the benchmarks: every row says of which code it is, and a run of some rows leaves the others.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { markdown, tableOf } from './lib/report.mjs';

const about = { date: '2026-11-26', commit: 'd4147fb', load: '2.0', node: '20.20.2' };
const row = (what, figure, met = true) => ({ what, ours: '1 ms', peer: 'a | b', goal: '≤ 2 ms', figure, met });
const options = { quick: false, reasons: { slow: 'it waits.' }, notes: '## Notes\n' };
const full = markdown([row('fast', '1.0×'), row('slow one', '0.5×', false)], about, options);

test('every row says of which day, commit and load it is', () => {
  assert.deepEqual(tableOf(full), [
    ['fast', '1 ms', 'a | b', '≤ 2 ms', '1.0×', 'met', '2026-11-26, d4147fb, load 2.0'],
    ['slow one', '1 ms', 'a | b', '≤ 2 ms', '0.5×', 'missed', '2026-11-26, d4147fb, load 2.0'],
  ]);
  assert.ok(full.includes('- **slow one** (0.5×): it waits.'));
});

test('a run of some rows replaces these, adds new ones, and leaves the others', () => {
  const later = { ...about, date: '2026-11-30', commit: 'aaaaaaa', load: '6.5' };
  const part = markdown([row('slow one', '3.0×'), row('new', '2.0×')], later, { ...options, quick: true, before: full });
  assert.deepEqual(tableOf(part).map(([what, , , , figure, result, of]) => [what, figure, result, of]), [
    ['fast', '1.0×', 'met', '2026-11-26, d4147fb, load 2.0'],
    ['slow one', '3.0×', 'met', '2026-11-30, aaaaaaa, load 6.5, quick'],
    ['new', '2.0×', 'met', '2026-11-30, aaaaaaa, load 6.5, quick'],
  ]);
  assert.ok(!part.includes('## Missed'));
});

test('a document without the table is not overwritten', () => {
  assert.throws(() => markdown([], about, { ...options, before: '# Benchmarks\n' }), /has no table with the head/);
});

test('the document of today can be continued', () => {
  const today = readFileSync(new URL('../../docs/benchmarks.md', import.meta.url), 'utf8');
  const rows = tableOf(today);
  for (const cells of rows) assert.equal(cells.length, 7, cells[0]);
  assert.ok(rows.every((cells) => /^\d{4}-\d\d-\d\d, [0-9a-f]{7}/.test(cells[6])), 'each row has a day and a commit');
});
