// Domains that the customer owns when something goes wrong on the way: an import with a lost answer, and names about
// which only the server knows.

import { expect, test } from '../support/checkout.mjs';
import { unique } from '../support/stack.mjs';

const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag' };
const IMPORT = '/v1/domains/import';

test('an import with a lost answer is found by its domains, also after a reload', async ({ page, customer }) => {
  const names = [`${unique()}.com`, `${unique()}.com`];
  const rows = (status) => names.map((domain) => ({ domain, status }));
  const lost = { id: null, status: 'in_progress', domains: rows('in_progress'), nameserver_groups: [], poll_after_seconds: 3_600 };
  const found = { id: 'imp_1', status: 'action_required', domains: rows('action_required'), nameserver_groups: [{ nameservers: ['a.ns.example.net'], domains: names }], poll_after_seconds: 3_600 };
  const asked = [];
  let isLost = true;
  await page.route('**/v1/domains/import**', (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    asked.push(`${route.request().method()} ${pathname} ${searchParams.get('domains') ?? ''}`.trim());
    return route.fulfill({ headers: cors, status: 202, json: { data: isLost ? lost : found } });
  });
  const list = page.getByRole('list', { name: 'Your own domains' });
  await page.getByText('Use domains that you own').click();
  await page.getByLabel('Domains you own').fill(names.join('\n'));
  await customer.button('Connect').click();
  await expect(list.getByRole('listitem')).toContainText(['Checking', 'Checking']);
  await page.reload();
  // What waits is open, and its heading says so.
  await expect(list.getByRole('listitem')).toContainText(['Checking', 'Checking']);
  await expect(page.getByText('2 domains are not connected yet')).toBeVisible();
  isLost = false;
  await customer.button('Check now').click();
  await expect(list.getByRole('listitem')).toContainText(['Waiting for its nameservers', 'Waiting for its nameservers']);
  await expect(page.getByText('a.ns.example.net')).toBeVisible();
  await customer.button('Check now').click();
  await expect.poll(() => asked).toEqual([`POST ${IMPORT}`, `GET ${IMPORT} ${names}`, `GET ${IMPORT} ${names}`, `GET ${IMPORT}/imp_1`]);
});

test('a domain of an import with a lost answer can be released', async ({ page, customer }) => {
  const names = [`${unique()}.com`, `${unique()}.com`];
  const lost = { id: null, status: 'in_progress', domains: names.map((domain) => ({ domain, status: 'in_progress' })), nameserver_groups: [], poll_after_seconds: 3_600 };
  const asked = [];
  await page.route('**/v1/domains/import**', (route) => route.fulfill({ headers: cors, status: 202, json: { data: lost } }));
  await page.route('**/v1/domains/claims/release', (route) => {
    const { domains } = route.request().postDataJSON();
    asked.push(...domains);
    const rows = domains.map((domain) => ({ domain, status: 'failed', reason: 'released', message: 'You released it.' }));
    return route.fulfill({ headers: cors, json: { data: { id: null, status: 'failed', domains: rows, nameserver_groups: [], poll_after_seconds: 60 } } });
  });
  await page.getByText('Use domains that you own').click();
  await page.getByLabel('Domains you own').fill(names.join('\n'));
  await customer.button('Connect').click();
  await customer.button(`Release ${names[0]}`).click();
  const list = page.getByRole('list', { name: 'Your own domains' });
  await expect(list.getByRole('listitem').filter({ hasText: names[0] })).toContainText('You released it');
  await expect(list.getByRole('listitem').filter({ hasText: names[1] })).toContainText('Checking');
  await customer.button(`Release ${names[1]}`).click();
  await expect(customer.button('Check now')).toHaveCount(0);
  expect(asked).toEqual(names);
});

test('when too many domains wait, all of them are shown and can be released', async ({ page, customer }) => {
  const [known, lost, late] = [`${unique()}.com`, `${unique()}.com`, `${unique()}.com`];
  const until = '2026-12-06T00:00:00Z';
  const claims = [{ domain: known, import: 'imp_1', until }, { domain: lost, import: null, until }];
  await page.route('**/v1/domains/import', (route) => route.fulfill({ headers: cors, status: 409, json: { error: { code: 'too_many_open_claims', message: 'Too many.', retryable: false } } }));
  await page.route('**/v1/domains/claims', (route) => route.fulfill({ headers: cors, json: { data: claims } }));
  await page.route('**/v1/domains/import/imp_1/release', (route) => {
    const domains = [{ domain: known, status: 'failed', reason: 'released' }];
    return route.fulfill({ headers: cors, json: { data: { id: 'imp_1', status: 'failed', domains, nameserver_groups: [], poll_after_seconds: 60 } } });
  });
  await page.getByText('Use domains that you own').click();
  await page.getByLabel('Domains you own').fill(late);
  await customer.button('Connect').click();
  await expect(page.getByText('Too many of your domains wait for their nameservers.')).toBeVisible();
  await expect(page.getByLabel('Domains you own')).toHaveValue(late);
  await expect(customer.button(`Release ${lost}`)).toBeVisible();
  await customer.button(`Release ${known}`).click();
  await expect(page.getByRole('list', { name: 'Your own domains' }).getByRole('listitem').filter({ hasText: known })).toContainText('You released it');
});

test('the server decides about a name of which only the whole public suffix list knows', async ({ page, customer }) => {
  const word = unique();
  await customer.search.fill(`${word}.oslo.no`);
  await expect(customer.option(`${word}.oslo.no`)).not.toContainText('Give the root domain');
  await customer.search.fill(`mail.${word}.no`);
  await expect(customer.option(`mail.${word}.no`)).toContainText('Cannot be registered: Give the root domain, such as acme.com.');
  await customer.search.fill(`mail.${word}.de`);
  await expect(customer.option(`mail.${word}.de`)).toContainText('Give the root domain');
  await page.getByText('Use domains that you own').click();
  await page.getByLabel('Domains you own').fill(`owned-${word}.oslo.no\nmail.${word}.no`);
  await customer.button('Connect').click();
  const rows = page.getByRole('list', { name: 'Your own domains' }).getByRole('listitem');
  await expect(rows.filter({ hasText: `owned-${word}.oslo.no` })).not.toContainText('Could not be connected');
  await expect(rows.filter({ hasText: `mail.${word}.no` })).toContainText('Could not be connected: Give the root domain, such as acme.com, not a name below it.');
});

test('what is no name stays in the box, the first line too', async ({ page, customer }) => {
  const name = `${unique()}.com`;
  await page.route('**/v1/domains/import**', (route) => route.fulfill({ headers: cors, status: 202, json: { data: { id: 'imp_1', status: 'in_progress', domains: [{ domain: name, status: 'in_progress' }], nameserver_groups: [], poll_after_seconds: 3_600 } } }));
  await page.getByText('Use domains that you own').click();
  const box = page.getByLabel('Domains you own');
  await box.fill(`acmeq\nbetaq,com\n${name}\ngammaq`);
  await customer.button('Connect').click();
  await expect(page.getByRole('list', { name: 'Your own domains' }).getByRole('listitem')).toHaveCount(1);
  await expect(box).toHaveValue('acmeq\nbetaq,com\ngammaq');
});

test('domains that were connected in another browser are shown with their nameservers', async ({ page, customer }) => {
  const [known, lost] = [`${unique()}.com`, `${unique()}.com`];
  const until = '2026-12-06T00:00:00Z';
  const view = (id, name) => ({ id, status: 'action_required', domains: [{ domain: name, status: 'action_required' }], nameserver_groups: [{ nameservers: ['a.ns.example.net'], domains: [name] }], poll_after_seconds: 3_600 });
  const asked = [];
  await page.route('**/v1/domains/**', (route) => {
    const { pathname, search } = new URL(route.request().url());
    asked.push(pathname + search);
    if (pathname.endsWith('/claims')) return route.fulfill({ headers: cors, json: { data: [{ domain: known, import: 'imp_1', until }, { domain: lost, import: null, until }] } });
    return route.fulfill({ headers: cors, json: { data: pathname.endsWith('/imp_1') ? view('imp_1', known) : view('imp_2', lost) } });
  });
  const title = page.getByText('Use domains that you own');
  await title.click();
  const list = page.getByRole('list', { name: 'Your own domains' });
  await expect(list.getByRole('listitem')).toContainText([known, lost]);
  await expect(page.getByText('a.ns.example.net')).toBeVisible();
  await expect(page.getByText('2 domains are not connected yet')).toBeVisible();
  await title.click();
  await title.click();
  await expect(list.getByRole('listitem')).toHaveCount(2);
  expect(asked.filter((path) => path.endsWith('/claims'))).toHaveLength(1);
});

test('an empty box is asked for a domain in a whole sentence', async ({ page, customer }) => {
  await page.getByText('Use domains that you own').click();
  await customer.button('Connect').click();
  await expect(page.getByText('Type a domain that you own, such as acme-mail.com.')).toBeVisible();
});

test('the section of own domains stays open when the last one is connected', async ({ page, customer }) => {
  const name = `${unique()}.com`;
  let status = 'action_required';
  await page.route('**/v1/domains/import**', (route) => route.fulfill({ headers: cors, status: 202, json: { data: { id: 'imp_1', status, domains: [{ domain: name, status }], nameserver_groups: [], poll_after_seconds: 3_600 } } }));
  await page.getByText('Use domains that you own').click();
  await page.getByLabel('Domains you own').fill(name);
  await customer.button('Connect').click();
  const row = page.getByRole('list', { name: 'Your own domains' }).getByRole('listitem');
  await expect(row).toContainText('Waiting for its nameservers');
  status = 'completed';
  await customer.button('Check now').click();
  await expect(row).toContainText('Connected');
  await expect(page.getByText('not connected yet')).toHaveCount(0);
});
