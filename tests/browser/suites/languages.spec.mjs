// Whatever a page writes as its language, the checkout comes up, speaks, and counts.

import { Customer, element, expect, open, test } from '../support/checkout.mjs';
import { unique } from '../support/stack.mjs';

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
