// On other people's pages: hostile styles, strict policies, several elements, elements that move, and no WebAssembly.

import { Customer, STRICT_POLICY, element, expect, open, test } from '../support/checkout.mjs';
import { demo, mintSession, pageOrigin, unique } from '../support/stack.mjs';

const HOSTILE = `
  * { all: unset !important; color: red !important; font: 40px serif !important; box-sizing: content-box !important; }
  html { font-size: 4px; letter-spacing: 1em; text-transform: uppercase; word-spacing: 3em; line-height: 4; }
  button { display: none !important; } input, textarea { opacity: 0 !important; }`;

test('the styles of the page do not get in', async ({ page, session }) => {
  await open(page, element(session.token), { policy: `${STRICT_POLICY}; style-src 'unsafe-inline'`.replace("style-src 'self'; ", ''), head: `<style>${HOSTILE}</style><script type="module" src="/peeker-checkout.js"></script>` });
  const customer = new Customer(page);
  await expect(customer.search).toBeVisible();
  const looks = await customer.button('Continue').evaluate((button) => {
    const { fontSize, letterSpacing, textTransform, display, color } = getComputedStyle(button);
    return { fontSize, letterSpacing, textTransform, display, color };
  });
  expect(looks).toEqual({
    fontSize: '16px',
    letterSpacing: 'normal',
    textTransform: 'none',
    display: 'flex',
    color: 'rgb(255, 255, 255)',
  });
  await customer.picksFrom(unique());
});

test('nothing is asked of anyone but the page and the endpoint', async ({ page, session }) => {
  const asked = new Set();
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  await open(page, element(session.token));
  const customer = new Customer(page);
  await customer.picksFrom(unique());
  expect([...asked].sort()).toEqual([pageOrigin, new URL(demo.api).origin].sort());
});

test('two elements on a page know nothing of each other', async ({ page, session }) => {
  const other = await mintSession({ plan: { google_licenses: 2, microsoft_licenses: 0 } });
  await open(page, element(session.token) + element(other.token));
  const [left, right] = [0, 1].map((index) => new Customer(page, page.locator('peeker-checkout').nth(index)));
  await left.picksFrom(unique());
  await expect(right.heading('Picked (0 of 1)')).toBeVisible();
  await expect(right.root.getByText('Google 0 of 1')).toBeVisible();
  await expect(right.root.getByText(/Microsoft 0/)).toHaveCount(0);
});

test('an element that is taken out and put back keeps what was filled in', async ({ page, session }) => {
  await open(page, `${element(session.token)}<section id="elsewhere"></section>`);
  const customer = new Customer(page);
  await customer.picksFrom(unique());
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  const elsewhere = page.locator('#elsewhere');
  await elsewhere.evaluate((section) => section.append(document.querySelector('peeker-checkout')));
  await expect(elsewhere.getByLabel('Last name')).toHaveValue('Lee');
  await page.evaluate(() => {
    window.kept = document.querySelector('peeker-checkout');
    window.kept.remove();
  });
  await page.evaluate(() => document.querySelector('main').append(window.kept));
  await expect(page.getByLabel('First name')).toHaveValue('Sam');
  await customer.goesToReview();
});

test('a second script, a second definition and a late one do no harm', async ({ page, session }) => {
  await open(page, element(session.token), { head: '' });
  await page.locator('peeker-checkout').evaluate((host) => {
    // A property that was set before the element was defined.
    host.endpoint = host.getAttribute('endpoint');
    host.removeAttribute('endpoint');
  });
  for (const address of ['/peeker-checkout.js', '/peeker-checkout.js?again']) {
    await page.evaluate((source) => import(source).then(({ define }) => (define(), define('other-checkout'))), address);
  }
  await expect(new Customer(page).search).toBeVisible();
  expect(await page.evaluate(() => Boolean(customElements.get('other-checkout')))).toBe(true);
});

test('an element that leaves the page asks nothing any more', async ({ page, session }) => {
  await open(page, element(session.token));
  const customer = new Customer(page);
  await customer.comesToReview();
  await customer.places();
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  await page.evaluate(() => document.querySelector('peeker-checkout').remove());
  const late = await page.waitForRequest('**/v1/**', { timeout: 4_000 }).catch(() => undefined);
  expect(late).toBeUndefined();
});

test('where WebAssembly is forbidden the page hears it, and its fallback is shown', async ({ page, session }) => {
  const fallback = '<p slot="fallback">Write to us instead.</p>';
  const policy = STRICT_POLICY.replace(" 'wasm-unsafe-eval'", '');
  await page.addInitScript(() => document.addEventListener('peeker-error', ({ detail }) => (window.code = detail.code)));
  await open(page, element(session.token, '', fallback), { policy });
  await expect(page.getByRole('heading', { name: 'The checkout cannot run in this browser' })).toBeVisible();
  await expect(page.getByText('Write to us instead.')).toBeVisible();
  expect(await page.evaluate(() => window.code)).toBe('wasm_unavailable');
  page.errors.splice(0);
});

test('the skeleton is there before the module, and nothing jumps', async ({ page, session }) => {
  await page.route('**/peeker-checkout.wasm', async (route) => {
    await expect(page.locator('peeker-checkout').getByText('Loading the checkout')).toBeAttached();
    const { height } = await page.locator('peeker-checkout').boundingBox();
    expect(height).toBeGreaterThan(400);
    await route.continue();
  });
  await open(page, element(session.token));
  await expect(new Customer(page).search).toBeVisible();
});
