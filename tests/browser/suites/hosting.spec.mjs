// On other people's pages: hostile styles, several elements, elements that move, change, and are defined twice.

import { Customer, STRICT_POLICY, element, expect, open, test } from '../support/checkout.mjs';
import { demo, mintSession, ordersOf, pageOrigin, unique } from '../support/stack.mjs';

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

test('the script tag and the package on one page define the element once', async ({ page, session }) => {
  await open(page, element(session.token));
  const shared = await page.evaluate(async () => {
    const first = await customElements.whenDefined('peeker-checkout');
    const { PeekerCheckout } = await import('/define.js');
    return { stays: customElements.get('peeker-checkout') === first, other: PeekerCheckout !== first };
  });
  expect(shared).toEqual({ stays: true, other: true });
  await new Customer(page).picksFrom(unique());
});

test('a framework that mounts, unmounts and mounts anew gets a fresh element each time', async ({ page, session }) => {
  await open(page, '<div id="app"></div>');
  const mounted = await page.evaluate(
    ([endpoint, token]) => {
      const mount = () => {
        const checkout = document.createElement('peeker-checkout');
        Object.assign(checkout, { endpoint, session: token });
        document.querySelector('#app').replaceChildren(checkout);
        return checkout;
      };
      // What StrictMode does: everything twice within one turn.
      mount().remove();
      return mount().isConnected;
    },
    [demo.api, session.token],
  );
  expect(mounted).toBe(true);
  const customer = new Customer(page);
  await customer.picksFrom(unique());
  await page.evaluate(() => document.querySelector('#app').replaceChildren());
  await expect(customer.search).toHaveCount(0);
});

test('a change of the endpoint is followed', async ({ page, session }) => {
  await open(page, `<peeker-checkout endpoint="${pageOrigin}/nowhere" session="${session.token}"></peeker-checkout>`);
  await expect(page.getByRole('heading', { name: 'The checkout could not be opened' })).toBeVisible();
  await page.locator('peeker-checkout').evaluate((host, endpoint) => host.setAttribute('endpoint', endpoint), demo.api);
  await expect(new Customer(page).search).toBeVisible();
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

test('a page that comes back out of the back/forward cache goes on where it was', async ({ playwright }, info) => {
  const buyer = `${unique()}@example.com`;
  const { token } = await mintSession({ customer: buyer });
  const { launchOptions } = info.project.use;
  const args = [...launchOptions.args, '--enable-bfcache'];
  const browser = await playwright.chromium.launch({ ...launchOptions, args, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  try {
    const page = await browser.newPage();
    await open(page, element(token));
    const customer = new Customer(page);
    await customer.comesToReview();
    await customer.places();
    await expect(customer.heading('Your domains are being set up')).toBeVisible();
    await page.evaluate(() => addEventListener('pageshow', ({ persisted }) => Object.assign(window, { persisted })));
    await page.goto(`${pageOrigin}/states`);
    await expect.poll(async () => (await ordersOf(buyer)).map(({ status }) => status)).toEqual(['completed']);
    await page.evaluate(() => history.back());
    await page.waitForFunction(() => window.persisted);
    await expect(customer.heading('Everything is set up')).toBeVisible();
  } finally {
    await browser.close();
  }
});
