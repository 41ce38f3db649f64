// Customers who come back: their earlier orders, a session without a plan, and what an order says of its inboxes.

import { expect, open, test, Customer } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, order, quote, rows, session } from '../support/canned.mjs';

const LIST = [
  { id: 'ord_1', status: 'in_progress', final: false, domain_count: 4, created_at: '2026-05-08T12:00:00Z', updated_at: '2026-05-08T12:00:00Z' },
  { id: 'ord_2', status: 'completed', final: true, domain_count: 1, created_at: '2026-04-08T12:00:00Z', updated_at: '2026-04-08T12:00:00Z', renews_at: '2027-04-08T00:00:00Z' },
];

function routes({ of = {}, list = LIST, next = null, more = {} } = {}) {
  return {
    'GET /v1/session': () => ({ json: { data: session(of) } }),
    'GET /v1/orders': (_, request) => ({ json: request.url().includes('page_token') ? more : { data: list, links: { next } } }),
    'GET /v1/orders/*': (_, request) => {
      const id = request.url().split('/').at(-1);
      const known = list.find((row) => row.id === id);
      return known ? { json: { data: order({ ...known }) } } : { status: 404, json: { error: { code: 'order_not_found', message: 'Order not found.' } } };
    },
    'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
    'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains) } }),
  };
}

const heading = (page, name) => page.getByRole('heading', { name, exact: true });
const button = (page, name) => page.getByRole('button', { name, exact: true });

test('a customer without orders sees the form, and no way to earlier orders', async ({ page }) => {
  const calls = await answerWith(page, routes({ list: [] }));
  await open(page, canned(), { policy: POLICY });
  await expect(heading(page, 'Choose 4 domains')).toBeVisible();
  await expect.poll(() => calls).toContain('GET /v1/orders');
  await expect(button(page, 'Your earlier orders')).toHaveCount(0);
});

test('a server that does not list orders to customers leaves the form as it is', async ({ page }) => {
  await answerWith(page, { ...routes(), 'GET /v1/orders': () => ({ status: 401, json: { error: { code: 'key_invalid', message: 'No.' } } }) });
  await open(page, canned(), { policy: POLICY });
  await expect(heading(page, 'Choose 4 domains')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('earlier orders are reached from the form, opened, and left again with the form as it was', async ({ page }) => {
  await answerWith(page, routes());
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.picksFrom('Nordic');
  await button(page, 'Your earlier orders').click();
  await expect(heading(page, 'Your orders')).toBeFocused();
  await expect(page.getByRole('listitem').filter({ hasText: '1 domain · Renews on April 8, 2027' })).toContainText('Completed');
  await button(page, 'Open the order ord_2 April 8, 2026').click();
  await expect(heading(page, 'Everything is set up')).toBeVisible();
  await expect(page.getByText('Renews on')).toBeVisible();
  await button(page, 'All your orders').click();
  await expect(heading(page, 'Your orders')).toBeFocused();
  await button(page, 'Back').click();
  await expect(customer.heading('Picked (4 of 4)')).toBeVisible();
  await page.reload();
  await expect(customer.heading('Picked (4 of 4)'), 'the draft is kept, too').toBeVisible();
});

test('a session that has placed its order shows that order', async ({ page }) => {
  const calls = await answerWith(page, routes({ of: { order: { id: 'ord_1', status: 'in_progress' } } }));
  await open(page, canned(), { policy: POLICY });
  await expect(heading(page, 'Your domains are being set up')).toBeVisible();
  await button(page, 'All your orders').click();
  await button(page, 'Open the order ord_2 April 8, 2026').click();
  await expect(heading(page, 'Everything is set up')).toBeVisible();
  await button(page, 'All your orders').click();
  await button(page, 'Back').click();
  await expect(heading(page, 'Your domains are being set up')).toBeVisible();
  expect(calls).toContain('GET /v1/orders/ord_2');
});

test('a session without a plan shows the orders, page after page, and no form', async ({ page }) => {
  const more = { data: [LIST[1], { ...LIST[1], id: 'ord_3', status: 'cancelled', renews_at: undefined }], links: { next: null } };
  const calls = await answerWith(page, routes({ of: { plan: null }, next: '/v1/orders?per_page=25&page_token=abc', more }));
  await open(page, canned(), { policy: POLICY });
  await expect(heading(page, 'Your orders')).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveCount(2);
  await button(page, 'Show more orders').click();
  await expect(page.getByRole('listitem'), 'each order once').toHaveCount(3);
  await expect(button(page, 'Show more orders')).toHaveCount(0);
  expect(calls).toContain('GET /v1/orders?per_page=25&page_token=abc');
  await expect(button(page, 'Back')).toHaveCount(0);
  await button(page, 'Open the order ord_1 May 8, 2026').click();
  await expect(heading(page, 'Your domains are being set up')).toBeVisible();
  await button(page, 'All your orders').click();
  await expect(page.getByRole('listitem')).toHaveCount(2);
  expect(calls.filter((call) => call.startsWith('POST'))).toEqual([]);
});

test('a session without a plan and without orders says so in words', async ({ page }) => {
  await answerWith(page, routes({ of: { plan: null }, list: [] }));
  await open(page, canned(), { policy: POLICY });
  await expect(page.getByText('You have no orders yet.')).toBeVisible();
});

test('a list that cannot be read can be asked for again', async ({ page }) => {
  let isDown = true;
  await answerWith(page, { ...routes({ of: { plan: null } }), 'GET /v1/orders': () => !isDown && { json: { data: LIST, links: { next: null } } } });
  await open(page, canned(), { policy: POLICY });
  await expect(page.getByRole('alert')).toContainText('could not be reached');
  isDown = false;
  await button(page, 'Try again').click();
  await expect(page.getByRole('listitem')).toHaveCount(2);
});

test('the page may name the order that is shown, with and without a plan', async ({ page }) => {
  for (const plan of [undefined, null]) {
    await page.unrouteAll();
    await answerWith(page, routes({ of: plan === null ? { plan } : {} }));
    await open(page, canned('order="ord_2"'), { policy: POLICY });
    await expect(heading(page, 'Everything is set up')).toBeVisible();
  }
});

test('a draft outlives a look at an order that the page names', async ({ page }) => {
  await answerWith(page, routes());
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.picksFrom('Nordic');
  await open(page, canned('order="ord_2"'), { policy: POLICY });
  await expect(heading(page, 'Everything is set up')).toBeVisible();
  await button(page, 'All your orders').click();
  await button(page, 'Back').click();
  await expect(customer.heading('Picked (4 of 4)')).toBeVisible();
});

test('an order of somebody else is not shown as placed', async ({ page }) => {
  await answerWith(page, routes());
  await open(page, canned('order="ord_9"'), { policy: POLICY });
  await expect(heading(page, 'Choose 4 domains')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('could not be found among your orders');
});

test('an order that is not found is said beside the order of the session', async ({ page }) => {
  await answerWith(page, routes({ of: { order: { id: 'ord_1', status: 'in_progress' } } }));
  await open(page, canned(), { policy: POLICY });
  await expect(heading(page, 'Your domains are being set up')).toBeVisible();
  await page.evaluate(() => (document.querySelector('peeker-checkout').order = 'ord_9'));
  await expect(page.getByRole('alert')).toHaveText('This order could not be found among your orders.');
  await expect(heading(page, 'Your domains are being set up')).toBeVisible();
  await button(page, 'All your orders').click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('no price is asked for once there is an order, whatever the next session may', async ({ page }) => {
  const placed = { id: 'ord_1', status: 'in_progress' };
  const calls = await answerWith(page, {
    ...routes({ list: LIST.slice(0, 1) }),
    'GET /v1/session': (_, request) => {
      const token = request.headers().authorization;
      const isPlaced = calls.includes('POST /v1/orders');
      const plan = token === 'Bearer g.h.i' && { plan: null };
      return { json: { data: session({ id: token, ...(isPlaced && !plan && { order: placed }), ...plan }) } };
    },
    'POST /v1/orders': () => ({ status: 201, json: { data: placed } }),
  });
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(heading(page, 'Your domains are being set up')).toBeVisible();
  for (const token of ['d.e.f', 'g.h.i', 'j.k.l']) {
    const looks = calls.filter((call) => call === 'GET /v1/orders/ord_1').length;
    await page.evaluate((next) => (document.querySelector('peeker-checkout').session = next), token);
    await expect.poll(() => calls.filter((call) => call === 'GET /v1/orders/ord_1').length).toBeGreaterThan(looks);
  }
  expect(calls.filter((call) => call === 'POST /v1/quotes')).toHaveLength(1);
});

test('the state of a domain ends where its row ends, at every width', async ({ page }) => {
  await answerWith(page, routes({ of: { order: { id: 'ord_1', status: 'in_progress' } } }));
  await open(page, canned(), { policy: POLICY });
  const rowsOf = page.getByRole('list', { name: 'Domains', exact: true }).getByRole('listitem');
  await expect(rowsOf).toHaveCount(4);
  for (const width of [320, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const ends = await rowsOf.evaluateAll((items) =>
      items.map((item) => item.getBoundingClientRect().right - item.querySelector('.state').getBoundingClientRect().right));
    for (const end of ends) expect(end, `at ${width} px`).toBeLessThan(14);
  }
});

test('inboxes are listed by domain and can be copied, and dates are in the language of the page', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const inboxes = ['sam@name-1.com', 's.lee@name-1.com', 'sam@name-2.com'].map((address) => ({ address, domain: address.split('@')[1], provider: 'google' }));
  const data = order({ status: 'cancel_scheduled', inboxes, cancels_at: '2026-08-09T00:00:00Z', renews_at: null });
  await answerWith(page, { ...routes({ of: { plan: null } }), 'GET /v1/orders/*': () => ({ json: { data } }) });
  await open(page, canned('order="ord_1"'), { policy: POLICY });
  await expect(heading(page, 'Inboxes (3)')).toBeVisible();
  const list = page.getByRole('list', { name: 'Inboxes (3)' });
  await expect(list.locator('> li').first()).toContainText('s.lee@name-1.com');
  await button(page, 'Copy the addresses of all inboxes').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('sam@name-1.com\ns.lee@name-1.com\nsam@name-2.com');
  await button(page, 'Copy name-1.com').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('sam@name-1.com\ns.lee@name-1.com');
  await expect(page.getByText('August 9, 2026')).toBeVisible();
  await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('lang', 'de'));
  await expect(page.getByText('9. August 2026')).toBeVisible();
  await expect(page.getByText('Endet am')).toBeVisible();
});

test('an order of 1,000 domains is drawn in part, and whole on request', async ({ page }) => {
  const inboxes = Array.from({ length: 3_000 }, (_, index) => ({ address: `p${index % 3}@name-${Math.floor(index / 3) + 1}.com`, domain: `name-${Math.floor(index / 3) + 1}.com` }));
  const timeline = Array.from({ length: 1_000 }, (_, index) => ({ event_id: `evt_${index}`, type: 'domain.connected', at: '2026-05-08T12:00:00Z', domain: `name-${index + 1}.com` }));
  const data = order({ inboxes, timeline }, 1_000);
  data.domains[900].status = 'action_required';
  await answerWith(page, { ...routes({ of: { order: { id: 'ord_1', status: 'in_progress' } } }), 'GET /v1/orders/*': () => ({ json: { data } }) });
  await open(page, canned(), { policy: POLICY });
  const list = page.getByRole('list', { name: 'Domains', exact: true });
  await expect(list.locator('> li')).toHaveCount(50);
  await expect(list.locator('> li').first(), 'what needs attention comes first').toContainText('name-901.com');
  expect(await page.locator('peeker-checkout').evaluate((host) => host.shadowRoot.querySelectorAll('*').length)).toBeLessThan(1_500);
  await button(page, 'Show all 1,000 domains').first().click();
  await expect(list.locator('> li')).toHaveCount(1_000);
  await expect(list.locator('> li').nth(50)).toBeFocused();
  await expect(button(page, 'Show all 1,000 entries')).toBeVisible();
});

test('a checkout that was used before shows the order that it placed', async ({ page }) => {
  const details = { order: { id: 'ord_1', status: 'in_progress', domain_count: 4, costs: null, created_at: '2026-05-08T12:00:00Z' } };
  await answerWith(page, { ...routes({ list: LIST.slice(0, 1) }), 'POST /v1/orders': () => ({ status: 409, json: { error: { code: 'session_used', message: 'Used.', details } } }) });
  await open(page, canned(), { policy: POLICY });
  await page.evaluate(() => {
    window.heard = [];
    for (const kind of ['ordered', 'error']) document.addEventListener(`peeker-${kind}`, ({ detail }) => window.heard.push([kind, detail.code ?? detail.id]));
  });
  const customer = new Customer(page);
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(heading(page, 'Your domains are being set up')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('nothing else was ordered');
  expect(await page.evaluate(() => window.heard), 'the page must not take it for the new order').toEqual([['error', 'session_used']]);
});

test('an order that was placed before in the same way is shown like a new one', async ({ page }) => {
  await answerWith(page, { ...routes({ list: LIST.slice(0, 1) }), 'POST /v1/orders': () => ({ status: 201, json: { data: { id: 'ord_1', status: 'in_progress', replayed: true, domain_count: 4 } } }) });
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(heading(page, 'Your domains are being set up')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('an order sent in a session that ended is neither called failed nor offered again as safe', async ({ page }) => {
  let isOld = true;
  await answerWith(page, {
    ...routes({ list: [] }),
    'GET /v1/session': (_, request) => ({ json: { data: session({ id: request.headers().authorization === 'Bearer a.b.c' ? 'ses_1' : 'ses_2' }) } }),
    'GET /v1/orders': () => ({ json: { data: isOld ? [] : LIST, links: { next: null } } }),
    'POST /v1/orders': () => ({ status: 202, json: { data: { id: null, status: 'placing' } } }),
  });
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(heading(page, 'Your order is being placed')).toBeVisible();
  isOld = false;
  await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('session', 'd.e.f'));
  await expect(page.getByRole('alert').first()).toContainText('We do not know whether your order was placed.');
  await expect(button(page, 'Your earlier orders')).toBeVisible();
});

const CODES = ['session_without_plan', 'session_claims', 'session_audience', 'plan_too_large', 'too_many_open_claims', 'redirect_to_itself', 'tld_not_offered', 'order_not_placed', 'order_failed_before', 'quote_changed', 'body_too_large'];

for (const lang of ['en', 'de', 'ar']) {
  test(`each refusal of an order has words in ${lang}`, async ({ page }) => {
    let code;
    await answerWith(page, { ...routes(), 'POST /v1/orders': () => ({ status: 409, json: { error: { code, message: 'RAW', details: {} } } }) });
    await open(page, canned(), { policy: POLICY });
    const customer = new Customer(page);
    await customer.comesToReview('Nordic');
    await page.evaluate((tag) => document.querySelector('peeker-checkout').setAttribute('lang', tag), lang);
    for (code of CODES) {
      const place = page.locator('peeker-checkout [part~=button-primary]');
      await expect(place).toBeEnabled();
      await place.click();
      await expect(page.getByRole('alert').first(), code).toHaveText(lang === 'ar' ? /[\u0600-\u06ff]/ : /\p{Ll}/u);
      await expect(page.getByRole('alert').first(), code).not.toContainText('RAW');
    }
  });
}

test('a body that a gateway refuses as too large is said in words', async ({ page }) => {
  await answerWith(page, { ...routes(), 'POST /v1/orders': () => ({ status: 413, json: { message: 'Request Entity Too Large' } }) });
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(page.getByRole('alert').first()).toContainText('This is too much at once.');
});
