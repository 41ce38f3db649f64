// The demo's brands: each has its looks and its prices.

import { Customer, expect, test } from '../support/checkout.mjs';
import { pageOrigin } from '../support/stack.mjs';

test('a brand is chosen with its prices, and its texts fit them', async ({ page }) => {
  await page.goto(`${pageOrigin}/new`);
  const brand = page.getByRole('combobox', { name: 'Brand' });
  await expect(brand).toHaveValue('');
  await brand.selectOption('fernwood');
  await expect(page.getByText('Domains are part of your plan')).toBeVisible();
  await expect(page.getByText('Renewal prices shown before you pay')).toHaveCount(0);
  await expect(brand).toHaveValue('fernwood');
  await brand.selectOption('');
  await expect(page.getByText('Renewal prices shown before you pay')).toBeVisible();
  await expect(page.getByLabel('Card number')).toHaveCount(0);
});

test('a choice that is made before the page has started is kept', async ({ page }) => {
  let start;
  const held = new Promise((resolve) => {
    start = resolve;
  });
  await page.route('**/page/demo.mjs', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${pageOrigin}/new`, { waitUntil: 'commit' });
  await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
  await page.getByRole('combobox', { name: 'Brand' }).selectOption('fernwood');
  start();
  await expect(page.getByText('Domains are part of your plan')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Brand' })).toHaveValue('fernwood');
  await expect(page.locator('peeker-checkout')).toHaveAttribute('lang', 'de');
});

test('a brand can be chosen while the playground is not filled yet', async ({ page }) => {
  await page.route('**/custom-elements.json', () => new Promise(() => {}));
  await page.goto(`${pageOrigin}/new`);
  await page.getByRole('combobox', { name: 'Brand' }).selectOption('fernwood');
  await expect(page.getByText('Domains are part of your plan')).toBeVisible();
});
