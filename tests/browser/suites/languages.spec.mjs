// Whatever a page writes as its language, the checkout comes up, speaks, and counts.

import { Customer, element, expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, passes, quote, rows, session as plan } from '../support/canned.mjs';
import { unique } from '../support/stack.mjs';

const answers = (more) => ({
  'GET /v1/session': () => ({ json: { data: plan() } }),
  'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
  'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
  'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains) } }),
  ...more,
});

const [ENGLISH, GERMAN, ARABIC] = ['Choose 4 domains', '4 Domains auswählen', 'اختر 4 نطاقات'];

/** A tag as pages have it, and the heading that it brings. */
const TAGS = [
  ['en_US', ENGLISH],
  ['en-US-u-nu-bogus', ENGLISH],
  ['C', ENGLISH],
  ['POSIX', ENGLISH],
  ['', ENGLISH],
  ['  ', ENGLISH],
  ['zh-Hans_CN', ENGLISH],
  ['x', ENGLISH],
  ['i-klingon', ENGLISH],
  ['en--GB', ENGLISH],
  ['12345', ENGLISH],
  ['{{ locale }}', ENGLISH],
  ['constructor', ENGLISH],
  ['e'.repeat(300), ENGLISH],
  ['de_AT', GERMAN],
  ['de_DE.UTF-8', GERMAN],
  ['DE@euro', GERMAN],
  ['ar_EG-', ARABIC],
];

for (const [tag, heading] of TAGS) {
  test(`the checkout comes up where the language is "${tag.slice(0, 20)}"`, async ({ page, session }) => {
    await open(page, element(session.token));
    await page.evaluate((lang) => document.documentElement.setAttribute('lang', lang), tag);
    await page.evaluate((lang) => document.querySelector('peeker-checkout').setAttribute('lang', lang), tag);
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    await page.locator('[data-field=query]').fill(unique());
    // A price, in whatever digits the language has.
    await expect(page.getByRole('option').first()).toContainText(/\p{Nd}/u);
    await expect(page.locator('peeker-checkout .root')).toHaveAttribute('lang', /^[a-z]{2,3}(-|$)/);
  });
}

test('a page in a language that no browser knows can be ordered on', async ({ page, session }) => {
  await page.addInitScript(() => document.addEventListener('readystatechange', () => document.documentElement.setAttribute('lang', 'en_US')));
  await open(page, element(session.token));
  const customer = new Customer(page);
  await customer.comesToReview();
  await expect(page.getByText(/^This price holds until|Domains only/).first()).toContainText('This price holds until');
  await customer.places();
  await expect(page.getByRole('heading', { name: /Your domains are being set up|Everything is set up/ })).toBeVisible();
});

test('words that are English are marked as English, with English dates', async ({ page }) => {
  await page.clock.install({ time: '2026-05-08T12:00:00Z' });
  const now = Date.parse('2026-05-08T12:00:00Z');
  await answerWith(page, answers({ 'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains, { now }) } }) }));
  await open(page, canned('lang="zh-Hans"'), { policy: POLICY });
  const customer = new Customer(page);
  const root = page.locator('peeker-checkout .root');
  await expect(root).toHaveAttribute('lang', 'en');
  await customer.search.fill('Nordic');
  await passes(page, 1);
  await page.getByRole('button', { name: /^Pick the first/ }).click();
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await customer.goesToReview();
  await expect(page.getByText('This price holds until May 8, 2026')).toBeVisible();
  await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('lang', 'en-GB'));
  await expect(root).toHaveAttribute('lang', 'en-GB');
  // A page that brings words of its own language says so.
  await page.evaluate(() => Object.assign(document.querySelector('peeker-checkout'), { lang: 'fr', messages: { place: 'Commander' } }));
  await expect(root).toHaveAttribute('lang', 'fr');
});

test('German names the domain that is refused, and keeps its nouns large', async ({ page }) => {
  await answerWith(page, answers({ 'POST /v1/orders': ({ domains }) => ({ status: 409, json: { error: { code: 'order_invalid', message: 'No.', details: { findings: ['domain_unavailable', 'domain_in_use'].map((code, index) => ({ code, field: `domains[${index}]`, message: `${domains[index].domain} is taken.` })) } } } }) }));
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.picksFrom('Nordic');
  await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('lang', 'de'));
  await customer.button('Weiter').click();
  await page.getByLabel('Vorname').fill('Sam');
  await customer.button('Weiter').click();
  await expect(page.getByRole('alert')).toContainText('Person 1, Nachname');
  await page.getByLabel('Nachname').fill('Lee');
  await customer.button('Weiter').click();
  await customer.button('Kostenpflichtig bestellen').click();
  const refused = page.getByRole('alert').getByRole('button');
  await expect(refused).toHaveText([/^\S+\.com kann nicht bestellt werden/, /^\S+\.com gehört zu einer anderen Bestellung von Ihnen/]);
});

for (const [lang, words] of [['en', 'This domain is on another order of yours'], ['de', 'Gehört zu einer anderen Bestellung von Ihnen'], ['ar', 'هذا النطاق ضمن طلب آخر لك']]) {
  test(`a domain that another order has says so in ${lang}`, async ({ page }) => {
    const used = (domain) => ({ domain, available: false, owned: true, reason: 'in_use', message: 'RAW', usable_for: [], checked: true });
    await answerWith(page, answers({ 'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: domains.map(used) } } }) }));
    await open(page, canned(), { policy: POLICY });
    const customer = new Customer(page);
    await customer.search.fill('nordic-own.com');
    await page.evaluate((tag) => document.querySelector('peeker-checkout').setAttribute('lang', tag), lang);
    await expect(page.getByText(words).first()).toBeVisible();
    await expect(page.getByText('RAW')).toHaveCount(0);
  });
}
