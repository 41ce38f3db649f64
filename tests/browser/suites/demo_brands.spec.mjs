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
