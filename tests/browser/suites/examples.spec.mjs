// The examples of the package, built as their READMEs say, each opened once.

import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Customer, STRICT_POLICY, expect, test } from '../support/checkout.mjs';
import { demo, pageOrigin, unique } from '../support/stack.mjs';

const built = new URL('../../../target/examples/', import.meta.url);
const KINDS = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };

/** Vue and Svelte make a Trusted Types policy of their own; the element needs none. */
const POLICY = STRICT_POLICY.replace("trusted-types 'none'", 'trusted-types vue svelte-trusted-html');

for (const name of ['plain', 'react', 'vue', 'svelte']) {
  test(`an order goes through in the example ${name}`, async ({ page, session }) => {
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
    const customer = new Customer(page);
    await customer.comesToReview(unique());
    await customer.places();
    await expect(page.getByText(/^Thank you\. Your order is ord_/)).toBeVisible();
    await expect(page.locator('peeker-checkout')).toHaveCount(1);
    // StrictMode mounts the component twice; the first call may be taken back before it leaves.
    expect(name === 'react' ? [1, 2] : [1]).toContain(asked);
  });
}
