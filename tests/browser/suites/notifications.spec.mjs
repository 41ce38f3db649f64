// The demo's page of what the partner's backend received: live, and with a button that breaks its endpoint.

import { expect, test } from '@playwright/test';
import { demo } from '../support/stack.mjs';

async function fact(type) {
  const headers = { authorization: `Bearer ${demo.partner_key}`, 'content-type': 'application/json' };
  const response = await fetch(`${demo.api}/v1/notifications/test`, { method: 'POST', headers, body: JSON.stringify({ type }) });
  if (!response.ok) throw new Error(`/v1/notifications/test: ${response.status} ${await response.text()}`);
  return (await response.json()).data.id;
}

test('the page shows live what the backend received, and what it missed once it is repaired', async ({ page }) => {
  await page.goto(new URL('/notifications', demo.url).href);
  const row = (id) => page.locator(`tr[data-id="${id}"]`);
  const first = await fact('order.completed');
  await expect(row(first)).toContainText('order.completed');
  await page.getByRole('button', { name: 'Break the endpoint' }).click();
  // Orders of other tests may have news at the same time.
  await expect(page.getByRole('status')).toContainText(/Broken: \d+ refused/);
  const second = await fact('order.failed');
  await expect(page.getByRole('status')).toContainText(/Broken: [1-9]\d* refused/);
  await expect(row(second)).toHaveCount(0);
  await page.getByRole('button', { name: 'Repair it' }).click();
  await expect(row(second)).toContainText('order.failed');
  await expect(page.getByRole('status')).toContainText('what it missed was requested');
});
