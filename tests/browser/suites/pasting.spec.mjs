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

test('a second list that is pasted or dropped comes beside the first one', async ({ page }) => {
  const customer = await fills(page);
  await customer.button('Paste a list').click();
  await customer.list.fill('one-q.com\n');
  await customer.list.evaluate((node) => {
    node.setSelectionRange(node.value.length, node.value.length);
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'two-q.com\nthree-q.com');
    node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true }));
  });
  await expect(customer.list).toHaveValue('one-q.com\ntwo-q.com\nthree-q.com');
  await customer.list.evaluate((node) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['four-q.com\n'], 'names.csv'));
    node.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  });
  await expect(customer.list).toHaveValue('one-q.com\ntwo-q.com\nthree-q.com\nfour-q.com\n');
  await expect(page.getByRole('option')).toHaveCount(4);
});

test('a list that is taken into the search box stays a list of names', async ({ page }) => {
  const customer = await fills(page);
  await customer.pastes('one-q.com\n\ntwo-q.com\n');
  await customer.button('Search instead').click();
  await expect(customer.search).toHaveValue('one-q.com, two-q.com');
  await customer.search.press('End');
  await customer.search.pressSequentially(' three-q.com');
  for (const name of ['one-q.com', 'two-q.com', 'three-q.com']) await expect(page.getByRole('option', { name })).toBeVisible();
});

test('a list of domains in Windows-1252 has its letters', async ({ page }) => {
  const customer = await fills(page);
  await customer.search.evaluate((node) => {
    const dataTransfer = new DataTransfer();
    // ü is FC, as Excel saves CSV in Western Europe.
    dataTransfer.items.add(new File([Uint8Array.of(0x6d, 0xfc, 0x2e, 0x63, 0x6f, 0x6d)], 'names.csv'));
    node.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  });
  await expect(customer.list).toHaveValue('mü.com');
});

test('who hears how many names can be ordered hears what is shown', async ({ page }) => {
  const customer = await fills(page);
  await customer.pastes('one-q.com\ntwo q[.]com\n-three.com');
  await expect(page.getByRole('heading', { name: 'Your names 1 of 3 can be ordered' })).toBeVisible();
  await expect(page.getByRole('status')).toHaveText('1 of 3 names can be ordered.');
});
