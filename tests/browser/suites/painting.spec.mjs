// What the element is drawn with: whatever stood there before, a page looks as if it had been drawn at once.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, open, test } from '../support/checkout.mjs';
import { pageOrigin } from '../support/stack.mjs';

const source = readFileSync(join(import.meta.dirname, '../../../widget/js/dom.js'), 'utf8');

test('a page that was drawn over another looks as one that was drawn at once, and what has a name stays', async ({ page }) => {
  await page.route('**/fixtures/dom.js', (route) => route.fulfill({ body: source, contentType: 'text/javascript' }));
  await open(page, '', { head: '' });
  const outcome = await page.evaluate(async (url) => {
    const { h, Canvas } = await import(url);
    /** Numbers from 0 to below `most`, the same for the same seed. */
    const dice = (seed) => (most) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x3fff_ffff;
      return (seed >> 12) % most;
    };
    const values = ['a', 'b', '', 0, 7, true, false, null, undefined];
    const attributes = (roll) => {
      const set = {};
      for (const name of ['id', 'data-x', 'aria-label', 'part']) if (roll(2)) set[name] = values[roll(values.length)];
      return set;
    };
    const children = (roll, depth) => {
      const names = [];
      for (const name of [0, 1, 2, 3, 4, 5]) if (roll(2)) names.splice(roll(names.length + 1), 0, name);
      const named = names.map((name) => h(`li.${['one', 'two.three'][roll(2)]}`, { key: name, ...attributes(roll) }, depth && children(roll, depth - 1)));
      const plain = Array.from({ length: roll(4) }, () => [
        h(['p', 'p.one', 'span'][roll(3)], roll(2) ? attributes(roll) : null, depth && children(roll, depth - 1)),
        ['words', 'other words', '', false, undefined, 0][roll(6)],
      ]);
      return roll(2) ? [named, plain] : [plain, [[named]]];
    };
    const over = document.body.appendChild(document.createElement('div'));
    const canvas = new Canvas(document, over);
    let before = new Map();
    for (let round = 1; round <= 2_000; round += 1) {
      const trees = children(dice(round), 2);
      canvas.paint(trees);
      const once = document.createElement('div');
      new Canvas(document, once).paint(children(dice(round), 2));
      if (!over.isEqualNode(once)) return { round, over: over.innerHTML, once: once.innerHTML };
      const named = new Map(trees.flat(Infinity).filter((tree) => tree?.key !== undefined).map(({ key, node }) => [key, node]));
      if ([...named].some(([name, node]) => before.has(name) && before.get(name) !== node)) return { round, lost: true };
      before = named;
      // The same again, in objects of its own, touches nothing.
      const changes = new MutationObserver(() => {});
      changes.observe(over, { attributes: true, characterData: true, childList: true, subtree: true });
      canvas.paint(children(dice(round), 2));
      if (changes.takeRecords().length > 0) return { round, touched: true };
      changes.disconnect();
    }
    return 'as at once';
  }, `${pageOrigin}/fixtures/dom.js`);
  expect(outcome).toBe('as at once');
});
