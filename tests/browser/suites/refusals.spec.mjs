// What is said when the server refuses an order for good, and what goes on after a refusal.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, passes, quote, rows, session } from '../support/canned.mjs';

const MISCONFIGURED = { status: 502, json: { error: { code: 'upstream_misconfigured', message: 'Orders cannot be placed at the moment.', retryable: false, details: {} } } };

/** Routes of an endpoint that takes orders; `more` are the test's own. */
const routes = (more) => ({
  'GET /v1/session': () => ({ json: { data: session() } }),
  'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
  'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
  'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains) } }),
  ...more,
});

async function opens(page, more, attributes) {
  const calls = await answerWith(page, routes(more));
  await open(page, canned(attributes), { policy: POLICY });
  return { customer: new Customer(page), calls };
}

async function reviews(page, more) {
  const { customer, calls } = await opens(page, more);
  await customer.comesToReview('Nordic');
  await expect(customer.button('Place order')).toBeEnabled();
  return { customer, calls };
}

/** Places the order, and lets the time pass in which the customer's page looks for it. */
async function isInDoubt(page, customer) {
  await page.clock.install();
  await customer.places();
  await passes(page, 20, 2);
  await expect(page.getByRole('alert')).toContainText('We could not confirm your order yet.');
}

const use = (page, token) => page.evaluate((other) => document.querySelector('peeker-checkout').setAttribute('session', other), token);

test('a failure that asking again does not change says that nothing was ordered, and whom to ask', async ({ page }) => {
  const { customer } = await reviews(page, { 'POST /v1/orders': () => MISCONFIGURED });
  await customer.places();
  await expect(page.getByRole('alert')).toHaveText('Orders cannot be placed at the moment. Nothing was ordered. Ask the shop for help.');
  await expect(customer.button('Place order')).toBeEnabled();
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith('sent')))).toEqual([]);
});

for (const [what, answer] of [
  ['without the envelope', { status: 502, json: { message: 'Bad gateway' } }],
  ['with the page of a proxy', { status: 408, json: { message: 'Request Timeout' } }],
  ['that may pass', { status: 502, json: { error: { ...MISCONFIGURED.json.error, retryable: true } } }],
  ['of the server itself', { status: 500, json: { error: { code: 'internal', message: 'Something broke.', retryable: false } } }],
]) {
  test(`a failure ${what} leaves the order in doubt`, async ({ page }) => {
    const { customer } = await reviews(page, { 'POST /v1/orders': () => answer });
    await isInDoubt(page, customer);
  });
}

test('a failure for good leaves an earlier try in doubt', async ({ page }) => {
  let tries = 0;
  const { customer } = await reviews(page, { 'POST /v1/orders': () => ((tries += 1) > 1 ? MISCONFIGURED : undefined) });
  await isInDoubt(page, customer);
  await customer.places();
  await expect(page.getByRole('alert')).toContainText('This try ordered nothing. We do not know whether your earlier try did.');
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith('sent')))).toHaveLength(1);
});

test('an order that is being placed is said where orders are listed, until it is there', async ({ page }) => {
  await page.clock.install();
  let placing = 1;
  const listed = { id: 'ord_new', status: 'in_progress', domain_count: 4, created_at: '2026-05-08T12:00:00Z' };
  await opens(page, {
    'GET /v1/session': () => ({ json: { data: session({ plan: null, order: null }) } }),
    'GET /v1/orders': () => ({ json: { data: placing ? [] : [listed], links: { next: null }, meta: { placing } } }),
  });
  await expect(page.getByText('An order of yours is being placed.')).toBeVisible();
  await expect(page.getByText('You have no orders yet.')).toHaveCount(0);
  placing = 0;
  await page.clock.runFor(3_000);
  await expect(page.getByRole('button', { name: /^Open the order ord_new/ })).toBeVisible();
  await expect(page.getByText('An order of yours is being placed.')).toHaveCount(0);
});

test('an order that is being placed is said above the form of another session', async ({ page }) => {
  await page.clock.install();
  let placing = 1;
  const listed = { id: 'ord_new', status: 'in_progress', domain_count: 4, created_at: '2026-05-08T12:00:00Z' };
  const { customer } = await opens(page, {
    'GET /v1/orders': () => ({ json: { data: placing ? [] : [listed], links: { next: null }, meta: { placing } } }),
  });
  await expect(customer.search).toBeVisible();
  await page.clock.runFor(3_000);
  await expect(page.getByText('An order of yours is being placed.')).toBeVisible();
  await expect(customer.button('Your earlier orders')).toBeVisible();
  placing = 0;
  await page.clock.runFor(3_000);
  await expect(page.getByText('An order of yours is being placed.')).toHaveCount(0);
  await expect(customer.button('Your earlier orders')).toBeVisible();
});

test('while an order is being placed no other is offered in its place', async ({ page }) => {
  let placing = 1;
  let answer;
  const answered = new Promise((done) => (answer = done));
  const { customer } = await reviews(page, {
    'GET /v1/session': (_, request) => ({ json: { data: session({ id: request.headers().authorization }) } }),
    'GET /v1/orders': () => ({ json: { data: [], links: { next: null }, meta: { placing } } }),
    'POST /v1/orders': () => answered,
  });
  await customer.places();
  await use(page, 'd.e.f');
  answer();
  await expect(customer.heading('Looking for your order')).toBeVisible();
  await expect(page.getByText('An order of yours is being placed.')).toBeVisible();
  await customer.button('Your earlier orders').click();
  await expect(page.getByText('An order of yours is being placed.')).toBeVisible();
  await customer.button('Back').click();
  await expect(customer.heading('Looking for your order')).toBeVisible();
  await expect(customer.button('My order is not in the list: order again')).toHaveCount(0);
  placing = 0;
  await expect(customer.button('My order is not in the list: order again')).toBeVisible({ timeout: 15_000 });
});

test('after a refusal for the plan the names are asked about again, and shown as they are now', async ({ page }) => {
  let usable = ['google', 'microsoft'];
  const finding = { code: 'microsoft_short', field: 'domains', message: 'One domain for Microsoft is missing.' };
  const { customer } = await opens(page, {
    'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains).map((row) => ({ ...row, usable_for: usable })) } } }),
    'POST /v1/quotes': () => ({ status: 422, json: { error: { code: 'order_invalid', message: 'No.', details: { findings: [finding] } } } }),
  });
  await customer.picksFrom('Nordic');
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  usable = ['google'];
  await customer.button('Continue').click();
  await expect(customer.heading('Choose 4 domains')).toBeVisible();
  await expect(page.getByText('Microsoft 0 of 1').first()).toBeVisible();
});

test('a session that only looks does not say that nothing was ordered when it ends', async ({ page }) => {
  let isOver = false;
  const { customer } = await opens(page, { 'GET /v1/session': () => (isOver ? { status: 401, json: { error: { code: 'session_expired', message: 'Over.' } } } : { json: { data: session({ plan: null }) } }) });
  await expect(customer.heading('Your orders')).toBeVisible();
  isOver = true;
  await use(page, 'd.e.f');
  await expect(customer.heading('Your session has expired')).toBeVisible();
  await expect(page.getByText('Nothing was ordered.')).toHaveCount(0);
});

test('an order that is not found says nothing of a form that was not touched', async ({ page }) => {
  const unknown = { status: 404, json: { error: { code: 'order_not_found', message: 'Order not found.', retryable: false } } };
  await opens(page, { 'GET /v1/orders/*': () => unknown }, 'order="ord_unknown"');
  await expect(page.getByRole('alert')).toHaveText('This order could not be found among your orders.');
});

test('a session without a plan in between keeps the people of the form', async ({ page }) => {
  const { customer } = await opens(page, { 'GET /v1/session': (_, request) => ({ json: { data: session(request.headers().authorization === 'Bearer d.e.f' ? { plan: null } : {}) } }) });
  await customer.picksFrom('Nordic');
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await use(page, 'd.e.f');
  await expect(customer.heading('Your orders')).toBeVisible();
  await use(page, 'a.b.c');
  await expect(page.getByLabel('First name')).toHaveValue('Sam');
});

test('an address is written in the letters that ideas are written in', async ({ page }) => {
  const { customer } = await opens(page, {});
  await customer.picksFrom('Nordic');
  await customer.goesToPeople();
  for (const [first, last, address] of [['Łukasz', 'Ærø', 'lukasz.aero@'], ['ﬁona', 'Straße', 'fiona.strasse@']]) {
    await customer.names(first, last);
    await expect(page.getByText('Sends as, for example,')).toContainText(address);
  }
  await customer.names('李', 'Lee');
  await expect(page.getByText('Sends as, for example,')).toHaveCount(0);
});

test('the sign of an amount reads from left to right among Arabic words', async ({ page }) => {
  const { customer } = await reviews(page);
  await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('lang', 'ar'));
  await expect(customer.root.locator('.totals dd').first()).toContainText('\u2066US$\u2069');
});
