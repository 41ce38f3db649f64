// Long and mixed lists that are pasted: nothing is left out without a word.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, rows, session } from '../support/canned.mjs';

async function fills(page) {
  await answerWith(page, {
    'GET /v1/session': () => ({ json: { data: session() } }),
    'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
    'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
  });
  await open(page, canned(), { policy: POLICY });
  return new Customer(page);
}

const names = (count) => Array.from({ length: count }, (_, index) => `a-long-name-of-a-list-${index + 1}.com`).join('\n');

test('a list of 600 KB is read whole, and what is beyond 2,000 names is counted', async ({ page }) => {
  const customer = await fills(page);
  await customer.pastes(names(20_000));
  await expect(page.getByText('Left out, beyond the first 2,000: 18,000.')).toBeVisible();
});

test('a list that is too long is cut after a whole name, and says so', async ({ page }) => {
  test.slow();
  const customer = await fills(page);
  const text = names(150_000);
  await customer.search.evaluate((node, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', pasted);
    node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true }));
  }, text);
  await expect(page.getByRole('alert')).toHaveText('This list is too long: its end was left out. Add the rest later.');
  const kept = await customer.list.inputValue();
  expect(kept.length).toBeGreaterThan(4_000_000);
  expect(text.startsWith(`${kept}\n`)).toBe(true);
});

test('names between mixed separators are all found, and a line without any is shown', async ({ page }) => {
  const customer = await fills(page);
  await customer.pastes('one-q.com, two-q.com three-q.com\nfour-q.com\nfive-q[.]com');
  for (const name of ['one-q.com', 'two-q.com', 'three-q.com', 'four-q.com']) await expect(page.getByRole('option', { name })).toBeVisible();
  await expect(page.getByText('five-q[.]com', { exact: true })).toBeVisible();
});
