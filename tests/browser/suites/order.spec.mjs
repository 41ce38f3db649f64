// From a company name to a finished order, and what stays when the page is left on the way.

import { Customer, element, expect, open, test, whenOrdered } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, order as placed, session as plan } from '../support/canned.mjs';
import { mintSession, ordersOf, sandbox, unique } from '../support/stack.mjs';

test('a customer orders from a company name and watches it being set up', async ({ page }) => {
  const name = `${unique()}@example.com`;
  const session = await mintSession({ customer: name });
  await open(page, element(session.token));
  await page.evaluate(() => {
    window.heard = [];
    for (const kind of ['change', 'before-order', 'ordered', 'status', 'error']) {
      document.addEventListener(`peeker-${kind}`, ({ detail }) => window.heard.push([kind, detail]));
    }
  });
  const customer = new Customer(page);
  await customer.picksFrom(`Nordic ${unique()} Inc.`);
  await expect(page.getByText('Google 3 of 3Microsoft 1 of 1')).toBeVisible();
  await customer.goesToPeople();
  await customer.names('Zoë', "O'Brien");
  await page.getByLabel('Forwarding URL (optional)').fill('https://acme.com/welcome');
  await customer.goesToReview();
  await expect(page.getByRole('definition').first()).toHaveText(/^\$\d+\.\d\d$/);
  await expect(page.getByText("Zoë O'Brien")).toBeVisible();
  await customer.places();

  await expect(customer.heading('Everything is set up')).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText('4 of 4 domains connected')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Domains' }).getByRole('listitem')).toHaveCount(4);
  await expect(page.getByText('Setup completed')).toBeVisible();

  const [order, ...others] = await ordersOf(name);
  expect(others).toEqual([]);
  const heard = await page.evaluate(() => window.heard);
  const of = (kind) => heard.filter(([known]) => known === kind).map(([, detail]) => detail);
  expect(of('before-order')).toHaveLength(1);
  expect(of('before-order')[0].forwarding_url).toBe('https://acme.com/welcome');
  expect(of('ordered')).toEqual([{ id: order.id, status: 'in_progress' }]);
  expect(of('status').at(-1)).toEqual({ id: order.id, status: 'completed', final: true });
  expect(of('change').at(-1)).toMatchObject({ step: 'review', ok: true, required: 4 });
  expect(of('error')).toEqual([]);
});

test('the status is there again after a reload, and the form is not', async ({ page, customer }) => {
  await customer.comesToReview();
  await customer.places();
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: /Your domains are being set up|Everything is set up/ })).toBeVisible();
  await expect(customer.search).toHaveCount(0);
  await expect(customer.heading('Everything is set up')).toBeVisible({ timeout: 45_000 });
});

test('an answer that gets lost on the way never becomes a second order', async ({ page }) => {
  const name = `${unique()}@example.com`;
  const session = await mintSession({ customer: name });
  await open(page, element(session.token));
  const customer = new Customer(page);
  await customer.comesToReview();
  let sent = 0;
  await whenOrdered(page, async (route) => {
    // The list of orders has the same address.
    if (route.request().method() !== 'POST') return route.continue();
    sent += 1;
    if (sent === 1) await route.fetch();
    return route.abort();
  });
  await customer.places();
  await expect(page.getByRole('heading', { name: /Your domains are being set up|Everything is set up/ })).toBeVisible();
  expect(sent).toBe(1);
  expect(await ordersOf(name)).toHaveLength(1);
});

test('an order that did not arrive is not called failed, and can be sent again', async ({ page, customer }) => {
  await customer.comesToReview();
  await whenOrdered(page, (route) => route.abort(), 1);
  await customer.places();
  await expect(page.getByText('We could not confirm your order yet, and are checking.')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('We could not confirm your order yet.', { timeout: 15_000 });
  await customer.places();
  await expect(page.getByRole('heading', { name: /Your domains are being set up|Everything is set up/ })).toBeVisible();
});

test('while the order is being placed the page says so, and finds it later', async ({ page, customer }) => {
  await customer.comesToReview();
  await whenOrdered(page, async (route) => {
    await route.fetch();
    const headers = { 'access-control-allow-origin': '*' };
    await route.fulfill({ status: 202, headers, json: { data: { id: null, status: 'placing' } } });
  });
  await customer.places();
  await expect(customer.heading('Your order is being placed')).toBeVisible();
  await expect(page.getByRole('heading', { name: /Your domains are being set up|Everything is set up/ })).toBeVisible();
});

test('the page may hold an order back', async ({ page, customer }) => {
  await customer.comesToReview();
  await page.evaluate(() => {
    document.addEventListener('peeker-before-order', (event) => event.preventDefault(), { once: true });
  });
  await sandbox('DELETE', '/received');
  await customer.places();
  await expect(customer.button('Place order')).toBeEnabled();
  const { data } = await sandbox('GET', '/received');
  expect(data.filter(({ method, path }) => method === 'POST' && path.endsWith('/orders'))).toEqual([]);
});

test('a picture that cannot be opened is shown with what to do', async ({ page, customer }) => {
  await customer.picksFrom(unique());
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await page.getByLabel('Picture URL (optional)').fill('https://acme.com/unreachable.png');
  await customer.goesToReview();
  await customer.places();
  await expect(customer.heading('Something needs your attention')).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText('A profile picture could not be opened').first()).toBeVisible();
});

test('a long name in what happened breaks before its ending, at 320 px', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 900 });
  const domain = 'northern-lights-technology-partners.com';
  const timeline = [{ event_id: 'evt_1', type: 'domain.connected', at: '2026-05-08T12:00:00Z', domain }];
  await answerWith(page, {
    'GET /v1/session': () => ({ json: { data: plan({ order: { id: 'ord_1', status: 'in_progress' } }) } }),
    'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
    'GET /v1/orders/*': () => ({ json: { data: placed({ timeline }) } }),
  });
  await open(page, canned(), { policy: POLICY });
  const ending = page.locator('.timeline .ending');
  await expect(ending).toHaveText('.com');
  expect(await ending.evaluate((node) => node.getClientRects().length)).toBe(1);
  await expect(page.locator('.timeline bdi')).toHaveText(domain);
});
