// Every state of the element, as the demo's page of states shows it: free of axe's findings, nothing wider than the
// page, at three widths, light and dark; with EVERY_LOOK at each width in both. The pictures are left in target/states to
// be looked at.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from '../support/checkout.mjs';
import { pageOrigin } from '../support/stack.mjs';
import { STORIES } from '../../../tools/demo/states/stories.mjs';

const PICTURES = fileURLToPath(new URL('../../../target/states/', import.meta.url));
/** Widths with their colour schemes. */
const LOOKS = process.env.EVERY_LOOK
  ? [320, 768, 1280].map((width) => [width, ['light', 'dark']])
  : [[320, ['light']], [768, ['dark']], [1280, ['light']]];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const manifest = JSON.parse(readFileSync(new URL('../../../widget/dist/custom-elements.json', import.meta.url), 'utf8'));
const [element] = manifest.modules[0].declarations;

/** Stories that were shown, and the parts and slots that were seen in any of them. */
const seen = { stories: new Set(), parts: new Set(), slots: new Set() };

mkdirSync(PICTURES, { recursive: true });
// The pictures are the trace.
test.use({ trace: 'off' });

async function openStory(page, name) {
  await page.goto(`${pageOrigin}/states#${name}`);
  await page.waitForFunction(() => document.documentElement.dataset.ready ?? document.documentElement.dataset.failed);
  const { ready, failed } = await page.evaluate(() => ({ ...document.documentElement.dataset }));
  expect(failed).toBeUndefined();
  // A page that does not know the story shows another one.
  expect(ready, 'the demo was built before this story').toBe(name);
  // What moves would be caught half-way, by axe and by the pictures.
  await page.emulateMedia({ reducedMotion: 'reduce' });
}

/** axe's findings, and what is wider than the page. */
async function findings(page) {
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`);
    const over = document.documentElement.scrollWidth - innerWidth;
    return over > 0 ? [...found, `${over} px wider than the page`] : found;
  });
}

async function collect(page) {
  const { parts, slots } = await page.locator('#stage > *').evaluate(({ shadowRoot }) => ({
    parts: [...shadowRoot.querySelectorAll('[part]')].flatMap((node) => [...node.part]),
    slots: [...shadowRoot.querySelectorAll('slot')].map(({ name }) => name),
  }));
  for (const part of parts) seen.parts.add(part);
  for (const slot of slots) seen.slots.add(slot);
}

for (const name of Object.keys(STORIES)) {
  test(`state ${name}`, async ({ page }) => {
    // axe looks at every row, each time.
    if (name.includes('large')) test.slow();
    await openStory(page, name);
    await page.evaluate(axe);
    await collect(page);
    seen.stories.add(name);
    const found = [];
    for (const [width, schemes] of LOOKS) {
      // High enough for every state, so that what sticks to the window's edge is where it belongs.
      await page.setViewportSize({ width, height: 2200 });
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        found.push(...(await findings(page)).map((finding) => `${width} ${colorScheme}: ${finding}`));
        await page.locator('body').screenshot({ path: `${PICTURES}${name}-${width}-${colorScheme}.png` });
      }
    }
    expect(found).toEqual([]);
    // A refused call is what some stories are about.
    page.errors.splice(0);
  });
}

test('the manifest names the parts and slots that the states have, and no others', () => {
  test.skip(seen.stories.size < Object.keys(STORIES).length, 'it needs every state to have been shown');
  const named = (list) => list.map(({ name }) => name).sort();
  expect([...seen.parts].sort()).toEqual(named(element.cssParts));
  expect([...seen.slots].sort()).toEqual(named(element.slots));
});
