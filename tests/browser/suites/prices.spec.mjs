// What the customer sees of the partner's prices: the plan's price beside that of the domains, and no amounts where none are shown.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, order, quote, rows, session } from '../support/canned.mjs';

const MONTHLY = { show: 'retail', currency: 'usd', plan: { price_cents: 9_900, per: 'month' } };
const YEARLY = { show: 'retail', currency: 'usd', plan: { price_cents: 99_000, per: 'year' } };

async function opens(page, pricing, more = {}, attributes = '') {
  await answerWith(page, {
    'GET /v1/session': () => ({ json: { data: session({ pricing, ...more.session }) } }),
    'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
    'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
    'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains) } }),
    ...more.routes,
  });
  await open(page, canned(attributes), { policy: POLICY });
  return new Customer(page);
}

/** What the server says of an order whose price does not cover its cost. */
const BELOW = { status: 409, json: { error: { code: 'price_below_cost', message: 'This order cannot be placed at the price shown. Nothing was ordered or charged.', retryable: false } } };

for (const [lang, words, place] of [
  ['en', BELOW.json.error.message, 'Place order'],
  ['de', 'Zum angezeigten Preis ist diese Bestellung nicht möglich. Es wurde nichts bestellt und nichts berechnet.', 'Kostenpflichtig bestellen'],
  ['ar', 'لا يمكن تنفيذ هذا الطلب بالسعر المعروض. لم يُطلب شيء ولم يُخصم أي مبلغ.', 'إرسال الطلب'],
]) {
  test(`a price below cost is said in ${lang}, of a quote and of an order`, async ({ page }) => {
    let isBelow = true;
    const customer = await opens(page, MONTHLY, {
      routes: { 'POST /v1/quotes': ({ domains }) => (isBelow ? BELOW : { json: { data: quote(domains) } }), 'POST /v1/orders': () => BELOW },
    });
    await customer.comesToReview('Nordic');
    await page.evaluate((tag) => (document.querySelector('peeker-checkout').lang = tag), lang);
    await expect(page.getByRole('alert')).toHaveText(words);
    isBelow = false;
    await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('session', 'd.e.f'));
    await expect(page.getByRole('alert')).toHaveCount(0);
    await customer.button(place).click();
    await expect(page.getByRole('alert')).toHaveText(words);
  });
}

test('an order refused for its price, which stays below cost, says it once and orders nothing more', async ({ page }) => {
  let isBelow = false;
  const customer = await opens(page, MONTHLY, { routes: { 'POST /v1/quotes': ({ domains }) => (isBelow ? BELOW : { json: { data: quote(domains) } }), 'POST /v1/orders': () => BELOW } });
  await customer.comesToReview('Nordic');
  isBelow = true;
  await customer.places();
  await expect(customer.button('Read the price again')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveText(BELOW.json.error.message);
  await expect(page.getByText('This price holds until')).toHaveCount(0);
  isBelow = false;
  await customer.button('Read the price again').click();
  await expect(customer.button('Place order')).toBeEnabled();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

/** The lines of the sums, as `label: amount`. */
const sums = (page) => page.locator('peeker-checkout').getByRole('term').evaluateAll((terms) => terms.map((term) => `${term.textContent}: ${term.nextElementSibling.textContent}`));

// Four domains at $13.00, $15.00 at renewal.
for (const [what, pricing, lines] of [
  ['a price per month', MONTHLY, ['Domains, first year: $52.00', 'Plan, first month: $99.00', 'Total today: $151.00', 'Domains, renewal per year: $60.00', 'Plan per month: $99.00']],
  ['a price per year', YEARLY, ['Domains, first year: $52.00', 'Plan, first year: $990.00', 'Total today: $1,042.00', 'Domains, renewal per year: $60.00', 'Plan per year: $990.00']],
  ['no price', { show: 'retail', currency: 'usd' }, ['Total today: $52.00', 'Renewal per year: $60.00']],
]) {
  test(`the review adds up what is paid today and at each renewal, plan with ${what}`, async ({ page }) => {
    const customer = await opens(page, pricing);
    await customer.comesToReview('Nordic');
    await expect(page.getByText('This price holds until')).toBeVisible();
    expect(await sums(page)).toEqual(lines);
    const [total] = lines.filter((line) => line.startsWith('Total today'));
    await expect(page.getByRole('status').first()).toHaveText(`${total}.`);
    expect(await page.getByText('Domains only.').count()).toBe(pricing.plan ? 0 : 1);
  });
}

for (const [lang, place, inboxes] of [
  ['en', 'Place order', 'Domains only. The inboxes are added to the order’s total.'],
  ['de', 'Bestellen', 'Nur Domains. Die Postfächer kommen zur Summe der Bestellung hinzu.'],
  ['ar', 'إرسال الطلب', 'النطاقات فقط. تُضاف صناديق البريد إلى مجموع الطلب.'],
]) {
  test(`the review promises neither inboxes nor a payment where there are none, in ${lang}`, async ({ page }) => {
    let show = 'cost';
    const customer = await opens(page, undefined, { routes: { 'GET /v1/session': () => ({ json: { data: session({ pricing: { show } }) } }) } });
    await customer.comesToReview('Nordic');
    await page.evaluate((tag) => (document.querySelector('peeker-checkout').lang = tag), lang);
    await expect(page.getByText(inboxes)).toBeVisible();
    show = 'none';
    await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('session', 'd.e.f'));
    await expect(customer.button(place)).toBeEnabled();
    await expect(page.getByText(inboxes)).toHaveCount(0);
    await page.evaluate(() => (document.querySelector('peeker-checkout').messages = { place: 'Go' }));
    await expect(customer.button('Go')).toBeEnabled();
  });
}

test('what the plan costs stands above the form from the start', async ({ page }) => {
  await opens(page, MONTHLY);
  await expect(page.getByText('3 Google + 1 Microsoft domains · $99.00 per month')).toBeVisible();
});

test('a price that changed is compared with the total that was shown', async ({ page }) => {
  let cents = 1_300;
  const customer = await opens(page, MONTHLY, { routes: { 'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains, { price_cents: cents }) } }) } });
  await customer.comesToReview('Nordic');
  await expect(page.getByText('$151.00', { exact: true })).toBeVisible();
  cents = 1_500;
  await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('session', 'd.e.f'));
  await expect(page.getByText('Total today: $159.00 (was $151.00)')).toBeVisible();
});

test('without amounts no sums are shown, not even while the price is read', async ({ page }) => {
  let answer;
  const answered = new Promise((done) => (answer = done));
  const bare = ({ domains }) => ({ id: 'quo_1', token: 'signed', lines: domains.map((domain) => ({ domain })), expires_at: '2099-01-01T00:00:00Z' });
  const customer = await opens(page, { show: 'none' }, { routes: { 'POST /v1/quotes': async (body) => (await answered, { json: { data: bare(body) } }) } });
  await customer.comesToReview('Nordic');
  expect(await sums(page)).toEqual([]);
  answer();
  await expect(customer.button('Place order')).toBeEnabled();
  expect(await sums(page)).toEqual([]);
});

const charge = (plan) => ({ charge: { total_cents: 15_100, currency: 'usd', ...(plan && { plan }) }, costs: undefined });
const RENEWAL = { domains_renewal: { total_cents: 6_000, currency: 'usd', per: 'year' } };

for (const [what, more, lines] of [
  ['with the plan', charge(MONTHLY.plan), ['Total with the plan’s first month: $151.00', 'Plan per month: $99.00']],
  ['of the domains', charge(), ['Domains, first year: $151.00']],
  ['with what renews', { ...charge(MONTHLY.plan), ...RENEWAL }, ['Total with the plan’s first month: $151.00', 'Plan per month: $99.00', 'Domains, renewal per year: $60.00']],
  ['without renewals once it is to end', { ...charge(), ...RENEWAL, cancels_at: '2026-08-09T00:00:00Z' }, ['Domains, first year: $151.00']],
  ['without a plan price once it is to end', { ...charge(MONTHLY.plan), cancels_at: '2026-08-09T00:00:00Z' }, ['Total with the plan’s first month: $151.00']],
  ["at upstream's amounts", { costs: { total_cents: 6_700, currency: 'usd' } }, ['Total with inboxes: $67.00']],
  ['without amounts', {}, []],
]) {
  test(`an order shows what was paid, ${what}`, async ({ page }) => {
    await opens(page, MONTHLY, { session: { order: { id: 'ord_1', status: 'in_progress' } }, routes: { 'GET /v1/orders/ord_1': () => ({ json: { data: order(more) } }) } });
    await expect(page.getByRole('heading', { name: 'Your domains are being set up' })).toBeVisible();
    expect((await sums(page)).filter((line) => line.includes('$'))).toEqual(lines);
  });
}

const RENEWS = { renews_at: '2026-06-08T00:00:00Z' };
const ENDS = { cancels_at: '2026-06-08T00:00:00Z' };

for (const [what, more, line] of [
  ['a plan per month', { ...charge(MONTHLY.plan), ...RENEWS }, 'Plan renews on June 8, 2026'],
  ['a plan per year', { ...charge(YEARLY.plan), ...RENEWS }, ''],
  ['a plan without a price', { ...charge(), ...RENEWS }, 'Plan renews on June 8, 2026'],
  ["upstream's amounts", { costs: { total_cents: 6_700, currency: 'usd' }, ...RENEWS }, 'Renews on June 8, 2026'],
  ['an order that failed', { ...charge(MONTHLY.plan), ...RENEWS, status: 'failed', final: true }, ''],
  ['an order that is to end', { ...charge(MONTHLY.plan), ...RENEWS, ...ENDS, status: 'cancel_scheduled' }, 'Ends on June 8, 2026'],
  ['an order that ended', { ...charge(MONTHLY.plan), ...RENEWS, ...ENDS, status: 'cancelled', final: true }, 'Ended on June 8, 2026'],
]) {
  test(`the list and the order itself have the same date, with ${what}`, async ({ page }) => {
    const row = order({ costs: undefined, ...more });
    const customer = await opens(page, MONTHLY, { session: { plan: null }, routes: { 'GET /v1/orders': () => ({ json: { data: [row], links: { next: null } } }), 'GET /v1/orders/ord_1': () => ({ json: { data: row } }) } });
    const listed = await page.getByText('4 domains').textContent();
    expect(listed.split(' · ').slice(2).join()).toBe(line);
    await page.getByRole('button', { name: /^Open the order/ }).click();
    await expect(customer.button('All your orders')).toBeVisible();
    const facts = await sums(page);
    expect(facts.filter((fact) => /^(Renews|Plan renews|Ends|Ended)/.test(fact)).map((fact) => fact.replace(':', ''))).toEqual(line ? [line] : []);
    expect(facts.filter((fact) => fact.startsWith('Plan per'))).toHaveLength(more.status || !more.charge?.plan ? 0 : 1);
  });
}

test('the list of orders shows what each cost', async ({ page }) => {
  const listed = { id: 'ord_1', status: 'completed', domain_count: 4, created_at: '2026-05-08T12:00:00Z' };
  const rowsOf = [{ ...listed, ...charge() }, { ...listed, id: 'ord_2', costs: null }];
  await opens(page, { show: 'retail', currency: 'usd' }, { session: { plan: null }, routes: { 'GET /v1/orders': () => ({ json: { data: rowsOf, links: { next: null } } }) } });
  await expect(page.getByText('4 domains · $151.00', { exact: true })).toBeVisible();
  await expect(page.getByText('4 domains', { exact: true })).toBeVisible();
});
