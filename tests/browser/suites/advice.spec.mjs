// What is said where something does not work: what it was, and what the customer can do.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, quote, rows, session } from '../support/canned.mjs';

const CORS = { 'access-control-allow-origin': '*' };

async function opens(page, more = {}) {
  await answerWith(page, {
    'GET /v1/session': () => ({ json: { data: session() } }),
    'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
    'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
    'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains) } }),
    ...more,
  });
  await open(page, canned(), { policy: POLICY });
  return new Customer(page);
}

const ROUTE = { status: 404, json: { error: { code: 'route_not_found', message: 'No route matches this path.', retryable: false } } };
const HTML = { status: 502, body: '<html>Bad gateway</html>', contentType: 'text/html' };

for (const [what, answer, words] of [
  ['an error of the server', { status: 500, json: { error: { code: 'internal', message: 'Internal.', retryable: true } } }, 'The checkout had a problem. Try again in a moment.'],
  ['a page of a gateway', HTML, 'The checkout had a problem. Try again in a moment.'],
  ['an error that says when to come back', { status: 503, headers: { 'retry-after': '7', 'access-control-expose-headers': 'Retry-After' }, body: '' }, 'The checkout had a problem. Try again in 7 seconds.'],
  ['the wrong address', ROUTE, 'This checkout is not set up correctly. Ask the shop for help.'],
]) {
  test(`a session that fails by ${what} is no lost connection`, async ({ page }) => {
    await page.route('https://checkout.example/**', (route) => route.fulfill({ ...answer, headers: { ...CORS, ...answer.headers } }));
    await open(page, canned(), { policy: POLICY });
    await expect(page.getByRole('alert')).toHaveText(words);
  });
}

test('a list of orders that fails on the server is no lost connection', async ({ page }) => {
  const view = session({ plan: null });
  const failed = { status: 500, json: { error: { code: 'internal', message: 'Internal.', retryable: true } } };
  await opens(page, { 'GET /v1/session': () => ({ json: { data: view } }), 'GET /v1/orders': () => failed });
  await expect(page.getByRole('alert')).toContainText('The checkout had a problem.');
});

test('problems of fields are named like the fields, and one name is told what to do', async ({ page }) => {
  const customer = await opens(page);
  await customer.picksFrom('Nordic');
  await customer.goesToPeople();
  await page.getByLabel('First name').fill('Madonna');
  await page.getByLabel('Picture URL (optional)').fill('no address');
  await customer.button('Continue').click();
  const problems = page.getByRole('alert').getByRole('listitem');
  await expect(problems.first()).toHaveText('Person 1, last name: Give a last name. If there is only one name, give it here, too, or the name of the company.');
  await expect(problems.nth(1)).toHaveText(/^Person 1, picture URL: [A-Z]/);
});

const taken = (names) => names.map((domain) => ({ domain, available: false, reason: 'taken', usable_for: [], checked: true }));

test('where nothing can be ordered there is advice in place of an empty list', async ({ page }) => {
  const customer = await opens(page, { 'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: taken(domains) } } }) });
  await customer.search.fill('acme.com');
  await expect(page.getByText('This name cannot be ordered. Try another one, or type your company name for ideas.')).toBeVisible();
  await customer.search.fill('acme');
  await expect(page.getByText('None of the ideas can be ordered. Type another name, or add a word to it.')).toBeVisible();
  await expect(page.getByRole('listbox')).toHaveCount(0);
  await expect(customer.search).toHaveAttribute('aria-expanded', 'false');
});

test('a long company name is cut with a word', async ({ page }) => {
  const customer = await opens(page);
  const cut = page.getByText('Ideas are made from the beginning of a long name.');
  await customer.search.fill('Nordic Technology Partners');
  await expect(page.getByRole('option').first()).toContainText('nordictechnology.com');
  await expect(cut).toBeVisible();
  await customer.search.fill('Nordic');
  await expect(page.getByRole('option').first()).toContainText('nordic.com');
  await expect(cut).toHaveCount(0);
});

test('what was left out of a long list is said above it', async ({ page }) => {
  const customer = await opens(page);
  await customer.pastes(Array.from({ length: 2_003 }, (_, index) => `q-${index}.com`).join('\n'));
  const cut = page.getByText('Left out, beyond the first 2,000: 3.');
  const [above, below] = await Promise.all([cut.boundingBox(), page.getByRole('listbox').boundingBox()]);
  expect(above.y + above.height).toBeLessThanOrEqual(below.y);
});

test('an error that the page hears of has a sentence', async ({ page }) => {
  await page.addInitScript(() => {
    window.messages = [];
    document.addEventListener('peeker-error', ({ detail }) => window.messages.push([detail.code, detail.message]));
  });
  const unpaid = { code: 'approval_required', message: 'Pay first.', retryable: false, details: { quote: 'quo_1', amount_cents: 5_200, currency: 'usd' } };
  const customer = await opens(page, { 'POST /v1/orders': () => ({ status: 402, json: { error: unpaid } }) });
  await page.locator('peeker-checkout').evaluate((host) => {
    host.approve = async () => {
      throw new Error('of the page');
    };
  });
  await customer.comesToReview('Nordic');
  await customer.places();
  const said = 'The payment was not approved. Nothing was ordered. Place the order again, or pay in another way.';
  await expect(page.getByRole('alert').first()).toHaveText(said);
  expect(await page.evaluate(() => window.messages)).toEqual([['approval_refused', said]]);
  // What the page's function throws may be told to its developer.
  page.errors.splice(0);
});
