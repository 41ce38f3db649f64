// Sessions: missing, over, exchanged, and a server that cannot be reached.

import { Customer, element, expect, open, test } from '../support/checkout.mjs';
import { demo, mintSession, unique } from '../support/stack.mjs';

const refused = { status: 401, headers: { 'access-control-allow-origin': '*' } };
const expired = { error: { code: 'session_expired', message: 'The session has expired.' } };

test('a session that is over says so, and a new one brings the picks back', async ({ page }) => {
  const name = `${unique()}@example.com`;
  const [first, second] = [await mintSession({ customer: name }), await mintSession({ customer: name })];
  await open(page, element(first.token));
  const customer = new Customer(page);
  await customer.picksFrom(unique());
  await page.route('**/v1/domains/availability', (route) => route.fulfill({ ...refused, json: expired }), { times: 1 });
  await customer.search.fill(`${unique()}.com`);
  await expect(customer.heading('Your session has expired')).toBeVisible();
  await page.locator('peeker-checkout').evaluate((host, token) => (host.session = token), second.token);
  await expect(customer.heading('Picked (4 of 4)')).toBeVisible();
});

test('the page may say what to do when a session is over', async ({ page, session }) => {
  await page.route('**/v1/session', (route) => route.fulfill({ ...refused, json: expired }));
  await open(page, element(session.token, '', '<p slot="expired">Sign in again.</p>'));
  await expect(page.getByText('Sign in again.')).toBeVisible();
});

test('text that is not a token is refused in words', async ({ page }) => {
  await open(page, element('nonsense'));
  await expect(page.getByRole('heading', { name: 'The checkout could not be opened' })).toBeVisible();
  await expect(page.getByRole('alert')).not.toBeEmpty();
});

test('blanks around what a template writes are no part of it', async ({ page, session }) => {
  const padded = (text) => ` \n  ${text}\n `;
  await open(page, `<peeker-checkout endpoint="${padded(demo.api)}" session="${padded(session.token)}"></peeker-checkout>`);
  await expect(new Customer(page).search).toBeVisible();
});

test('whatever answers in place of the order proxy is not called a lost connection', async ({ page, session }) => {
  await page.route('**/v1/session', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Welcome</h1>' }), { times: 1 });
  await open(page, element(session.token));
  await expect(page.getByText('The checkout had a problem. Try again in a moment.')).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(new Customer(page).search).toBeVisible();
});

test('a server that cannot be reached can be tried again', async ({ page, session }) => {
  await page.route('**/v1/session', (route) => route.abort(), { times: 1 });
  await open(page, element(session.token));
  await expect(page.getByText('The checkout could not be reached. Check your connection.')).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(new Customer(page).search).toBeVisible();
});

test('a session that comes later starts the checkout', async ({ page, session }) => {
  await open(page, `<peeker-checkout endpoint="${demo.api}"></peeker-checkout>`);
  const host = page.locator('peeker-checkout');
  await expect(host.getByText('Loading the checkout')).toBeAttached();
  await host.evaluate((element, token) => element.setAttribute('session', token), session.token);
  await expect(new Customer(page).search).toBeVisible();
});

test('another customer starts with an empty form', async ({ page, session }) => {
  await open(page, element(session.token));
  const customer = new Customer(page);
  const word = unique();
  await customer.picksFrom(word);
  const other = await mintSession();
  await page.locator('peeker-checkout').evaluate((host, token) => (host.session = token), other.token);
  await expect(customer.heading('Picked (0 of 4)')).toBeVisible();
  await expect(customer.search).toHaveValue('');
  const left = await page.locator('peeker-checkout').evaluate((host) => host.shadowRoot.textContent);
  expect(left, 'out of sight neither').not.toContain(word);
});

test('the next customer of the same browser does not see the picks of the last one', async ({ page, session }) => {
  await open(page, element(session.token));
  const customer = new Customer(page);
  await customer.picksFrom(unique());
  await open(page, element((await mintSession()).token));
  await expect(customer.heading('Picked (0 of 4)')).toBeVisible();
  await open(page, element(session.token));
  await expect(customer.heading('Picked (4 of 4)')).toBeVisible();
});
