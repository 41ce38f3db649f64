// Plans of 90 and of 1,000 domains: picked from a list, priced and ordered on the page.

import { Customer, element, expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, order, quote, rows, session } from '../support/canned.mjs';
import { mintSession, ordersOf, unique } from '../support/stack.mjs';

/** Names for a list, each on a line of its own. */
const names = (count, word) => Array.from({ length: count }, (_, index) => `${word}-${index + 1}.com`);

async function orders(page, list, count) {
  const customer = new Customer(page);
  const number = count.toLocaleString('en');
  await customer.pastes(list.join('\n'));
  await expect(page.getByText(/ of [\d,]+ can be ordered/)).toHaveText(`${list.length.toLocaleString('en')} of ${list.length.toLocaleString('en')} can be ordered`, { timeout: 60_000 });
  await customer.button('Choose for me').click();
  await expect(customer.heading(`Picked (${number} of ${number})`)).toBeVisible({ timeout: 15_000 });
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await customer.goesToReview();
  await expect(page.getByText(/This price holds until/)).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole('list', { name: 'Domains', exact: true }).locator('> li')).toHaveCount(50);
  await customer.places();
}

test('a plan of 90 domains is ordered from a list', async ({ page }) => {
  test.slow();
  const name = `${unique()}@example.com`;
  const { token } = await mintSession({ customer: name, plan: { google_licenses: 178, microsoft_licenses: 1, google_inboxes_per_domain: 2 } });
  await open(page, element(token));
  await expect(page.getByRole('heading', { name: 'Choose 90 domains' })).toBeVisible();
  await orders(page, names(95, unique()), 90);
  await expect(page.getByRole('heading', { name: /Your domains are being set up|Everything is set up/ })).toBeVisible({ timeout: 40_000 });
  const [placed, ...others] = await ordersOf(name);
  expect(others).toEqual([]);
  expect(placed.domain_count ?? placed.domains.length).toBe(90);
});

test('a plan of 1,000 domains is ordered from a list of 1,100, in calls that the endpoint takes', async ({ page }) => {
  test.slow();
  const [sizes, sent] = [[], []];
  await answerWith(page, {
    'GET /v1/session': () => ({ json: { data: session({ plan: { name: 'Fleet', required_domains: { google: 900, microsoft: 100, total: 1_000 } } }) } }),
    'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
    'POST /v1/domains/availability': ({ domains }) => {
      sizes.push(domains.length);
      return { json: { data: { domains: rows(domains) } } };
    },
    'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains) } }),
    'POST /v1/orders': (body) => {
      sent.push(body);
      return { status: 201, json: { data: { id: 'ord_1', status: 'in_progress', domain_count: 1_000 } } };
    },
    'GET /v1/orders/*': () => ({ json: { data: order({}, 1_000) } }),
  });
  await open(page, canned(), { policy: POLICY });
  await orders(page, names(1_100, unique()), 1_000);
  await expect(page.getByRole('heading', { name: 'Your domains are being set up' })).toBeVisible();
  expect(sizes).toEqual([200, 200, 200, 200, 200, 100]);
  expect(sent).toHaveLength(1);
  expect(sent[0].domains).toHaveLength(1_000);
  expect(sent[0].quote).toEqual(expect.any(String));
});

test('1,000 picks of a draft are there after a reload, and the steps stay short', async ({ page }) => {
  test.slow();
  await answerWith(page, {
    'GET /v1/session': () => ({ json: { data: session({ plan: { name: 'Fleet', required_domains: { google: 900, microsoft: 100, total: 1_000 } } }) } }),
    'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
  });
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.pastes(names(1_000, unique()).join('\n'));
  await expect(page.getByText('1,000 of 1,000 can be ordered')).toBeVisible({ timeout: 60_000 });
  await customer.button('Choose for me').click();
  await expect(customer.heading('Picked (1,000 of 1,000)')).toBeVisible();
  await page.reload();
  await expect(customer.heading('Picked (1,000 of 1,000)')).toBeVisible();
  await expect(page.getByText('Google 900 of 900Microsoft 100 of 100')).toBeVisible({ timeout: 30_000 });
  await customer.goesToPeople();
  expect(await page.locator('peeker-checkout').evaluate((host) => host.shadowRoot.querySelectorAll('*').length)).toBeLessThan(1_000);
  await page.getByText('Another page for some domains').click();
  await customer.button('Show all 1,000 domains').click();
  await expect(page.getByRole('textbox')).toHaveCount(1_000 + 4);
});
