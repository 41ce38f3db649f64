// Networks as they are: slow ones, ones that lose things, and a page on which nothing jumps while it loads.

import { Customer, element, expect, open, test } from '../support/checkout.mjs';
import { mintSession, ordersOf, unique } from '../support/stack.mjs';

const SCRIPT = '<script type="module" src="/peeker-checkout.js"></script>';
const RESERVE = '<link rel="stylesheet" href="/reserve.css">';
/** A bad mobile connection; the module alone takes seconds on it. */
const SLOW = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 20_000 };

/** Watches the page's layout from its start on; gives the sum of all shifts (Layout Instability, section 2.3). */
async function watchesLayout(page) {
  await page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries()) window.shifts.push([value, sources.map(({ node }) => node?.nodeName)]);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return async () => {
    // Two frames, so that what was painted last is counted.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    return page.evaluate(() => window.shifts);
  };
}

for (const width of [320, 768, 1280]) {
  test(`nothing jumps while the checkout loads, ${width} px`, async ({ page, session }) => {
    const shifts = await watchesLayout(page);
    await page.setViewportSize({ width, height: 1600 });
    const held = {};
    const files = { tag: '**/peeker-checkout.js', script: '**/peeker-checkout-*.js', module: '**/peeker-checkout-*.wasm', session: '**/v1/session' };
    for (const [name, address] of Object.entries(files)) {
      await page.route(address, (route) => new Promise((let_go) => (held[name] = () => let_go(route.continue()))));
    }
    const letGo = async (name) => {
      await expect.poll(() => Object.keys(held)).toContain(name);
      // What is there now is painted before the next thing comes.
      await shifts();
      held[name]();
    };
    const opened = open(page, `${element(session.token)}<p id="below">Below it.</p>`, { head: RESERVE + SCRIPT });
    await letGo('tag');
    await opened;
    await letGo('script');
    const host = page.locator('peeker-checkout');
    await expect(host.getByText('Loading the checkout')).toBeAttached();
    await letGo('module');
    await letGo('session');
    await expect(new Customer(page).search).toBeVisible();
    expect(await shifts()).toEqual([]);
    // The observer sees what jumps.
    await page.evaluate(() => document.querySelector('#below').before(Object.assign(document.createElement('h2'), { textContent: 'Late' })));
    expect((await shifts()).length).toBe(1);
  });
}

test('on a slow network there is something to see from the start, and an order goes through', async ({ page, session }) => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', SLOW);
  await open(page, element(session.token), { head: RESERVE + SCRIPT });
  const host = page.locator('peeker-checkout');
  await expect(host.getByText('Loading the checkout')).toBeAttached();
  expect((await host.boundingBox()).height).toBeGreaterThan(400);
  const customer = new Customer(page);
  await customer.comesToReview();
  await customer.places();
  await expect(customer.heading(/Your domains are being set up|Everything is set up/)).toBeVisible();
});

test('on a network that loses every other call an order goes through, once', async ({ page }) => {
  const name = `${unique()}@example.com`;
  const session = await mintSession({ customer: name });
  const lost = new Map();
  await page.route('**/v1/**', async (route) => {
    const request = route.request();
    const what = `${request.method()} ${new URL(request.url()).pathname}`;
    const turn = (lost.get(what) ?? 0) + 1;
    lost.set(what, turn);
    // By turns the call gets lost before the server, and the answer after it.
    if (turn % 2 === 0) return route.continue();
    if (turn % 4 === 3) await route.fetch();
    return route.abort();
  });
  await open(page, element(session.token));
  const customer = new Customer(page);
  await customer.button('Try again').click();
  await customer.search.fill(unique());
  await customer.button('Check again').click();
  await page.getByRole('button', { name: /^Pick the first/ }).click();
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await customer.goesToReview();
  await customer.button('Read the price again').click();
  await customer.places();
  const going = customer.heading(/Your domains are being set up|Everything is set up/);
  await expect(going.or(customer.button('Place order').and(page.locator(':enabled')))).toBeVisible({ timeout: 30_000 });
  if (await customer.button('Place order').isVisible()) await customer.places();
  await expect(going).toBeVisible({ timeout: 30_000 });
  expect(await ordersOf(name)).toHaveLength(1);
});
