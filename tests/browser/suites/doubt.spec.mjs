// An order that was sent and whose fate is unknown: it is looked for, and cannot be placed a second time by mistake.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { ENDPOINT, POLICY, answerWith, canned, order, quote, rows, session } from '../support/canned.mjs';

const EXPIRED = { status: 401, json: { error: { code: 'session_expired', message: 'The session has ended.' } } };
const SECOND = 'd.e.f';
const isSecond = (request) => request.headers().authorization === `Bearer ${SECOND}`;

/**
 * A customer in the review. `state` is what the test changes: `isOver` ends the first session, `listed` has the orders
 * of the list, `placed` lets the answer to the order go.
 */
async function reviews(page, more = {}, comes = (customer) => customer.comesToReview('Nordic')) {
  const state = { isOver: false, listed: [], domains: [] };
  const answered = new Promise((done) => (state.answer = done));
  const calls = await answerWith(page, {
    'GET /v1/session': (_, request) => (state.isOver && !isSecond(request) ? EXPIRED : { json: { data: session({ id: isSecond(request) ? 'ses_2' : 'ses_1', ...(state.plan && { plan: state.plan }) }) } }),
    'GET /v1/orders': () => ({ json: { data: state.listed, links: { next: null } } }),
    'GET /v1/orders/*': (_, request) => {
      const id = request.url().split('/').at(-1);
      const domains = id === 'ord_new' ? state.domains : ['another.com'];
      return { json: { data: order({ id, domains: domains.map((domain) => ({ domain, status: 'in_progress' })) }) } };
    },
    'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
    'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains) } }),
    'POST /v1/orders': ({ domains }) => {
      state.domains = domains.map(({ domain }) => domain);
      return answered;
    },
    ...more,
  });
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await comes(customer);
  await expect(customer.button('Place order')).toBeEnabled();
  return { customer, state, calls, posts: () => calls.filter((call) => call === 'POST /v1/orders').length };
}

const renew = (page) => page.evaluate((token) => document.querySelector('peeker-checkout').setAttribute('session', token), SECOND);
/** The same, until the new session was read. */
async function renewAndRead(page) {
  const read = page.waitForResponse(`${ENDPOINT}/v1/session`);
  await renew(page);
  await read;
}

const listed = (id) => ({ id, status: 'in_progress', final: false, domain_count: 4, created_at: '2026-05-08T12:00:00Z', updated_at: '2026-05-08T12:00:00Z' });

test('an order on its way is finished in another session, and nothing can be changed meanwhile', async ({ page }) => {
  const { customer, state, posts } = await reviews(page);
  await customer.places();
  await expect(customer.button('Placing your order…')).toBeDisabled();
  for (const name of ['Edit domains', 'Edit people', 'Domains', 'Back']) await expect(page.getByRole('button', { name, exact: true })).toBeDisabled();
  await renewAndRead(page);
  await expect(customer.button('Placing your order…')).toBeDisabled();
  state.answer({ status: 201, json: { data: { id: 'ord_new', status: 'in_progress' } } });
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  expect(posts()).toBe(1);
});

test('an answer lost in another session has the order looked for, and the list seen before another order', async ({ page }) => {
  const { customer, state, calls, posts } = await reviews(page);
  await customer.places();
  await renewAndRead(page);
  state.listed = [listed('ord_other')];
  state.answer();
  await expect(customer.heading('Looking for your order')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('We do not know whether your order was placed.');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(customer.button('Place order')).toHaveCount(0);
  await expect(customer.button('My order is not in the list: order again')).toHaveCount(0);
  await expect(customer.button('Domains')).toHaveCount(0);
  // A page that is closed meanwhile looks for it, too, also where another plan is ordered.
  state.plan = { name: 'Growth', required_domains: { google: 3, microsoft: 1, total: 4 } };
  await page.evaluate((token) => {
    const old = document.querySelector('peeker-checkout');
    const fresh = Object.assign(document.createElement('peeker-checkout'), { endpoint: old.endpoint, session: token });
    old.replaceWith(fresh);
  }, SECOND);
  await expect(customer.heading('Looking for your order')).toBeVisible();
  await customer.button('Your earlier orders').click();
  await expect(customer.heading('Your orders')).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveCount(1);
  await customer.button('Back').click();
  await expect(customer.button('My order is not in the list: order again')).toBeVisible();
  await page.evaluate(() => document.addEventListener('peeker-ordered', ({ detail }) => (window.ordered = detail.id)));
  state.listed = [listed('ord_new'), listed('ord_other')];
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  await expect(page.getByRole('status'), 'a screen reader hears of it').not.toHaveText('Looking for your order');
  expect(await page.evaluate(() => window.ordered)).toBe('ord_new');
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith('sent'))), 'it is in doubt no more').toEqual([]);
  expect(calls).toContain('GET /v1/orders/ord_new');
  expect(posts()).toBe(1);
});

/** Another tab of the browser: the picks are there, the people are not. */
async function goesOn(customer) {
  await customer.names('Sam', 'Lee');
  await customer.goesToReview();
}

test('a tab whose order is refused leaves the order of another tab in doubt', async ({ page, context }) => {
  const first = await reviews(page);
  const other = await context.newPage();
  const refusal = { status: 502, json: { error: { code: 'upstream_misconfigured', message: 'No.', retryable: false } } };
  const second = await reviews(other, { 'POST /v1/orders': () => refusal }, goesOn);
  await first.customer.places();
  await expect(first.customer.button('Placing your order…')).toBeDisabled();
  await second.customer.places();
  await expect(other.getByRole('alert')).toContainText('Nothing was ordered.');
  // The answer to the first order never comes: its tab is closed, and the other one gets another session.
  await page.close();
  await renew(other);
  await expect(second.customer.heading('Looking for your order')).toBeVisible();
  await expect(second.customer.button('Place order')).toHaveCount(0);
});

test('a tab with another session hears at once of the order that a tab has sent in the one before', async ({ page, context }) => {
  const first = await reviews(page);
  const other = await context.newPage();
  const second = await reviews(other, {}, goesOn);
  await renewAndRead(other);
  await expect(second.customer.button('Place order')).toBeEnabled();
  await first.customer.places();
  await expect(second.customer.heading('Looking for your order')).toBeVisible();
});

test('an order that is being placed when the page is left is found in the next session', async ({ page }) => {
  let order = null;
  const { customer, state } = await reviews(page, {
    'GET /v1/session': (_, request) => ({ json: { data: session(isSecond(request) ? { id: 'ses_2' } : { order }) } }),
  });
  order = { id: null, status: 'placing' };
  await customer.places();
  state.answer({ status: 202, json: { data: order } });
  await expect(customer.heading('Your order is being placed')).toBeVisible();
  await open(page, canned(), { policy: POLICY });
  await expect(customer.heading('Your order is being placed')).toBeVisible();
  state.listed = [listed('ord_new')];
  await renew(page);
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
});

test('a customer who has seen the list may order again', async ({ page }) => {
  const { customer, state } = await reviews(page);
  await customer.places();
  await renewAndRead(page);
  state.answer();
  await customer.button('Your earlier orders').click();
  await expect(page.getByText('You have no orders yet.')).toBeVisible();
  await customer.button('My order is not in the list: order again').click();
  await expect(customer.heading('Review your order')).toBeFocused();
  await expect(customer.button('Place order')).toBeEnabled();
});

test('a session that ends while an order is in doubt does not say that nothing was ordered', async ({ page }) => {
  const { customer, state, posts } = await reviews(page);
  await customer.places();
  state.isOver = true;
  state.answer();
  await expect(customer.heading('Your session has expired')).toBeVisible();
  await expect(page.getByText('may have been placed')).toBeVisible();
  await expect(page.getByText('Nothing was ordered.')).toHaveCount(0);
  await expect(page.getByRole('status')).toHaveText('');
  state.listed = [listed('ord_new')];
  await renew(page);
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  expect(posts()).toBe(1);
});

test('a session that ends before anything was sent says that nothing was ordered', async ({ page }) => {
  const { customer, state } = await reviews(page, { 'POST /v1/orders': () => EXPIRED });
  state.isOver = true;
  await customer.places();
  await expect(customer.heading('Your session has expired')).toBeVisible();
  await expect(page.getByText('Nothing was ordered.')).toBeVisible();
});

test('a session that is no session, or that is taken away, is said on an open form', async ({ page }) => {
  const malformed = { status: 401, json: { error: { code: 'session_malformed', message: 'The session token is not a JWT.' } } };
  const { customer } = await reviews(page, { 'GET /v1/session': (_, request) => (request.headers().authorization === 'Bearer garbage' ? malformed : { json: { data: session() } }) });
  await page.evaluate(() => (document.querySelector('peeker-checkout').session = 'garbage'));
  await expect(page.getByRole('alert')).toHaveText('This checkout was not opened correctly. Ask the shop for help.');
  await expect(customer.button('Try again')).toHaveCount(0);
  await page.evaluate(() => (document.querySelector('peeker-checkout').session = 'a.b.c'));
  await expect(customer.heading('Review your order')).toBeVisible();
  await page.evaluate(() => document.querySelector('peeker-checkout').removeAttribute('session'));
  await expect(customer.heading('Your session has expired')).toBeVisible();
});
