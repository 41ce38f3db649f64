// The demo's own page: three brands, the playground, languages, and the things that can be made to go wrong.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Customer, expect, test } from '../support/checkout.mjs';
import { demo, ordersOf, pageOrigin, unique } from '../support/stack.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test.beforeEach(async ({ page }) => {
  await page.goto(`${pageOrigin}/new`);
  await expect(new Customer(page).search).toBeVisible();
});

/** What axe finds on the page, and what is wider than it, at three widths, light and dark. */
async function findings(page, what) {
  await page.evaluate(axe);
  const found = [];
  for (const [width, colorScheme] of [[320, 'light'], [320, 'dark'], [768, 'dark'], [1280, 'light'], [1280, 'dark']]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    found.push(
      ...(await page.evaluate(async (where) => {
        const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
        const over = document.documentElement.scrollWidth - innerWidth;
        return [...violations.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ target }) => target)}`), ...(over > 0 ? [`${where}: ${over} px too wide`] : [])];
      }, `${what} ${width} ${colorScheme}`)),
    );
  }
  return found;
}

/** A notification for a test. */
async function fact(type) {
  const headers = { authorization: `Bearer ${demo.partner_key}`, 'content-type': 'application/json' };
  const { ok } = await fetch(`${demo.api}/v1/notifications/test`, { method: 'POST', headers, body: JSON.stringify({ type }) });
  expect(ok).toBe(true);
}

async function signsIn(page, email) {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Account' })).toContainText(email);
}

function trouble(page, name) {
  return page.getByRole('button', { name, exact: true }).click();
}

async function opens(page, what) {
  await page.getByText(what, { exact: true }).click();
}

test('the page of every brand is accessible and fits, at three widths, light and dark', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const found = [];
  for (const brand of ['acme', 'fernwood', 'nightshift']) {
    await page.goto(`${pageOrigin}/new?prices=${brand}`);
    await expect(new Customer(page).search).toBeVisible();
    await opens(page, 'Theme playground');
    await opens(page, 'Make something happen');
    await page.evaluate(axe);
    for (const [width, colorScheme] of [[320, 'light'], [768, 'dark'], [1280, 'light'], [1280, 'dark']]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      found.push(
        ...(await page.evaluate(async (where) => {
          const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
          const over = document.documentElement.scrollWidth - innerWidth;
          return [...violations.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ target }) => target)}`), ...(over > 0 ? [`${where}: ${over} px too wide`] : [])];
        }, `${brand} ${width} ${colorScheme}`)),
      );
    }
  }
  expect(found).toEqual([]);
});

test("the operator's page is accessible and fits, with an order and its payment", async ({ page }) => {
  await page.goto(`${pageOrigin}/new?prices=acme`);
  const customer = new Customer(page);
  await customer.comesToReview();
  await customer.places();
  await expect(page.getByRole('heading', { name: /Your domains are being set up|Everything is set up/ })).toBeVisible({ timeout: 30_000 });
  await page.goto(`${pageOrigin}/operator`);
  await expect(page.getByRole('region', { name: 'Payments' }).getByRole('cell', { name: 'captured' }).first()).toBeVisible();
  expect(await findings(page, 'operator')).toEqual([]);
});

test('the page of notifications is accessible and fits, at three widths, light and dark', async ({ page }) => {
  await fact('order.completed');
  await page.goto(`${pageOrigin}/notifications`);
  await expect(page.getByRole('cell', { name: 'order.completed' }).first()).toBeVisible();
  expect(await findings(page, 'notifications')).toEqual([]);
  // In one column: the buttons are below the words that say what they do.
  const [words, button] = [page.getByText('The list is live.'), page.getByRole('button', { name: 'Break the endpoint' })];
  const [above, below] = [await words.boundingBox(), await button.boundingBox()];
  expect(below.y).toBeGreaterThanOrEqual(above.y + above.height);
  expect(below.x).toBe(above.x);
});

test('a brand changes the looks of the element, and the playground writes what was changed', async ({ page }) => {
  const looks = () =>
    new Customer(page).button('Continue').evaluate((button) => {
      const { backgroundColor, fontFamily } = getComputedStyle(button);
      return { backgroundColor, fontFamily };
    });
  expect((await looks()).backgroundColor).toBe('rgb(29, 78, 216)');
  await page.getByRole('combobox', { name: 'Brand' }).selectOption('nightshift');
  await expect(page.locator('html')).toHaveAttribute('data-brand', 'nightshift');
  await expect(new Customer(page).search).toBeVisible();
  expect((await looks()).backgroundColor).toBe('rgb(196, 240, 66)');
  expect((await looks()).fontFamily).toContain('monospace');
  await opens(page, 'Theme playground');
  await page.getByLabel('accent', { exact: true }).fill('#ff0066');
  await page.getByLabel('radius').fill('4');
  expect((await looks()).backgroundColor).toBe('rgb(255, 0, 102)');
  const css = page.getByLabel('CSS of this theme');
  await expect(css).toHaveText('peeker-checkout { --peeker-accent: #ff0066; --peeker-radius: 4px; }');
  await page.getByRole('button', { name: 'Back to the brand' }).click();
  expect((await looks()).backgroundColor).toBe('rgb(196, 240, 66)');
});

test('a language is set on the element', async ({ page }) => {
  for (const lang of ['de', 'ar', 'en']) {
    await page.getByRole('combobox', { name: 'Language' }).selectOption(lang);
    await expect(page.locator('peeker-checkout')).toHaveAttribute('lang', lang);
  }
});

test('an expired session is exchanged on the page, and the picks are kept', async ({ page }) => {
  const customer = new Customer(page);
  await customer.search.fill(unique());
  await page.getByRole('button', { name: /^Pick the first/ }).click();
  await expect(customer.heading('Picked (4 of 4)')).toBeVisible();
  await opens(page, 'Make something happen');
  await trouble(page, 'The session expires');
  await expect(customer.heading('Your session has expired')).toBeVisible();
  await page.getByRole('button', { name: 'Continue with a new session' }).click();
  await expect(customer.heading('Picked (4 of 4)')).toBeVisible();
});

test('every trouble says what it did, and reaches the order', async ({ page }) => {
  const customer = new Customer(page);
  const said = page.locator('#said');
  await opens(page, 'Make something happen');
  await trouble(page, 'A pick is taken meanwhile');
  await expect(said).toHaveText('Pick a domain first.');
  await trouble(page, 'Peeker is slow');
  await expect(said).toHaveText('The next 3 calls to Peeker take 4 seconds.');
  await trouble(page, 'Everything works again');
  await expect(said).toHaveText('Peeker works again.');
  await trouble(page, 'Peeker is down');
  await expect(said).toHaveText('The next 3 calls to Peeker fail.');
  await trouble(page, 'Everything works again');
  await trouble(page, 'An action is required');
  await expect(said).toContainText('unreachable');
  const word = unique();
  await customer.comesToReview(word);
  await trouble(page, 'A pick is taken meanwhile');
  await expect(said).toHaveText(`Another customer has registered ${word}.com. Continue to the order.`);
  await customer.places();
  await expect(page.getByRole('alert').first()).toContainText(`${word}.com`);
  await trouble(page, 'The action is done');
  await expect(said).toHaveText('Place an order first.');
  page.errors.splice(0);
});

test('a customer signs in, orders, and finds the order the next day', async ({ page, context }) => {
  const email = `${unique()}@example.com`;
  const customer = new Customer(page);
  await signsIn(page, email);
  await customer.comesToReview();
  await customer.places();
  await expect(page.getByRole('heading', { name: /Your domains are being set up|Everything is set up/ })).toBeVisible();
  expect(await ordersOf(email)).toHaveLength(1);
  // The session is over by then; who is signed in is not.
  await context.clearCookies({ name: 'demo_session' });
  await page.goto(pageOrigin);
  await expect(customer.search, 'another session may order').toBeVisible();
  await customer.button('Your earlier orders').click();
  await expect(customer.heading('Your orders')).toBeVisible();
  await page.getByRole('link', { name: 'My orders' }).click();
  await expect(page.getByRole('heading', { name: 'My orders' })).toBeVisible();
  await page.getByRole('button', { name: /^Open the order/ }).click();
  await expect(page.getByRole('heading', { name: /Your domains are being set up|Everything is set up/ })).toBeVisible();
  expect(await findings(page, 'orders')).toEqual([]);
});

test('who signs out is remembered for the next time, and a stranger sees no orders', async ({ page }) => {
  const email = `${unique()}@example.com`;
  await signsIn(page, email);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel('E-mail address')).toHaveValue(email);
  expect(await findings(page, 'sign-in')).toEqual([]);
  await page.goto(`${pageOrigin}/orders`);
  await expect(page.getByRole('heading', { name: 'Sign in' }), 'this browser knows no customer').toBeVisible();
  await page.goto(pageOrigin);
  await expect(page.getByRole('navigation', { name: 'Account' })).not.toContainText('@');
  await page.getByRole('link', { name: 'My orders' }).click();
  await expect(page.getByText('You have no orders yet.')).toBeVisible();
});

test('what is no e-mail address does not sign in', async ({ page }) => {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail address').fill('"><b>@localhost');
  await page.locator('form').evaluate((form) => form.setAttribute('novalidate', ''));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('Give an e-mail address');
  await expect(page.getByLabel('E-mail address')).toHaveValue('"><b>@localhost');
});
