// Checks of the names found: when they are asked about, what becomes of the answers, and picking what can be had.

import { expect, test } from '../support/checkout.mjs';
import { sandbox, unique } from '../support/stack.mjs';

test('own names are checked as one list, and each row says what can be done', async ({ page, customer }) => {
  const word = unique();
  const checks = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/v1/domains/availability')) checks.push(request.postDataJSON().domains);
  });
  const names = [`${word}.com`, `taken-${word}.com`, `premium-${word}.com`, `google-only-${word}.com`];
  await customer.search.fill(names.join(', '));
  const row = (name) => page.getByRole('option').filter({ has: page.getByText(name, { exact: true }) });
  await expect(row(`${word}.com`)).toContainText('Add');
  await expect(row(`${word}.com`)).toContainText('$13.00');
  await expect(row(`${word}.com`)).toContainText('then $15.00/yr');
  await expect(row(`taken-${word}.com`)).toContainText('Taken');
  await expect(row(`premium-${word}.com`)).toContainText('Premium');
  await expect(row(`google-only-${word}.com`)).not.toContainText('Microsoft');
  expect(checks).toEqual([names]);
});

test('picks are added, taken back and counted, and the focus stays at hand', async ({ page, customer }) => {
  const word = unique();
  await customer.search.fill(`${word}a.com ${word}b.com`);
  await customer.adds(`${word}a.com`);
  await expect(page.getByText('Google 0 of 3Microsoft 1 of 1')).toBeVisible();
  await customer.adds(`${word}b.com`);
  await expect(page.getByText('Google 1 of 3Microsoft 1 of 1')).toBeVisible();
  await customer.button(`Remove ${word}a.com`).click();
  await expect(customer.button(`Remove ${word}b.com`)).toBeFocused();
  await customer.button(`Remove ${word}b.com`).click();
  await expect(customer.heading('Picked (0 of 4)')).toBeFocused();
  await expect(page.getByText('Google 0 of 3Microsoft 0 of 1')).toBeVisible();
});

test('names are asked about once typing has paused, however long it went on', async ({ page, customer }) => {
  // Nothing is under way that the leap to where the clock stops would give up.
  await customer.search.waitFor();
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  const asked = [];
  page.on('request', (request) => request.url().endsWith('/v1/domains/availability') && asked.push(request.postDataJSON()));
  const word = unique().slice(0, 6);
  for (const letter of word) {
    await customer.search.press(letter);
    await page.clock.runFor(200);
  }
  expect(asked).toEqual([]);
  await page.clock.runFor(100);
  await expect.poll(() => asked.map(({ domains }) => domains[0])).toEqual([`${word}.com`]);
});

test('the last text wins: an older answer never replaces a newer list', async ({ page, customer }) => {
  const [slow, fast] = [unique(), unique()];
  const held = [];
  await page.route('**/v1/domains/availability', (route) => {
    const isSlow = route.request().postDataJSON().domains[0].startsWith(slow);
    return isSlow ? void held.push(route) : route.continue();
  });
  const asked = page.waitForRequest('**/v1/domains/availability');
  await customer.search.fill(`${slow}.com`);
  const request = await asked;
  const dropped = page.waitForEvent('requestfailed', (failed) => failed === request);
  await customer.search.fill(`${fast}.com`);
  await expect(customer.option(`${fast}.com`)).toContainText('Add');
  await dropped;
  await expect(page.getByText(`${slow}.com`)).toHaveCount(0);
  await Promise.allSettled(held.map((route) => route.abort()));
});

test('typing is never disturbed by what comes in meanwhile', async ({ page, customer }) => {
  await customer.search.pressSequentially('Nordic', { delay: 30 });
  await page.keyboard.press('Home');
  await expect(page.getByRole('button', { name: /^Pick the first/ })).toBeVisible();
  await page.keyboard.type('The ');
  await expect(customer.search).toHaveValue('The Nordic');
  await expect(customer.search).toBeFocused();
});

test('a name that could not be checked is asked about again by itself', async ({ page, customer }) => {
  const name = `stale-${unique()}.com`;
  await customer.search.fill(name);
  await expect(customer.option(name)).toContainText('Add');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('what could not be checked says so, and can be tried again', async ({ page, customer }) => {
  const name = `errored-${unique()}.com`;
  await customer.search.fill(name);
  await expect(page.getByRole('alert')).toContainText('One name could not be checked.');
  await expect(page.getByText('Could not be checked', { exact: true })).toBeVisible();
  await sandbox('PUT', `/domains/${name}`, { outcome: 'available' });
  await expect(async () => {
    await customer.button('Check again').click({ timeout: 1_000 });
    await expect(customer.option(name)).toContainText('Add', { timeout: 2_000 });
  }).toPass();
});

test('names whose check gave way to another are asked about after it', async ({ page, customer }) => {
  const [lost, fresh] = [`errored-${unique()}.com`, `${unique()}.com`];
  const held = [];
  await page.route('**/v1/domains/availability', (route) => {
    const isFirst = route.request().postDataJSON().domains.includes(fresh) && !held.length;
    return isFirst ? void held.push(route) : route.continue();
  });
  await customer.search.fill(lost);
  await expect(page.getByRole('alert')).toContainText('One name could not be checked.');
  const asked = page.waitForRequest((request) => request.postDataJSON()?.domains?.includes(fresh));
  await customer.search.fill(`${lost} ${fresh}`);
  await asked;
  await customer.button('Check again').click();
  await expect(customer.option(fresh)).toContainText('Add');
  await Promise.allSettled(held.map((route) => route.abort()));
});

test('a plan that is not full says what is missing, and leads there', async ({ page, customer }) => {
  const name = `${unique()}.com`;
  await customer.search.fill(name);
  await customer.adds(name);
  await customer.button('Continue').click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Domains picked: 1; the plan needs 4. Pick 3 more.');
  await expect(alert).toBeFocused();
  await alert.getByRole('button').click();
  await expect(customer.heading('Picked (1 of 4)')).toBeFocused();
});
