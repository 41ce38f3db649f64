// How long things last: elements that were taken off the page, tokens that the page's function gave, and what happens when
// that function has none.

import { Customer, element, expect, open, test } from '../support/checkout.mjs';
import { demo, mintSession, unique } from '../support/stack.mjs';

const host = (page) => page.locator('peeker-checkout');

/** Sets `fetchSession` to a function that takes the first of `window.tokens`, or fails where there is none. */
const withFunction = (page, tokens) =>
  page.evaluate((all) => {
    Object.assign(window, { tokens: all, asked: 0, errors: [] });
    document.addEventListener('peeker-error', ({ detail }) => window.errors.push(detail));
    document.querySelector('peeker-checkout').fetchSession = async () => {
      window.asked += 1;
      if (!window.tokens.length) throw new Error('the backend is down');
      return window.tokens.shift();
    };
  }, tokens);

/** The errors of the page's own function may be in the console, and no others. */
function expectOwnErrors(page) {
  expect(page.errors.splice(0).filter((message) => !message.includes('the backend is down'))).toEqual([]);
}

const EMPTY = `<peeker-checkout endpoint="${demo.api}"></peeker-checkout>`;

test('elements that were removed are collected, with what they know', async ({ page, session }) => {
  await open(page, '<div id="place"></div>');
  const add = () =>
    page.evaluate(async ([endpoint, token]) => {
      const added = document.createElement('peeker-checkout');
      Object.assign(added, { endpoint, session: token, approve: async () => ({ refused: added.session }), messages: { place: 'Buy' } });
      window.known = [...(window.known ?? []), new WeakRef(added)];
      document.querySelector('#place').replaceChildren(added);
    }, [demo.api, session.token]);
  for (let count = 0; count < 4; count += 1) {
    await add();
    await expect(new Customer(page).search).toBeVisible();
  }
  // The last one has a session from a function, and was moved.
  await page.evaluate(async ([endpoint, token]) => {
    const added = document.createElement('peeker-checkout');
    Object.assign(added, { endpoint, fetchSession: async () => (added.isConnected ? token : '') });
    window.known.push(new WeakRef(added));
    document.querySelector('#place').replaceChildren(added);
    document.body.append(added);
  }, [demo.api, session.token]);
  await expect(new Customer(page).search).toBeVisible();
  await host(page).evaluate((last) => last.remove());
  const browser = await page.context().newCDPSession(page);
  const alive = async () => {
    await browser.send('HeapProfiler.collectGarbage');
    return page.evaluate(() => window.known.filter((reference) => reference.deref()).length);
  };
  await expect.poll(alive).toBe(0);
});

test('an element that is removed and put back goes on with its form and its function', async ({ page, session }) => {
  await open(page, EMPTY);
  await withFunction(page, [session.token]);
  const customer = new Customer(page);
  await customer.picksFrom(unique());
  await page.evaluate(async () => {
    window.kept = document.querySelector('peeker-checkout');
    window.kept.remove();
    await new Promise((done) => setTimeout(done));
    document.body.append(window.kept);
  });
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await customer.goesToReview();
  await expect(customer.button('Place order')).toBeEnabled();
  expect(await page.evaluate(() => [window.asked, window.errors]), 'the token that it has is used').toEqual([1, []]);
});

test('a token that the page\'s function gave is written nowhere', async ({ page, session }) => {
  await open(page, EMPTY);
  await withFunction(page, [session.token]);
  await new Customer(page).picksFrom(unique());
  const places = await host(page).evaluate((element, token) => {
    const all = { attributes: element.outerHTML, card: element.shadowRoot.innerHTML, property: element.session, store: JSON.stringify({ ...localStorage, ...sessionStorage }) };
    return Object.keys(all).filter((place) => all[place].includes(token));
  }, session.token);
  expect(places).toEqual([]);
});

test('an attribute that is set after the function gave a token goes before it', async ({ page, session }) => {
  const name = `${unique()}@example.com`;
  const other = await mintSession({ customer: name });
  await open(page, EMPTY);
  await withFunction(page, [session.token]);
  const customer = new Customer(page);
  await expect(customer.search).toBeVisible();
  const [request] = await Promise.all([
    page.waitForRequest('**/v1/session'),
    host(page).evaluate((element, token) => element.setAttribute('session', token), other.token),
  ]);
  expect(await request.headerValue('authorization')).toBe(`Bearer ${other.token}`);
});

test('without a first session there are words, an event and a button that asks again', async ({ page, session }) => {
  await open(page, EMPTY);
  await withFunction(page, []);
  const customer = new Customer(page);
  await expect(customer.heading('The checkout could not be opened')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveText('The checkout could not be started just now. Try again in a moment.');
  expect(await page.evaluate(() => window.errors.map(({ code }) => code))).toEqual([expect.stringMatching(/^session_(missing|unavailable)$/)]);
  await page.evaluate((token) => window.tokens.push(token), session.token);
  await customer.button('Try again').click();
  await expect(customer.search).toBeVisible();
  expectOwnErrors(page);
});

test('a function that is made again each time the page draws is not asked each time', async ({ page }) => {
  await open(page, EMPTY);
  await page.evaluate(() => {
    window.asked = 0;
    const draw = () => {
      document.querySelector('peeker-checkout').fetchSession = async () => {
        window.asked += 1;
        throw new Error('the backend is down');
      };
    };
    document.addEventListener('peeker-error', draw);
    draw();
  });
  const customer = new Customer(page);
  await expect(customer.button('Try again')).toBeVisible();
  await customer.button('Try again').click();
  await expect.poll(() => page.evaluate(() => window.asked)).toBe(2);
  await expect(customer.button('Try again')).toBeVisible();
  expect(await page.evaluate(() => window.asked)).toBe(2);
  expectOwnErrors(page);
});
