// The examples of the package, built as their READMEs say, each opened once.

import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Customer, STRICT_POLICY, expect, test } from '../support/checkout.mjs';
import { demo, mintSession, ordersOf, pageOrigin, unique } from '../support/stack.mjs';

const built = new URL('../../../target/examples/', import.meta.url);
const KINDS = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };

/** Vue and Svelte make a Trusted Types policy of their own; the element needs none. */
const POLICY = STRICT_POLICY.replace("trusted-types 'none'", 'trusted-types vue svelte-trusted-html');

/** Opens the example `name` with a backend that knows `session`; gives how often the page asked for it. */
async function opens(page, name, session) {
  let asked = 0;
  await page.route(`${pageOrigin}/examples/${name}/*`, (route) => {
    const file = new URL(new URL(route.request().url()).pathname.replace('/examples/', './').replace(/\/$/, '/index.html'), built);
    if (!existsSync(file)) return route.fulfill({ status: 404 });
    const headers = { 'content-type': KINDS[extname(file.pathname)], 'content-security-policy': POLICY };
    return route.fulfill({ body: readFileSync(file), headers });
  });
  await page.route('**/checkout-session', (route) => {
    asked += 1;
    return route.fulfill({ json: { endpoint: demo.api, token: session.token } });
  });
  await page.goto(`${pageOrigin}/examples/${name}/`);
  return () => asked;
}

for (const name of ['plain', 'react', 'vue', 'svelte']) {
  test(`an order goes through in the example ${name}`, async ({ page, session }) => {
    const asked = await opens(page, name, session);
    const customer = new Customer(page);
    await customer.comesToReview(unique());
    await customer.places();
    await expect(page.getByText(/^Thank you\. Your order is ord_/)).toBeVisible();
    await expect(page.locator('peeker-checkout')).toHaveCount(1);
    // StrictMode mounts the component twice; the first call may be taken back before it leaves.
    expect(name === 'react' ? [1, 2] : [1]).toContain(asked());
  });
}

test('a page with a form of its own orders through the headless client', async ({ page }) => {
  const customer = `${unique()}@example.com`;
  const session = await mintSession({ customer });
  const asked = await opens(page, 'headless', session);
  const word = unique();
  const names = ['com', 'net', 'org', 'co'].map((ending) => `${word}.${ending}`);
  const status = page.getByRole('status');
  const price = page.getByRole('button', { name: 'Check and price' });
  await page.getByLabel('First name').fill('Sam');
  await page.getByLabel('Last name').fill('Lee');
  await page.getByLabel('Domains, one per line').fill(`taken-${names.join('\n')}`);
  await price.click();
  await expect(page.getByRole('listitem').first()).toHaveText(`taken-${names[0]}: taken`);
  await expect(page.getByRole('button', { name: 'Place order' })).toBeHidden();
  await page.getByLabel('Domains, one per line').fill(names.join('\n'));
  await price.click();
  await expect(status).toHaveText(/^Total: \d+\.\d\d USD$/);
  await expect(page.getByRole('listitem')).toHaveText(names.map((name) => `${name}: available`));
  await page.getByRole('button', { name: 'Place order' }).click();
  await expect(status).toHaveText(/^Order ord_\w+: (in progress|completed)\.$/);
  await expect(page.getByRole('button', { name: 'Place order' })).toBeHidden();
  expect(await ordersOf(customer)).toHaveLength(1);
  expect(asked()).toBe(1);
});
