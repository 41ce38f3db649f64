// How often an order is looked at: soon after news, then less and less, whatever proxies do to the headers.

import { expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, order, passes, session } from '../support/canned.mjs';

/** Looks in five minutes when nothing happens: 1 s, half as much again each time, and 15 s at last; and a few to spare. */
const MOST_LOOKS = 32;
const placed = { 'GET /v1/session': () => ({ json: { data: session({ order: { id: 'ord_1', status: 'in_progress' } }) } }) };
const isLook = (call) => call.startsWith('GET /v1/orders/');

async function watches(page, look) {
  await page.clock.install({ time: '2026-05-08T12:00:00Z' });
  const calls = await answerWith(page, { ...placed, 'GET /v1/orders/*': look });
  await open(page, canned(), { policy: POLICY });
  await expect(page.getByRole('heading', { name: /^Your (domains are being set up|order is placed)/ })).toBeVisible();
  return { calls, looks: () => calls.filter(isLook).length };
}

let turn = 0;
const HEADERS = {
  'no ETag': () => ({}),
  'an ETag that cannot be read': () => ({ etag: '"one"', 'access-control-expose-headers': '' }),
  'a weak ETag': () => ({ etag: 'W/"one"' }),
  'another ETag each time': () => ({ etag: `"${(turn += 1)}"` }),
  'an ETag that is not quoted': () => ({ etag: 'one' }),
};

for (const [what, headers] of Object.entries(HEADERS)) {
  test(`an order that does not change is looked at less and less with ${what}`, async ({ page }) => {
    const { looks } = await watches(page, () => ({ json: { data: order() }, headers: headers() }));
    await passes(page, 300);
    expect(looks()).toBeGreaterThan(10);
    expect(looks()).toBeLessThan(MOST_LOOKS);
  });
}

test('a time of change that moves alone is no news', async ({ page }) => {
  let second = 0;
  const { looks } = await watches(page, () => ({ json: { data: order({ updated_at: new Date((second += 1) * 1_000).toISOString() }) } }));
  await passes(page, 300);
  expect(looks()).toBeLessThan(MOST_LOOKS);
});

test('news makes the next look come soon again', async ({ page }) => {
  let status = 'in_progress';
  const { calls, looks } = await watches(page, () => ({ json: { data: order({ status }) } }));
  await passes(page, 120);
  const before = looks();
  status = 'action_required';
  await expect(async () => {
    await passes(page, 1);
    await expect(page.getByRole('heading', { name: 'Something needs your attention' })).toBeVisible({ timeout: 100 });
  }).toPass({ intervals: [10] });
  const seen = looks();
  await passes(page, 5);
  expect(looks() - seen).toBeGreaterThanOrEqual(2);
  expect(seen - before).toBeLessThan(5);
  expect(calls.filter((call) => call === 'GET /v1/session')).toHaveLength(1);
});

test('a final order is not looked at any more', async ({ page }) => {
  let data = order();
  const { looks } = await watches(page, () => ({ json: { data } }));
  data = order({ status: 'completed', final: true });
  await passes(page, 30);
  await expect(page.getByRole('heading', { name: 'Everything is set up' })).toBeVisible();
  const seen = looks();
  await passes(page, 120);
  expect(looks()).toBe(seen);
});

for (const [name, value, seconds] of [['seconds', '90', 90], ['a date', 'Fri, 08 May 2026 12:02:00 GMT', 60]]) {
  test(`a wait that the server asks for in ${name} is respected, also when the page comes back`, async ({ page }) => {
    let isBusy = false;
    const { looks } = await watches(page, () => {
      if (!isBusy) return { json: { data: order() } };
      return { status: 429, headers: { 'retry-after': value }, json: { error: { code: 'rate_limited', message: 'Too many requests.' } } };
    });
    isBusy = true;
    await passes(page, 5);
    const seen = looks();
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.isHidden });
      for (window.isHidden of [true, false]) document.dispatchEvent(new Event('visibilitychange'));
    });
    await passes(page, seconds - 15);
    expect(looks()).toBe(seen);
    isBusy = false;
    // The date is two minutes after the page was opened, however long this machine took until here.
    await passes(page, 80);
    expect(looks()).toBeGreaterThan(seen);
  });
}

test('nothing is looked at while the page is hidden', async ({ page }) => {
  const { looks } = await watches(page, () => ({ json: { data: order() } }));
  await passes(page, 3);
  const hide = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  await hide(true);
  const seen = looks();
  await passes(page, 120, 5);
  expect(looks()).toBe(seen);
  await hide(false);
  await passes(page, 2);
  expect(looks()).toBeGreaterThan(seen);
});
