// Prices in the review: replaced before they end, compared with what was shown, and never a reason to lose the picks.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, passes, quote, rows, session } from '../support/canned.mjs';

const NOW = '2026-05-08T12:00:00Z';

/** A customer in the review at a fixed time; `price(turn, domains)` is what the endpoint answers to each question. */
async function reviews(page, price, more = {}) {
  await page.clock.install({ time: NOW });
  const now = () => page.evaluate(() => Date.now());
  let turn = 0;
  const calls = await answerWith(page, {
    'GET /v1/session': () => ({ json: { data: session() } }),
    'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
    'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
    'POST /v1/quotes': async ({ domains }) => price((turn += 1), domains, await now()),
    ...more,
  });
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.search.fill('Nordic');
  await passes(page, 1);
  await page.getByRole('button', { name: /^Pick the first/ }).click();
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await customer.goesToReview();
  return { customer, calls, quotes: () => calls.filter((call) => call === 'POST /v1/quotes').length };
}

const held = (turn, domains, now) => ({ json: { data: quote(domains, { now }) } });
const refusal = (code, names) => ({ status: 409, json: { error: { code: 'order_invalid', message: 'No.', details: { findings: names.map((index) => ({ code, field: `domains[${index}]`, message: 'The name cannot be had.' })) } } } });

test('a price is read again before it ends, and the order brings the newest', async ({ page }) => {
  const tokens = [];
  const { customer, quotes } = await reviews(page, (turn, domains, now) => {
    const data = quote(domains, { now });
    tokens.push(data.token);
    return { json: { data } };
  }, { 'POST /v1/orders': () => ({ status: 201, json: { data: { id: 'ord_1', status: 'in_progress' } } }) });
  await expect(page.getByText(/^Domains only.*This price holds until/)).toContainText('12:10');
  await passes(page, 500, 20);
  expect(quotes()).toBe(1);
  await passes(page, 60, 20);
  expect(quotes()).toBe(2);
  await expect(page.getByText(/This price holds until/)).toContainText('12:19');
  await expect(page.getByRole('alert')).toHaveCount(0);
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/v1/orders'));
  await customer.places();
  expect((await sent).postDataJSON().quote).toBe(tokens[1]);
});

test('a price that changed meanwhile is said, and the customer stays in the review', async ({ page }) => {
  const { customer } = await reviews(page, (turn, domains, now) => ({ json: { data: quote(domains, { now, price_cents: turn > 1 ? 2_000 : 1_300 }) } }));
  await expect(customer.button('Place order')).toBeEnabled();
  await customer.button('Place order').focus();
  await passes(page, 560, 20);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('The price has changed.');
  await expect(alert).toContainText('has risen.');
  await expect(alert).toContainText('$80.00 (was $52.00)');
  await expect(customer.button('Place order'), 'the focus stays').toBeFocused();
  await expect(customer.heading('Review your order')).toBeVisible();
});

test('a name that was taken meanwhile is marked where it stands, and the customer stays on the step', async ({ page }) => {
  const { customer } = await reviews(page, (turn, ...more) => (turn > 1 ? refusal('domain_unavailable', [1]) : held(turn, ...more)));
  await passes(page, 560, 20);
  await expect(customer.heading('Review your order')).toBeVisible();
  const second = page.getByRole('list', { name: 'Domains', exact: true }).locator('> li').nth(1);
  await expect(second).toContainText('The name cannot be had.');
  await expect(page.getByRole('alert').first()).toContainText('The name cannot be had.');
  await page.getByRole('button', { name: 'Edit domains' }).click();
  await expect(customer.heading('Picked (4 of 4)'), 'the picks are kept').toBeVisible();
});

test('names that could not be checked are asked about once more by themselves', async ({ page }) => {
  const { customer, quotes } = await reviews(page, (turn, ...more) => (turn === 1 ? refusal('domain_not_checked', [0, 2]) : held(turn, ...more)));
  await passes(page, 2);
  await expect(page.getByText(/This price holds until/)).toBeVisible();
  await expect(customer.heading('Review your order')).toBeVisible();
  expect(quotes()).toBe(2);
});

test('names that cannot be checked twice are shown among the picks', async ({ page }) => {
  const { customer, quotes } = await reviews(page, () => refusal('domain_not_checked', [0]));
  await passes(page, 2);
  await expect(customer.heading('Choose 4 domains')).toBeVisible();
  expect(quotes()).toBe(2);
});

test('a price that cannot be read again stays as long as it holds, and is asked for again', async ({ page }) => {
  const { quotes } = await reviews(page, (turn, ...more) => (turn === 2 ? undefined : held(turn, ...more)));
  await passes(page, 545, 20);
  await expect(page.getByText(/This price holds until/)).toBeVisible();
  await passes(page, 45, 15);
  expect(quotes()).toBe(3);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('nothing is ordered without a price on show', async ({ page }) => {
  let isDown = true;
  const { customer, calls } = await reviews(page, (turn, ...more) => (isDown ? undefined : held(turn, ...more)), {
    'POST /v1/orders': () => ({ status: 201, json: { data: { id: 'ord_1', status: 'in_progress' } } }),
  });
  await expect(page.getByRole('alert')).toContainText('The price could not be read just now.');
  await expect(customer.button('Place order')).toHaveCount(0);
  isDown = false;
  await customer.button('Read the price again').click();
  await expect(page.getByText(/This price holds until/)).toBeVisible();
  isDown = true;
  // At its end the price is gone, and not some time after it.
  await passes(page, 600, 20);
  await expect(page.getByText(/This price holds until/)).toHaveCount(0);
  await expect(page.getByRole('alert')).toContainText('This price was read a while ago.');
  await expect(customer.button('Place order')).toHaveCount(0);
  expect(calls).not.toContain('POST /v1/orders');
});

test('a price that ends soon is read again before it ends, and a wrong clock does not keep that up', async ({ page }) => {
  const { quotes } = await reviews(page, (turn, domains, now) => ({ json: { data: quote(domains, { now, seconds: 40 }) } }));
  await passes(page, 30, 5);
  expect(quotes()).toBe(2);
  await passes(page, 270, 10);
  expect(quotes()).toBe(3);
});

test('somebody who only looks does not have the price read for ever', async ({ page }) => {
  const { customer, quotes } = await reviews(page, held);
  await passes(page, 5_400, 60);
  expect(quotes()).toBe(7);
  await expect(page.getByRole('alert')).toContainText('This price was read a while ago.');
  await expect(customer.button('Place order')).toHaveCount(0);
  await customer.button('Read the price again').click();
  await expect(page.getByText(/This price holds until/)).toBeVisible();
});

test('a clock that is wrong does not have the price read all the time', async ({ page }) => {
  const { quotes } = await reviews(page, (turn, domains) => ({ json: { data: quote(domains, { now: Date.parse('2020-01-01T00:00:00Z') }) } }));
  await passes(page, 500, 20);
  expect(quotes()).toBe(1);
});

test('another session in the review reads the price again, with what is different', async ({ page }) => {
  const { customer, quotes } = await reviews(page, (turn, domains, now) => ({ json: { data: quote(domains, { now, price_cents: turn > 1 ? 1_000 : 1_300 }) } }));
  await expect(customer.button('Place order')).toBeEnabled();
  await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('session', 'd.e.f'));
  await expect(page.getByRole('alert')).toContainText('has fallen.');
  await expect(customer.heading('Review your order')).toBeVisible();
  expect(quotes()).toBe(2);
});

test('an order refused for names that went shows them among the picks, though there is a new price', async ({ page }) => {
  const { customer } = await reviews(page, held, {
    'POST /v1/orders': ({ domains }) => ({
      status: 409,
      json: { error: { code: 'quote_changed', message: 'Changed.', field: 'quote', details: { findings: [{ code: 'domain_unavailable', field: 'domains[2]', message: `${domains[2].domain} is taken. Pick another one.` }], quote: quote(domains.slice(0, 2).map(({ domain }) => domain)) } } },
    }),
  });
  await expect(customer.button('Place order')).toBeEnabled();
  await customer.places();
  await expect(customer.heading('Picked (4 of 4)')).toBeVisible();
  await expect(page.getByRole('list', { name: /^Picked/ }).locator('> li').nth(2)).toContainText('is taken');
});

test('an order whose quote the server does not know gets a new one, and is not sent by itself', async ({ page }) => {
  const { customer, calls, quotes } = await reviews(page, held, {
    'POST /v1/orders': () => ({ status: 400, json: { error: { code: 'quote_invalid', message: 'Ask for a new quote.', field: 'quote' } } }),
  });
  await expect(customer.button('Place order')).toBeEnabled();
  await customer.places();
  await expect(page.getByRole('alert').first()).toContainText('The price had to be read again.');
  await expect(customer.button('Place order')).toBeEnabled();
  expect(quotes()).toBe(2);
  expect(calls.filter((call) => call === 'POST /v1/orders')).toHaveLength(1);
});

test('an unknown renewal price is not shown, and one that becomes known is no change', async ({ page }) => {
  const unknown = (data) => ({ ...data, renewal_total_cents: undefined, lines: data.lines.map((line) => ({ ...line, renewal_price_cents: undefined })) });
  const { customer, quotes } = await reviews(page, (turn, domains, now) => ({ json: { data: turn > 1 ? quote(domains, { now }) : unknown(quote(domains, { now })) } }));
  await expect(customer.button('Place order')).toBeEnabled();
  await expect(page.getByText('Renewal per year')).toHaveCount(0);
  await passes(page, 560, 20);
  expect(quotes()).toBe(2);
  await expect(page.getByText('Renewal per year')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});
