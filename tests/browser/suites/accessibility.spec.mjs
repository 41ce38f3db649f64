// Each step for everybody: axe in light and dark, the keyboard alone, a narrow screen, forced colours.

import AxeBuilder from '@axe-core/playwright';
import { Customer, element, expect, open, test } from '../support/checkout.mjs';
import { mintSession, unique } from '../support/stack.mjs';

// axe measures the page from inside, so its page lets it in.
const policy = "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:";

async function findsNothing(page) {
  const { violations } = await new AxeBuilder({ page }).include('peeker-checkout').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(' ')}`)).toEqual([]);
}

async function hasNoSidewaysScroll(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(over).toBeLessThanOrEqual(0);
}

// The states suite looks at every state in both schemes at three widths; this is the way through them on the real stack.
for (const [colorScheme, width] of [['light', 320], ['dark', 1280]]) {
  test(`each step is accessible and fits, ${colorScheme}, ${width} px`, async ({ page, session }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    await open(page, `<h1>Signup</h1>${element(session.token)}`, { policy });
    const customer = new Customer(page);
    const check = async () => {
      await findsNothing(page);
      await hasNoSidewaysScroll(page);
    };
    await expect(customer.search).toBeVisible();
    await check();
    const word = `a-rather-long-name-for-a-domain-${unique()}`;
    await customer.search.fill(`${word}.com taken-${word}.com errored-${word}.com mail.${word}.com`);
    await expect(page.getByRole('alert')).toBeVisible();
    await customer.adds(`${word}.com`);
    await customer.button('Continue').click();
    await check();
    await customer.button(`Remove ${word}.com`).click();
    await customer.picksFrom('Nordic Coffee Roasters and Friends ' + unique());
    await check();
    await customer.goesToPeople();
    await check();
    await customer.button('Continue').click();
    await expect(page.getByRole('alert')).toBeFocused();
    await check();
    await customer.names('Sam', 'Lee');
    await customer.goesToReview();
    await check();
    await customer.places();
    await expect(customer.heading('Your domains are being set up')).toBeVisible();
    await check();
    await expect(customer.heading('Everything is set up')).toBeVisible({ timeout: 45_000 });
    await check();
  });
}

test('an order can be placed with the keyboard alone', async ({ page, session }) => {
  await open(page, element(session.token));
  const customer = new Customer(page);
  const focused = () => page.evaluate(() => {
    const { activeElement } = document.querySelector('peeker-checkout').shadowRoot;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? activeElement?.id;
  });
  const tabTo = async (name) => {
    for (let count = 0; count < 60 && !name.test((await focused()) ?? ''); count += 1) await page.keyboard.press('Tab');
    expect(await focused()).toMatch(name);
  };
  await customer.search.focus();
  await page.keyboard.type(unique());
  await page.keyboard.press('Enter');
  const first = page.getByRole('option').first();
  await expect(first).toContainText('Add');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await expect(customer.search).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(first).toHaveAttribute('aria-selected', 'false');
  await tabTo(/^Pick the first/);
  await page.keyboard.press('Enter');
  await expect(customer.heading('Picked (4 of 4)')).toBeFocused();
  await tabTo(/^Continue$/);
  await page.keyboard.press('Enter');
  await expect(customer.heading('Who is sending?')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.type('Sam');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Lee');
  await page.keyboard.press('Enter');
  await expect(customer.heading('Review your order')).toBeFocused();
  await tabTo(/^Place order$/);
  await page.keyboard.press('Enter');
  await expect(customer.heading(/Your domains are being set up|Everything is set up/)).toBeFocused();
});

/** The pixels of a bar near one of its ends. */
async function endOf(page, bar, at) {
  const { x, y, width, height } = await bar.boundingBox();
  return page.screenshot({ clip: { x: at === 'start' ? x + 4 : x + width - 12, y: y + 2, width: 8, height: height - 4 } });
}

test('forced colours show the way on and how full a bar is', async ({ page, session }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await open(page, element(session.token));
  const customer = new Customer(page);
  const system = (name) => page.evaluate((color) => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.cssText = `forced-color-adjust: none; color: ${color}`;
    const { color: found } = getComputedStyle(probe);
    probe.remove();
    return found;
  }, name);
  const next = customer.button('Continue');
  const isHighlighted = async () => expect(next).toHaveCSS('background-color', await system('Highlight'));
  await isHighlighted();
  await next.hover();
  await isHighlighted();
  // The words above them say the same, so they are hidden from screen readers.
  const bars = page.locator('progress');
  await expect(bars).toHaveCount(2);
  expect((await endOf(page, bars.first(), 'start')).equals(await endOf(page, bars.first(), 'end')), 'nothing is picked').toBe(true);
  const word = unique();
  await customer.search.fill(`${word}-1.com ${word}-2.com`);
  for (const name of [`${word}-1.com`, `${word}-2.com`]) await customer.adds(name);
  await expect(page.getByText('Google 1 of 3', { exact: true })).toBeVisible();
  expect((await endOf(page, bars.first(), 'start')).equals(await endOf(page, bars.first(), 'end')), 'a part is').toBe(false);
});

test('what changes is said aloud', async ({ page, session }) => {
  await open(page, element(session.token));
  const customer = new Customer(page);
  const word = unique();
  const said = page.getByRole('status').first();
  await customer.search.fill(`${word}.com taken-${word}.com`);
  await expect(said).toHaveText('1 of 2 names can be ordered.');
  await customer.adds(`${word}.com`);
  await expect(said).toHaveText(`${word}.com added. Google 0 of 3, Microsoft 1 of 1.`);
});

test('a big plan and a long list stay usable on a narrow screen', async ({ page }) => {
  const session = await mintSession({ plan: { google_licenses: 30, microsoft_licenses: 4 } });
  await page.setViewportSize({ width: 320, height: 640 });
  await open(page, element(session.token));
  const customer = new Customer(page);
  await customer.search.fill(unique());
  await page.getByRole('button', { name: 'Pick the first 19 that fit' }).click();
  await expect(customer.heading('Picked (19 of 19)')).toBeVisible();
  await expect(customer.button('Continue')).toBeInViewport();
  await hasNoSidewaysScroll(page);
});
