// The demo's brand that takes a card before it orders: its form, its backend and the endpoint are real, and only answers of
// the backend are held back or replaced.

import { Customer, expect, test } from '../support/checkout.mjs';
import { demo, ordersOf, pageOrigin, unique } from '../support/stack.mjs';

const ORDERED = /Your domains are being set up|Everything is set up/;
const WAITING = 'Waiting for your payment…';

/** A customer of its own, signed in, with the order in the review. */
async function comes(page) {
  const email = `${unique()}@example.com`;
  await page.goto(`${pageOrigin}/new?prices=acme`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const customer = new Customer(page);
  await customer.comesToReview();
  return { customer, email };
}

const says = (page, words) => expect(page.getByRole('alert').first()).toHaveText(words);

/** How the approvals that `which` chooses stand, as the partner's API says. */
async function approvals(which) {
  const found = [];
  let path = '/v1/approvals?per_page=100';
  while (path) {
    const response = await fetch(demo.api + path, { headers: { authorization: `Bearer ${demo.partner_key}` } });
    const { data, links } = await response.json();
    found.push(...data);
    path = links.next;
  }
  return found.filter(which).map(({ state, amount_cents }) => ({ state, amount_cents }));
}

const approvalsOf = (orders) => approvals(({ order }) => orders.some(({ id }) => id === order));

/** One order, paid once: four domains at $19.00, and the plan at $99.00. */
async function isOrderedOnce(page, email) {
  // Three calls, one after the other.
  await expect(page.getByRole('heading', { name: ORDERED })).toBeVisible({ timeout: 30_000 });
  const orders = await ordersOf(email);
  expect(orders).toHaveLength(1);
  expect(await approvalsOf(orders)).toEqual([{ state: 'capture', amount_cents: 17_500 }]);
}

test('a declined card orders nothing, and another one pays the order', async ({ page }) => {
  const { customer, email } = await comes(page);
  const card = page.getByLabel('Card number');
  await page.getByRole('button', { name: '4000 0000 0000 0002' }).click();
  await expect(card).toHaveValue('4000 0000 0000 0002');
  await customer.places();
  await says(page, 'Your card was declined. Use another card. Nothing was ordered. You can try again.');
  await expect(card).toHaveAttribute('aria-invalid', 'true');
  await expect(card).toHaveAccessibleDescription('Your card was declined. Use another card.');
  for (const [number, words] of [['', 'Enter the number of a test card.'], ['5555 5555 5555 4444', 'This demo takes only its two test cards.']]) {
    await card.fill(number);
    await expect(card).toHaveAttribute('aria-invalid', 'false');
    await customer.places();
    await says(page, `${words} Nothing was ordered. You can try again.`);
  }
  expect(await ordersOf(email)).toEqual([]);
  await page.getByRole('button', { name: '4242 4242 4242 4242' }).click();
  await customer.places();
  await isOrderedOnce(page, email);
  await page.setViewportSize({ width: 320, height: 900 });
  await page.goto(`${pageOrigin}/operator`);
  await expect(page.getByRole('row').filter({ hasText: email })).toContainText('acme-sale');
  await expect(page.getByRole('row').filter({ hasText: 'captured' }).first()).toContainText('card ending in 4242');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
});

test('the card form keeps its direction beside Arabic words', async ({ page }) => {
  await comes(page);
  await page.getByRole('combobox', { name: 'Language' }).selectOption('ar');
  await expect(page.getByRole('heading', { name: 'راجع طلبك' })).toBeVisible();
  await expect(page.getByRole('group', { name: 'Payment' })).toHaveCSS('direction', 'ltr');
});

test('a double click pays once and orders once', async ({ page }) => {
  const { customer, email } = await comes(page);
  const payments = [];
  page.on('request', (request) => request.url().endsWith('/demo/pay') && payments.push(request.url()));
  await customer.button('Place order').dblclick();
  await isOrderedOnce(page, email);
  expect(payments).toHaveLength(1);
});

test('a second tab with another person orders nothing more', async ({ page, context }) => {
  const { customer, email } = await comes(page);
  const tab = await context.newPage();
  const second = new Customer(tab);
  await tab.goto(pageOrigin);
  // The picks are kept in the browser, the people are not.
  await second.names('Kim', 'Ray');
  await second.goesToReview();
  await expect(second.button('Place order')).toBeVisible();
  await customer.places();
  await isOrderedOnce(page, email);
  await second.places();
  await says(tab, 'This checkout was used for another order before, so nothing else was ordered. Open a new checkout to order again.');
  await isOrderedOnce(tab, email);
});

test('a backend that fails, or answers something else, is a refusal in words', async ({ page }) => {
  const { customer, email } = await comes(page);
  const failed = 'The payment was not approved. Nothing was ordered. Place the order again, or pay in another way.';
  const foreign = 'The payment does not belong to this order. Nothing was ordered. Try again.';
  for (const [answer, words] of [
    [{ status: 502, body: 'No approval could be created' }, failed],
    [{ status: 200, body: '<!doctype html>' }, failed],
    [{ status: 200, json: null }, failed],
    [{ status: 200, json: {} }, failed],
    [undefined, failed],
    [{ status: 200, json: { approval: 'not.an.approval' } }, foreign],
  ]) {
    await page.route('**/demo/pay', (route) => (answer ? route.fulfill(answer) : route.abort()), { times: 1 });
    const asked = page.waitForRequest('**/demo/pay');
    await customer.places();
    await asked;
    await expect(customer.button('Place order')).toBeEnabled();
    await says(page, words);
  }
  expect(await ordersOf(email)).toEqual([]);
  await customer.places();
  await isOrderedOnce(page, email);
});

test('a backend that never answers is given up after ten minutes', async ({ page }) => {
  const { customer, email } = await comes(page);
  await page.clock.install();
  await page.route('**/demo/pay', () => {}, { times: 1 });
  await customer.places();
  await expect(customer.button(WAITING)).toBeDisabled();
  await expect(customer.button('Back')).toBeDisabled();
  await expect(page.getByText('Your order is sent as soon as the payment is approved.')).toBeVisible();
  await page.clock.runFor(601_000);
  await says(page, 'The payment was not approved. Nothing was ordered. Place the order again, or pay in another way.');
  expect(await ordersOf(email)).toEqual([]);
});

/** Holds the backend's answer back, and gives what lets it go. */
async function holds(page) {
  let release;
  const released = new Promise((done) => (release = done));
  await page.route('**/demo/pay', async (route) => (await released, route.continue()), { times: 1 });
  return release;
}

test('a payment for a name that was taken meanwhile is released, and the next one pays', async ({ page }) => {
  const { customer, email } = await comes(page);
  const taken = await page.getByRole('list', { name: 'Domains', exact: true }).getByRole('listitem').first().locator('.row-name').textContent();
  await page.getByText('Make something happen').click();
  await page.getByRole('button', { name: 'A pick is taken meanwhile' }).click();
  await expect(page.locator('#said')).toContainText('has registered');
  const asked = page.waitForRequest('**/demo/pay');
  await customer.places();
  const { session } = (await asked).postDataJSON();
  await says(page, new RegExp(`${taken} is taken. Pick another one.`));
  expect(await ordersOf(email)).toEqual([]);
  expect(await approvals((row) => row.session === session)).toEqual([{ state: 'open', amount_cents: 17_500 }]);
  await customer.button(`Remove ${taken}`).click();
  const other = `${unique()}.com`;
  await customer.search.fill(other);
  await customer.adds(other);
  await customer.goesToPeople();
  await customer.goesToReview();
  await expect(customer.button('Place order')).toBeEnabled();
  await customer.places();
  await isOrderedOnce(page, email);
  const ends = await approvals((row) => row.session === session);
  expect(ends.map(({ state }) => state).sort()).toEqual(['capture', 'void']);
});

test('a session that is renewed while the card is charged orders nothing, and says so', async ({ page }) => {
  const { customer, email } = await comes(page);
  const release = await holds(page);
  await customer.places();
  await expect(customer.button(WAITING)).toBeVisible();
  const quoted = page.waitForResponse('**/v1/quotes');
  await page.evaluate(async () => {
    const { token } = await (await fetch('/demo/session')).json();
    document.querySelector('peeker-checkout').session = token;
  });
  await quoted;
  release();
  await says(page, 'Your session was renewed while you paid, so nothing was ordered. Look at the price, and place the order again.');
  expect(await ordersOf(email)).toEqual([]);
  await customer.places();
  await isOrderedOnce(page, email);
});

test('a page that is reloaded while the card is charged has ordered nothing', async ({ page }) => {
  const { customer, email } = await comes(page);
  await holds(page);
  await customer.places();
  await expect(customer.button(WAITING)).toBeVisible();
  await page.reload();
  await customer.names('Sam', 'Lee');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await customer.goesToReview();
  expect(await ordersOf(email)).toEqual([]);
  await customer.places();
  await isOrderedOnce(page, email);
});
