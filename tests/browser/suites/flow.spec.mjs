// What a customer may do beyond the straight way: paste a list, have names chosen, see the price change, come back
// later, bring own domains, read another language.

import { Customer, element, expect, open, test, whenOrdered } from '../support/checkout.mjs';
import { demo, mintSession, unique } from '../support/stack.mjs';

const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag' };

test('a pasted table becomes a list, with every finding at its line', async ({ page, customer, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const word = unique();
  const table = `Domain,Price\n${word}.com,13.00\nmail.${word}.com,1\ntaken-${word}.com,2\n`;
  await customer.search.focus();
  await customer.pastes(table);
  await expect(customer.list).toBeFocused();
  await expect(customer.option(`${word}.com`)).toContainText('$13.00');
  await expect(customer.option(`mail.${word}.com`)).toContainText('Line 3: Give the root domain');
  await expect(customer.option(`taken-${word}.com`)).toContainText('Line 4: Taken');
  await expect(page.getByText('1 of 3 can be ordered')).toBeVisible();
});

test('a list of 2,000 names is checked, drawn in part, and shown whole on request', async ({ page, customer }) => {
  await page.route('**/v1/domains/availability', (route) => {
    const domains = route.request().postDataJSON().domains.map((domain) => ({ domain, available: true, price_cents: 1300, renewal_price_cents: 1500, currency: 'usd', usable_for: ['google', 'microsoft'], checked: true }));
    return route.fulfill({ headers: cors, json: { data: { domains } } });
  });
  const word = unique();
  await customer.pastes(Array.from({ length: 2_003 }, (_, index) => `${word}-${index}.com`).join('\n'));
  await expect(page.getByText('2,000 of 2,000 can be ordered')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('option')).toHaveCount(500);
  await expect(page.getByText('Left out, beyond the first 2,000: 3.')).toBeVisible();
  await customer.button('Show all 2,000 names').click();
  await expect(page.getByRole('option')).toHaveCount(2_000);
});

test('the cheapest names that fill the plan are chosen, or what is missing is said', async ({ page, customer }) => {
  const word = unique();
  await customer.search.fill(`google-only-${word}a.com google-only-${word}b.com google-only-${word}c.com google-only-${word}d.com`);
  await customer.button('Choose for me').click();
  await expect(page.getByText('1 more Microsoft-capable needed.').first()).toBeVisible();
  await customer.search.fill(`google-only-${word}a.com google-only-${word}b.com google-only-${word}c.com ${word}.com`);
  await expect(customer.option(`${word}.com`)).toContainText('Add');
  await customer.button('Choose for me').click();
  await expect(customer.heading('Picked (4 of 4)')).toBeFocused();
  await expect(page.getByText('Google 3 of 3Microsoft 1 of 1')).toBeVisible();
});

test('the review shows a live price, and an order brings its quote', async ({ page, customer }) => {
  await customer.comesToReview();
  await expect(page.getByText(/^This price holds until|Domains only/).first()).toContainText('This price holds until');
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/v1/orders'));
  await customer.places();
  expect((await sent).postDataJSON().quote).toEqual(expect.any(String));
  await expect(customer.heading(/Your domains are being set up|Everything is set up/)).toBeVisible();
});

test('a price that changed is shown with what it was, and nothing is ordered by itself', async ({ page, customer }) => {
  await customer.comesToReview();
  await expect(customer.button('Place order')).toBeEnabled();
  await whenOrdered(page, async (route) => {
    const { domains } = route.request().postDataJSON();
    const lines = domains.map(({ domain }) => ({ domain, price_cents: 2000, renewal_price_cents: 2100 }));
    const quote = { lines, total_cents: 8000, renewal_total_cents: 8400, currency: 'usd', expires_at: '2030-01-01T00:00:00Z', token: 'new' };
    const findings = [{ code: 'price_rose', field: 'domains[0]', message: `The price of ${domains[0].domain} has risen.` }];
    await route.fulfill({ status: 409, headers: cors, json: { error: { code: 'quote_changed', message: 'Changed.', field: 'quote', details: { findings, quote } } } });
  }, 1);
  await customer.places();
  const alert = page.getByRole('alert');
  await expect(alert).toBeFocused();
  await expect(alert).toContainText('The price has changed.');
  await expect(alert).toContainText('has risen.');
  await expect(alert).toContainText(/\$80\.00 \(was \$\d+\.\d\d\)/);
  await expect(page.getByRole('definition').first()).toHaveText('$80.00');
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/v1/orders'));
  await whenOrdered(page, (route) => route.abort());
  await customer.places();
  expect((await sent).postDataJSON().quote).toBe('new');
});

test('an unfinished order is there again after a reload, without the names of people', async ({ page, session }) => {
  await open(page, element(session.token));
  const customer = new Customer(page);
  await customer.picksFrom(unique());
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await page.getByLabel('Forwarding URL (optional)').fill('https://acme.com');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).not.toMatch(/Sam|Lee|@/);
  await page.reload();
  await expect(customer.heading('Who is sending?')).toBeVisible();
  await expect(page.getByLabel('Forwarding URL (optional)')).toHaveValue('https://acme.com');
  await expect(page.getByLabel('First name')).toHaveValue('');
  await customer.names('Sam', 'Lee');
  await customer.goesToReview();
});

test('a page that wants nothing kept gets nothing kept', async ({ page, session }) => {
  await open(page, element(session.token, 'no-draft'));
  await new Customer(page).picksFrom(unique());
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test('the page is asked for a session when there is none, and again when it ended', async ({ page }) => {
  const name = `${unique()}@example.com`;
  const tokens = [(await mintSession({ customer: name })).token, (await mintSession({ customer: name })).token];
  await open(page, `<peeker-checkout endpoint="${demo.api}"></peeker-checkout>`);
  await page.evaluate((all) => {
    window.asked = 0;
    document.querySelector('peeker-checkout').fetchSession = async () => all[window.asked++];
  }, tokens);
  const customer = new Customer(page);
  await customer.picksFrom(unique());
  expect(await page.evaluate(() => window.asked)).toBe(1);
  const json = { error: { code: 'session_expired', message: 'The session has expired.' } };
  // An exchange rests for five seconds, so that a page that hands out ended sessions is not asked for ever.
  await page.evaluate(() => new Promise((done) => { const start = performance.now(); const look = () => (performance.now() - start > 5_100 ? done() : requestAnimationFrame(look)); look(); }));
  await page.route('**/v1/domains/availability', (route) => route.fulfill({ status: 401, headers: cors, json }), { times: 1 });
  const exchanged = page.waitForRequest((request) => request.headers().authorization === `Bearer ${tokens[1]}`);
  await customer.search.fill(`${unique()}.com`);
  await exchanged;
  await expect(customer.heading('Picked (4 of 4)')).toBeVisible();
});

test('owned domains are connected by their nameservers, and then picked', async ({ page, customer }) => {
  const word = unique();
  const name = `${word}.com`;
  let status = 'action_required';
  const job = () => ({ data: { id: 'imp_1', status, domains: [{ domain: name, status }], nameserver_groups: status === 'completed' ? [] : [{ nameservers: ['a.ns.example.net', 'b.ns.example.net'], domains: [name] }], poll_after_seconds: 1 } });
  await page.route('**/v1/domains/import**', (route) => route.fulfill({ headers: cors, json: job() }));
  await page.route('**/v1/domains/availability', (route) => route.fulfill({ headers: cors, json: { data: { domains: [{ domain: name, available: true, owned: true, price_cents: 0, renewal_price_cents: 0, currency: 'usd', usable_for: ['google', 'microsoft'], checked: true }] } } }));
  await page.getByText('Use domains that you own').click();
  await page.getByLabel('Domains you own').fill(name);
  await customer.button('Connect').click();
  await expect(page.getByText('a.ns.example.net')).toBeVisible();
  await expect(customer.button('Copy b.ns.example.net')).toBeVisible();
  await expect(page.getByText('Waiting for its nameservers')).toBeVisible();
  status = 'completed';
  await customer.button(`Add ${name}`).click();
  await expect(customer.heading('Picked (1 of 4)')).toBeVisible();
  await expect(page.getByRole('list', { name: /^Picked/ })).toContainText('Owned');
});

test('a connected domain that another order has says so, and cannot be picked', async ({ page, customer }) => {
  const name = `${unique()}.com`;
  const job = { id: 'imp_1', status: 'completed', domains: [{ domain: name, status: 'completed' }], nameserver_groups: [], poll_after_seconds: 1 };
  await page.route('**/v1/domains/import**', (route) => route.fulfill({ headers: cors, json: { data: job } }));
  await page.route('**/v1/domains/availability', (route) => route.fulfill({ headers: cors, json: { data: { domains: [{ domain: name, available: false, owned: true, reason: 'in_use', usable_for: [], checked: true }] } } }));
  await page.getByText('Use domains that you own').click();
  await page.getByLabel('Domains you own').fill(name);
  await customer.button('Connect').click();
  await expect(page.getByText('This domain is on another order of yours')).toBeVisible();
  await expect(customer.button(`Add ${name}`)).toHaveCount(0);
});

test('entries that are no name stay in the box while the others are connected, and an open one can be released', async ({ page, customer }) => {
  const name = `${unique()}.com`;
  let row = { domain: name, status: 'action_required' };
  const asked = [];
  await page.route('**/v1/domains/import**', (route) => {
    asked.push([new URL(route.request().url()).pathname, route.request().postDataJSON()]);
    if (route.request().url().endsWith('/release')) row = { domain: name, status: 'failed', reason: 'released' };
    return route.fulfill({ headers: cors, json: { data: { id: 'imp_1', status: row.status, domains: [row], nameserver_groups: [], poll_after_seconds: 3_600 } } });
  });
  await page.getByText('Use domains that you own').click();
  await page.getByLabel('Domains you own').fill(`beta..com\n${name}\ngamma`);
  await customer.button('Connect').click();
  await expect(page.getByText('Waiting for its nameservers')).toBeVisible();
  await expect(page.getByLabel('Domains you own')).toHaveValue('beta..com\ngamma');
  await expect(page.getByText('beta..com: Remove the extra dot.')).toBeVisible();
  await expect(page.getByText('gamma: Add the ending, such as .com.')).toBeVisible();
  await customer.button(`Release ${name}`).click();
  await expect(page.getByText('You released it')).toBeVisible();
  await expect(customer.button(`Release ${name}`)).toHaveCount(0);
  expect(asked).toEqual([['/v1/domains/import', { domains: [name] }], ['/v1/domains/import/imp_1/release', { domains: [name] }]]);
});

test('a domain that cannot be connected says why, and several imports are shown and looked at', async ({ page, customer }) => {
  const [first, second] = [`${unique()}.com`, `${unique()}.com`];
  const status = new Map([[first, 'action_required'], [second, 'action_required']]);
  const job = (id, domain) => ({ id, status: status.get(domain), domains: [{ domain, status: status.get(domain) }], nameserver_groups: [{ nameservers: [`${id}.ns.example.net`], domains: [domain] }], poll_after_seconds: 1 });
  const taken = { id: null, status: 'failed', domains: [{ domain: 'acme.com', status: 'failed', reason: 'taken', message: 'acme.com belongs to another account.' }], nameserver_groups: [] };
  await page.route('**/v1/domains/import**', (route) => {
    const [name] = route.request().postDataJSON()?.domains ?? [];
    const path = new URL(route.request().url()).pathname;
    const data = name === 'acme.com' ? taken : name === first || path.endsWith('imp_1') ? job('imp_1', first) : job('imp_2', second);
    return route.fulfill({ headers: cors, json: { data } });
  });
  await page.getByText('Use domains that you own').click();
  const list = page.getByRole('list', { name: 'Your own domains' });
  for (const name of ['acme.com', first, second]) {
    await page.getByLabel('Domains you own').fill(name);
    await customer.button('Connect').click();
    await expect(list).toContainText(name);
  }
  await expect(list.getByRole('listitem').first()).toContainText('Could not be connected: It is in use in another account');
  await expect(list.getByRole('listitem')).toHaveCount(3);
  await expect(page.getByText('imp_1.ns.example.net')).toBeVisible();
  status.set(first, 'completed');
  await expect(list).toContainText('Connected', { timeout: 15_000 });
  await expect(page.getByText('imp_1.ns.example.net'), 'nothing is left to be set').toHaveCount(0);
  await expect(page.getByText('imp_2.ns.example.net')).toBeVisible();
  await page.reload();
  // The section opens by itself, as one of them still waits: a click could close it again.
  await expect(list.getByRole('listitem'), 'both are there after a reload').toHaveCount(2);
});

test('what is copied is in the clipboard, and a screen reader says so', async ({ page, customer, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const name = `${unique()}.com`;
  const data = { id: 'imp_1', status: 'action_required', domains: [{ domain: name, status: 'action_required' }], nameserver_groups: [{ nameservers: ['a.ns.example.net'], domains: [name] }], poll_after_seconds: 3_600 };
  await page.route('**/v1/domains/import', (route) => route.fulfill({ headers: cors, json: { data } }));
  await page.getByText('Use domains that you own').click();
  await page.getByLabel('Domains you own').fill(name);
  await customer.button('Connect').click();
  await customer.button('Copy a.ns.example.net').click();
  await expect(page.getByRole('status')).toHaveText('Copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('a.ns.example.net');
});

for (const [lang, direction, heading, label, fill] of [
  ['de', 'ltr', '4 Domains auswählen', 'Firmenname oder Domains', /passenden wählen$/],
  ['ar', 'rtl', 'اختر 4 نطاقات', 'اسم الشركة أو النطاقات', /^اختر أول/],
]) {
  test(`the checkout speaks ${lang}, in its direction, with its money`, async ({ page, session }) => {
    await open(page, `<div lang="${lang}">${element(session.token)}</div>`);
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    expect(await page.locator('peeker-checkout').evaluate((host) => getComputedStyle(host.shadowRoot.firstElementChild).direction)).toBe(direction);
    await page.getByLabel(label).fill(unique());
    await page.getByRole('button', { name: fill }).click();
    await expect(page.getByText(/13[,٫.]00/).first()).toBeVisible();
    await page.evaluate(() => (document.querySelector('div').lang = 'en'));
    await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('lang', 'en'));
    await expect(page.getByRole('heading', { name: 'Choose 4 domains' })).toBeVisible();
  });
}

test('an address runs from left to right between Arabic words, and stands where their lines begin', async ({ page, customer }) => {
  await customer.picksFrom(unique());
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  const field = page.getByLabel('Forwarding URL (optional)', { exact: true });
  await field.fill('https://acme.com/');
  await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('lang', 'ar'));
  await page.getByRole('heading', { name: 'من المُرسِل؟' }).waitFor();
  const typed = page.locator('[data-field=forwarding]');
  await expect(typed).toHaveCSS('unicode-bidi', 'plaintext');
  await expect(typed).toHaveCSS('text-align', 'right');
  await page.getByRole('button', { name: 'متابعة' }).click();
  const shown = page.getByText('https://acme.com/');
  const at = await shown.evaluate((node) => {
    const place = (from, to) => {
      const range = document.createRange();
      range.setStart(node.firstChild, from);
      range.setEnd(node.firstChild, to);
      return range.getBoundingClientRect();
    };
    const { length } = node.textContent;
    return { first: place(0, 1).left, last: place(length - 1, length).left, end: place(0, length).right, line: node.getBoundingClientRect().right };
  });
  expect(at.last).toBeGreaterThan(at.first);
  expect(at.end).toBeCloseTo(at.line, 0);
});

test('the page may say things in its own words', async ({ page, session }) => {
  await open(page, element(session.token));
  await page.evaluate(() => (document.querySelector('peeker-checkout').messages = { continue: 'Next', choose_domains: 'Pick {count}' }));
  await expect(page.getByRole('heading', { name: 'Pick 4' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Next' })).toBeVisible();
});

test('an order is shown by its id, with a link to come back to it', async ({ page, session }) => {
  await open(page, element(session.token, 'order-link="https://acme.com/orders/{id}"'));
  const customer = new Customer(page);
  await page.evaluate(() => document.addEventListener('peeker-ordered', ({ detail }) => (window.ordered = detail)));
  await customer.comesToReview();
  await customer.places();
  await expect(customer.button('Copy the link to this page')).toBeVisible();
  const { id, link } = await page.evaluate(() => window.ordered);
  expect(link).toBe(`https://acme.com/orders/${id}`);
  await open(page, element(session.token, `order="${id}"`));
  await expect(page.getByRole('heading', { name: /Your domains are being set up|Everything is set up/ })).toBeVisible();
});

test('what people are called shows their address, and reserved names are warned of', async ({ page, customer }) => {
  const word = unique();
  await customer.picksFrom(word);
  await customer.goesToPeople();
  await customer.names('Zoë', "O'Brien");
  await expect(page.getByText(`zoe.obrien@${word}.com`)).toBeVisible();
  await page.getByLabel('First name').fill('Postmaster');
  await expect(page.getByText('Mail providers keep “Postmaster” for themselves.')).toBeVisible();
});

test('a payment form and a challenge of the page have their place in the review', async ({ page, session }) => {
  await open(page, element(session.token, '', '<p slot="payment">Card</p><p slot="challenge">Are you human?</p>'));
  const customer = new Customer(page);
  await expect(page.getByText('Card')).toBeHidden();
  await customer.comesToReview();
  await expect(page.getByText('Card')).toBeVisible();
  await expect(page.getByText('Are you human?')).toBeVisible();
});

test('a domain may lead elsewhere than the others', async ({ page, customer }) => {
  const word = unique();
  await customer.picksFrom(word);
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await page.getByText('Another page for some domains').click();
  await page.getByLabel(`${word}.com`, { exact: true }).fill('https://localhost');
  await customer.button('Continue').click();
  await expect(page.getByRole('alert')).toContainText(`${word}.com: Give an address on the public internet`);
  await page.getByLabel(`${word}.com`, { exact: true }).fill('https://acme.com/one');
  await customer.goesToReview();
  await expect(page.getByText(`${word}.com → https://acme.com/one`)).toBeVisible();
});
