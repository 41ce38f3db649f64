// Pages that allow little: strict policies, Trusted Types, isolation, pinned files, no WebAssembly, no script at all.

import { readFileSync } from 'node:fs';
import { Customer, STRICT_POLICY, element, expect, open, test } from '../support/checkout.mjs';
import { demo, pageOrigin, unique } from '../support/stack.mjs';

const dist = new URL('../../../widget/dist/', import.meta.url);
const FALLBACK = '<p slot="fallback">Write to us instead.</p>';
const RESERVE = '<link rel="stylesheet" href="/reserve.css">';
const SCRIPT = '<script type="module" src="/peeker-checkout.js"></script>';
/** The script that the tag's entry starts. */
const REST = /peeker-checkout-\w+\.digested\.js(\?|$)/;

/** The same files under another origin. */
const otherOrigin = pageOrigin.replace('127.0.0.1', 'localhost');
const hashes = JSON.parse(readFileSync(new URL('integrity.json', dist), 'utf8'));
const pinned = `<script type="module" crossorigin src="${otherOrigin}/peeker-checkout.js"
  integrity="${hashes['peeker-checkout.js']}"></script>`;
const pinnedPolicy = STRICT_POLICY.replaceAll("'self'", `'self' ${otherOrigin}`);

/** Codes of the errors that the element tells the page from now on. */
async function codesOf(page) {
  await page.addInitScript(() => {
    window.codes = [];
    document.addEventListener('peeker-error', ({ detail }) => window.codes.push(detail.code));
  });
  return () => page.evaluate(() => window.codes);
}

/** No word about orders: nothing was asked about them. */
async function says(page, heading) {
  await expect(page.getByRole('heading', { name: heading })).toBeVisible();
  await expect(page.locator('peeker-checkout').getByText('Nothing was ordered')).toHaveCount(0);
  await expect(page.getByText('Write to us instead.')).toBeVisible();
}

async function saysThatItCannotRun(page) {
  await says(page, 'The checkout cannot run in this browser');
  await expect(page.getByRole('button')).toHaveCount(0);
}

async function saysThatItIsNotLoaded(page) {
  await says(page, 'The checkout could not be loaded');
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
}

test('an order needs nothing that a strict policy with Trusted Types forbids', async ({ page, session }) => {
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => window.violations.push(violatedDirective));
  });
  await open(page, element(session.token));
  const customer = new Customer(page);
  await customer.comesToReview();
  await customer.places();
  await expect(customer.heading(/Your domains are being set up|Everything is set up/)).toBeVisible();
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  // The policy is at work: what it forbids fails.
  const forbidden = page.evaluate(() => (document.querySelector('main').innerHTML = '<b>x</b>'));
  await expect(forbidden).rejects.toThrow('TrustedHTML');
  page.errors.splice(0);
});

test('on an isolated page it works, from its own host and from another', async ({ page, session }) => {
  const more = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
  for (const [head, policy] of [[SCRIPT, STRICT_POLICY], [pinned, pinnedPolicy]]) {
    await open(page, element(session.token, 'no-draft'), { head, policy, more });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await new Customer(page).picksFrom(unique());
  }
});

test('a page that pins the script by its hash has pinned the module, too', async ({ page, session }) => {
  const codes = await codesOf(page);
  const wasm = readFileSync(new URL('peeker-checkout.wasm', dist));
  // One byte in a section that is never read: it would run, and it is not what was pinned.
  const other = Buffer.concat([wasm, Buffer.from([0, 2, 1, 120])]);
  const headers = { 'access-control-allow-origin': '*', 'content-type': 'application/wasm' };
  await page.route('**/peeker-checkout-*.wasm', (route) => route.fulfill({ body: other, headers }));
  await open(page, element(session.token, '', FALLBACK), { head: pinned, policy: pinnedPolicy });
  await saysThatItIsNotLoaded(page);
  expect(await codes()).toEqual(['wasm_unavailable']);
  page.errors.splice(0);
});

test('a page that pins the script by its hash has pinned what that script loads, too', async ({ page, session }) => {
  const headers = { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' };
  await page.route('**/peeker-checkout-*.js', async (route) => {
    const body = await (await route.fetch()).text();
    return route.fulfill({ body: `window.isOther = true;${body}`, headers });
  });
  await open(page, element(session.token, '', FALLBACK), { head: RESERVE + pinned, policy: pinnedPolicy });
  // The script that runs says at once that the rest of it is missing.
  await expect(page.getByText('Write to us instead.')).toBeVisible();
  expect(await page.evaluate(() => window.isOther)).toBe(undefined);
  page.errors.splice(0);
});

test('the module is fetched while the script still is', async ({ page, session }) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/peeker-checkout-*.js', (route) => held.then(() => route.continue()));
  const module = page.waitForRequest('**/peeker-checkout-*.wasm');
  await open(page, element(session.token));
  await module;
  release();
  await expect(new Customer(page).search).toBeVisible();
});

test('a script that is not the pinned one does not run, and the place shows what the page put in', async ({ page, session }) => {
  const head = RESERVE + pinned.replace(hashes['peeker-checkout.js'], hashes['element.js']);
  await open(page, element(session.token, '', FALLBACK), { head, policy: pinnedPolicy });
  await showsWhatIsInside(page);
  page.errors.splice(0);
});

test('where WebAssembly is forbidden the page hears it, and its fallback is shown', async ({ page, session }) => {
  const codes = await codesOf(page);
  const policy = STRICT_POLICY.replace(" 'wasm-unsafe-eval'", '');
  await open(page, element(session.token, '', FALLBACK), { policy });
  await saysThatItCannotRun(page);
  expect(await codes()).toEqual(['wasm_unavailable']);
  page.errors.splice(0);
});

test('a browser without WebAssembly says so, and so does one where the module does not arrive', async ({ page, session }) => {
  const codes = await codesOf(page);
  await page.route('**/peeker-checkout-*.wasm', (route) => route.fulfill({ status: 404, body: 'not here' }));
  await open(page, element(session.token, '', FALLBACK));
  await saysThatItIsNotLoaded(page);
  await page.unroute('**/peeker-checkout-*.wasm');
  await page.addInitScript(() => delete globalThis.WebAssembly);
  await page.reload();
  await saysThatItCannotRun(page);
  expect(await codes()).toEqual(['wasm_unavailable']);
  page.errors.splice(0);
});

/** The page's style shows it after some seconds; the test does not wait for them. */
async function showsWhatIsInside(page) {
  const inside = page.getByText('Write to us instead.');
  await expect(inside).toBeHidden();
  const { height } = await page.locator('peeker-checkout').boundingBox();
  expect(height).toBeGreaterThan(400);
  await inside.evaluate((text) => text.getAnimations().forEach((animation) => animation.finish()));
  await expect(inside).toBeVisible();
}

test('where the script does not come the place is kept, and shows what the page put in', async ({ page, session }) => {
  await page.route('**/peeker-checkout.js', (route) => route.abort());
  await open(page, element(session.token, '', FALLBACK), { head: RESERVE + SCRIPT });
  await showsWhatIsInside(page);
});

test('only the page and the endpoint are called, with at most four requests until the form is there', async ({ page, session }) => {
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url())));
  let show;
  const shown = new Promise((resolve) => {
    show = resolve;
  });
  // The customer's earlier orders are read at the same time; the form does not wait for them.
  await page.route('**/v1/orders', (route) => shown.then(() => route.continue()));
  await open(page, element(session.token));
  const customer = new Customer(page);
  await expect(customer.search).toBeVisible();
  show();
  const besides = ({ pathname }) => pathname.startsWith('/fixtures/') || pathname === '/v1/orders';
  const own = asked.filter((url) => !besides(url)).map(({ pathname }) => pathname.replace(/-\w+\.digested/, '-*.digested'));
  expect(own.sort()).toEqual(['/peeker-checkout-*.digested.js', '/peeker-checkout-*.digested.wasm', '/peeker-checkout.js', '/v1/session']);
  await customer.picksFrom(unique());
  expect([...new Set(asked.map(({ origin }) => origin))].sort()).toEqual([pageOrigin, new URL(demo.api).origin].sort());
});

test('where the rest of the script is missing the page hears it, and its fallback is shown at once', async ({ page, session }) => {
  await page.addInitScript(() => {
    window.heard = [];
    document.addEventListener('peeker-error', ({ target, detail }) => {
      window.heard.push([detail.code, getComputedStyle(target.firstElementChild).visibility]);
    });
  });
  await page.route(REST, (route) => route.fulfill({ status: 404 }));
  await open(page, element(session.token, '', FALLBACK), { head: RESERVE + SCRIPT });
  await expect.poll(() => page.evaluate(() => window.heard)).toEqual([['script_unavailable', 'visible']]);
  await saysThatItIsNotLoaded(page);
});
