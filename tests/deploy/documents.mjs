// The commands of infra/README.md, unchanged: the test runs the documented commands.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's folder, in which the commands are to be typed. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The commands of a section's `sh` block, the first or another, one each and without comments. */
export function documented(heading, block = 0) {
  const text = readFileSync(`${ROOT}/infra/README.md`, 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  assert.ok(section, `infra/README.md has no section ${heading}`);
  const commands = [...section.matchAll(/^```sh\n(.*?)^```/gms)][block]?.[1];
  assert.ok(commands, `${heading} shows no commands`);
  const lines = commands.replaceAll('\\\n', ' ').split('\n');
  return lines.map((line) => line.replace(/\s+#.*$/, '').trim()).filter(Boolean);
}
