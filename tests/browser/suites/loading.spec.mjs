// A module or words that do not arrive: the card says so, and goes on as soon as the network is back.

import { Customer, STRICT_POLICY, element, expect, open, test } from '../support/checkout.mjs';
import { canned, POLICY, answerWith, session } from '../support/canned.mjs';

const MODULE = '**/peeker-checkout-*.wasm';
/** The script that the tag's entry starts. */
const REST = /peeker-checkout-\w+\.digested\.js(\?|$)/;
const FALLBACK = '<p slot="fallback">Write to us instead.</p>';
const ROUTES = {
  'GET /v1/session': () => ({ json: { data: session() } }),
  'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
};

for (const [what, answer] of [
  ['is missing', (route) => route.fulfill({ status: 404, body: 'not here' })],
  ['breaks off', (route) => route.abort()],
  ['arrives in part', async (route) => route.fulfill({ body: (await (await route.fetch()).body()).subarray(0, 9_000), contentType: 'application/wasm' })],
]) {
  test(`a module that ${what} can be tried again`, async ({ page }) => {
    await answerWith(page, ROUTES);
    await page.route(MODULE, answer);
    await open(page, canned().replace('></', `>${FALLBACK}</`), { policy: POLICY });
    await expect(page.getByRole('heading', { name: 'The checkout could not be loaded' })).toBeVisible();
    await expect(page.getByText('Write to us instead.')).toBeVisible();
    await page.unroute(MODULE);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(new Customer(page).search).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Choose 4 domains' })).toBeFocused();
    page.errors.splice(0);
  });
}

/** A page that hears uncaught errors, and counts what the element says. */
async function listens(page) {
  await page.addInitScript(() => {
    Object.assign(window, { uncaught: [], codes: [] });
    for (const type of ['error', 'unhandledrejection']) addEventListener(type, ({ message, reason }) => window.uncaught.push(String(message ?? reason)));
    document.addEventListener('peeker-error', ({ detail }) => window.codes.push(detail.code));
  });
}

for (const [what, answer] of [
  ['is missing', (route) => route.fulfill({ status: 404, body: 'not here' })],
  ['breaks off', (route) => route.abort()],
  ['is another one', (route) => route.fulfill({ contentType: 'text/javascript', body: '<html>' })],
]) {
  test(`a script whose rest ${what} is said in words, and can be tried again`, async ({ page, session }) => {
    await listens(page);
    await page.route(REST, answer);
    await open(page, element(session.token), { policy: STRICT_POLICY });
    await expect(page.getByRole('heading', { name: 'The checkout could not be loaded' })).toBeVisible();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.evaluate(() => window.codes)).toEqual(['script_unavailable', 'script_unavailable']);
    await expect(page.getByRole('button', { name: 'Try again' })).toBeFocused();
    await page.unroute(REST);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Choose 4 domains' })).toBeFocused();
    await expect(page.getByRole('heading', { name: 'The checkout could not be loaded' })).toHaveCount(0);
    await new Customer(page).picksFrom('Nordic');
    expect(await page.evaluate(() => window.uncaught)).toEqual([]);
    page.errors.splice(0);
  });
}

test('a script whose rest never comes is said in the words of the page, also in an element that comes later', async ({ page, session }) => {
  await page.clock.install();
  await listens(page);
  const asked = page.waitForRequest(REST);
  await page.route(REST, () => {});
  await open(page, element(session.token, 'lang="ar-EG"'));
  await asked;
  await page.clock.runFor(60_000);
  await expect(page.getByRole('alert')).toHaveText('تعذّر تحميل صفحة الطلبتحقّق من اتصالك وحاول مرة أخرى.حاول مرة أخرى');
  await page.evaluate(() => (document.querySelector('main').replaceChildren(Object.assign(document.createElement('peeker-checkout'), { lang: 'de' }))));
  await expect(page.getByRole('button', { name: 'Erneut versuchen' })).toBeVisible();
  expect(await page.evaluate(() => [window.codes, window.uncaught])).toEqual([['script_unavailable', 'script_unavailable'], []]);
});

test('a page that imports the script hears that its rest is missing, and its customer can try again', async ({ page, session }) => {
  await page.route(REST, (route) => route.abort());
  await open(page, element(session.token), { head: '' });
  const heard = await page.evaluate(() => import('/peeker-checkout.js').catch(({ message }) => message));
  expect(heard).toContain('did not load');
  await page.unroute(REST);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(new Customer(page).search).toBeVisible();
});

test('a module that never answers ends in words after 20 seconds', async ({ page }) => {
  await page.clock.install();
  await answerWith(page, ROUTES);
  const asked = page.waitForRequest(MODULE);
  await page.route(MODULE, () => {});
  await open(page, canned().replace('></', `>${FALLBACK}</`), { policy: POLICY });
  await asked;
  await expect(page.locator('peeker-checkout').getByText('Loading the checkout')).toBeAttached();
  const said = page.getByRole('heading', { name: 'The checkout could not be loaded' });
  await page.clock.runFor(19_000);
  await expect(said).toHaveCount(0);
  await page.clock.runFor(1_000);
  await expect(said).toBeVisible();
  await page.unroute(MODULE);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(new Customer(page).search).toBeVisible();
});

test('words that never arrive are in English after 10 seconds', async ({ page }) => {
  await page.clock.install();
  await answerWith(page, ROUTES);
  const asked = page.waitForRequest('**/locales/de*.js');
  await page.route('**/locales/de*.js', () => {});
  await open(page, canned('lang="de"'), { policy: POLICY });
  await asked;
  await page.clock.runFor(10_000);
  await expect(page.getByRole('heading', { name: 'Choose 4 domains' })).toBeVisible();
});
