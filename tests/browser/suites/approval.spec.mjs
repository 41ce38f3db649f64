// Orders that need the partner's approval of the amount: the page is asked, and what becomes of it is said, in every language.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { ENDPOINT, POLICY, answerWith, canned, order, quote, session, usual } from '../support/canned.mjs';

const routes = (more) => usual({
  'GET /v1/session': (_, request) => ({ json: { data: session({ id: request.headers().authorization === 'Bearer d.e.f' ? 'ses_2' : 'ses_1' }) } }),
  ...more,
});

async function opens(page, more) {
  await answerWith(page, routes(more));
  await open(page, canned(), { policy: POLICY });
  return { customer: new Customer(page) };
}

/** An endpoint that wants an approval, until it has got one. */
const approving = (sent) => ({
  'POST /v1/orders': (body) => {
    sent.push(body);
    if (body.approval) return { status: 201, json: { data: { id: 'ord_1', status: 'in_progress' } } };
    return { status: 402, json: { error: { code: 'approval_required', message: 'Pay first.', retryable: false, details: { quote: 'quo_1', amount_cents: 5_200, currency: 'usd' } } } };
  },
});

test('the page approves what is paid, and the order is sent with its approval', async ({ page }) => {
  const sent = [];
  const { customer } = await opens(page, approving(sent));
  await page.evaluate(() => {
    document.querySelector('peeker-checkout').approve = (request) => new Promise((done) => Object.assign(window, { request, done }));
  });
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(customer.button('Waiting for your payment…')).toBeDisabled();
  await expect(customer.button('Back')).toBeDisabled();
  await expect.poll(() => page.evaluate(() => window.request)).toEqual({ session: 'ses_1', quote: 'quo_1', amount_cents: 5_200, currency: 'usd' });
  await page.evaluate(() => window.done({ approval: 'signed' }));
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  expect(sent.map(({ approval }) => approval)).toEqual([undefined, 'signed']);
});

for (const [what, approve, words] of [
  ['refuses', () => ({ refused: 'Your card was declined.' }), 'Your card was declined. Nothing was ordered. You can try again.'],
  ['throws', () => { throw new Error('of the page'); }, 'The payment was not approved. Nothing was ordered. Place the order again, or pay in another way.'],
  ['rejects', async () => Promise.reject(new Error('of the page')), 'The payment was not approved. Nothing was ordered. Place the order again, or pay in another way.'],
]) {
  test(`a payment that ${what} is said, and the order can be placed again`, async ({ page }) => {
    const sent = [];
    const { customer } = await opens(page, approving(sent));
    await page.evaluate((source) => (document.querySelector('peeker-checkout').approve = (0, eval)(source)), `(${approve})`).catch(() => {});
    await customer.comesToReview('Nordic');
    await customer.places();
    await expect(page.getByRole('alert')).toHaveText(words);
    await expect(customer.button('Place order')).toBeEnabled();
    await page.evaluate(() => (document.querySelector('peeker-checkout').approve = async () => ({ approval: 'signed' })));
    await customer.places();
    await expect(customer.heading('Your domains are being set up')).toBeVisible();
  });
}

test('a payment that another tab has replaced is asked for once more', async ({ page }) => {
  const sent = [];
  const refuse = (status, code, details) => ({ status, json: { error: { code, message: 'No.', retryable: false, ...(details && { details }) } } });
  // A refused try leaves its payment open; meanwhile the other tab pays, and this tab's payment is given back.
  const answers = [
    refuse(402, 'approval_required', { quote: 'quo_1', amount_cents: 5_200, currency: 'usd' }),
    refuse(409, 'customer_limit_reached'),
    refuse(402, 'approval_invalid', { claim: 'jti' }),
    refuse(402, 'approval_required', { quote: 'quo_1', amount_cents: 5_200, currency: 'usd' }),
    { status: 201, json: { data: { id: 'ord_1', status: 'in_progress' } } },
  ];
  const { customer } = await opens(page, { 'POST /v1/orders': (body) => (sent.push(body), answers[sent.length - 1]) });
  await page.evaluate(() => {
    let asked = 0;
    document.querySelector('peeker-checkout').approve = async () => ({ approval: `signed ${(asked += 1)}` });
  });
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(page.getByRole('alert')).toHaveText('No.');
  await customer.places();
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  expect(sent.map(({ approval }) => approval)).toEqual([undefined, 'signed 1', 'signed 1', undefined, 'signed 2']);
});

test('a payment that takes ten minutes is given up, in words', async ({ page }) => {
  await page.clock.install();
  const { customer } = await opens(page, approving([]));
  await page.evaluate(() => (document.querySelector('peeker-checkout').approve = () => new Promise(() => {})));
  await customer.search.fill('Nordic');
  await page.clock.runFor(1_000);
  await page.getByRole('button', { name: /^Pick the first/ }).click();
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await customer.goesToReview();
  await customer.places();
  await expect(customer.button('Waiting for your payment…')).toBeVisible();
  await page.clock.runFor(601_000);
  await expect(page.getByRole('alert').first()).toHaveText('The payment was not approved. Nothing was ordered. Place the order again, or pay in another way.');
});

test('an approval of a session that was renewed meanwhile orders nothing, and says so', async ({ page }) => {
  const sent = [];
  let quotes = 0;
  const { customer } = await opens(page, {
    ...approving(sent),
    'POST /v1/quotes': ({ domains }) => ((quotes += 1), { json: { data: quote(domains) } }),
  });
  await page.evaluate(() => {
    document.querySelector('peeker-checkout').approve = () => new Promise((done) => Object.assign(window, { done }));
  });
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(customer.button('Waiting for your payment…')).toBeVisible();
  const read = page.waitForResponse(`${ENDPOINT}/v1/session`);
  await page.evaluate(() => (document.querySelector('peeker-checkout').session = 'd.e.f'));
  await read;
  await expect.poll(() => quotes).toBe(2);
  await page.evaluate(() => window.done({ approval: 'signed' }));
  await expect(page.getByRole('alert').first()).toHaveText('Your session was renewed while you paid, so nothing was ordered. Look at the price, and place the order again.');
  expect(sent).toHaveLength(1);
  await expect(customer.button('Place order')).toBeEnabled();
});

test('an order that needs an approval on a page without one says what is missing, once', async ({ page }) => {
  let list;
  const listed = new Promise((done) => (list = done));
  const { customer } = await opens(page, {
    ...approving([]),
    'GET /v1/orders': async () => {
      await listed;
      return { json: { data: [], links: { next: null } } };
    },
  });
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(page.getByRole('alert').first()).toHaveText('This page cannot take payments at the moment. Nothing was ordered. Ask the shop for help.');
  await expect(customer.button('Place order')).toBeEnabled();
  // What is read afterwards is no news of the order.
  const read = page.waitForResponse(`${ENDPOINT}/v1/orders`);
  list();
  await read;
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  const said = page.errors.splice(0);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('`checkout.approve` is missing');
  expect(said[0]).toContain('docs/payments.md');
});

const renew = (page, token) => page.evaluate((other) => (document.querySelector('peeker-checkout').session = other), token);

test('an approval that comes while another session is being read waits for it', async ({ page }) => {
  const sent = [];
  let answer;
  const answered = new Promise((done) => (answer = done));
  const { customer } = await opens(page, {
    ...approving(sent),
    'GET /v1/session': async (_, request) => {
      const isOther = request.headers().authorization === 'Bearer d.e.f';
      if (isOther) await answered;
      return { json: { data: session({ id: isOther ? 'ses_2' : 'ses_1' }) } };
    },
  });
  await page.evaluate(() => (document.querySelector('peeker-checkout').approve = () => new Promise((done) => Object.assign(window, { done }))));
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(customer.button('Waiting for your payment…')).toBeVisible();
  await renew(page, 'd.e.f');
  await page.evaluate(() => window.done({ approval: 'signed' }));
  await expect(customer.button('Waiting for your payment…')).toBeVisible();
  answer();
  await expect(page.getByRole('alert').first()).toContainText('Your session was renewed while you paid');
  expect(sent.map(({ approval }) => approval)).toEqual([undefined]);
});

/** What is said while a payment is waited for, when it is refused, when it fails, and when the session was renewed. */
const WORDS = {
  de: {
    place: 'Kostenpflichtig bestellen',
    waiting: 'Warten auf Ihre Zahlung\u00a0…',
    refused: 'Your card was declined. Es wurde nichts bestellt. Sie können es erneut versuchen.',
    failed: 'Die Zahlung wurde nicht bestätigt. Es wurde nichts bestellt. Bestellen Sie noch einmal, oder zahlen Sie auf andere Weise.',
    outdated: 'Ihre Sitzung wurde während der Zahlung erneuert, deshalb wurde nichts bestellt. Sehen Sie den Preis noch einmal an und bestellen Sie erneut.',
  },
  ar: {
    place: 'إرسال الطلب',
    waiting: 'في انتظار الدفع…',
    // A sentence from left to right is kept together among words from right to left.
    refused: '\u2068Your card was declined.\u2069 لم يُطلب شيء. يمكنك المحاولة مرة أخرى.',
    failed: 'لم تتم الموافقة على الدفع. لم يُطلب شيء. أرسل الطلب مرة أخرى، أو ادفع بطريقة أخرى.',
    outdated: 'تجددت جلستك أثناء الدفع، لذلك لم يُطلب شيء. راجع السعر وأرسل الطلب مرة أخرى.',
  },
};

for (const [lang, words] of Object.entries(WORDS)) {
  test(`what becomes of a payment is said in ${lang}`, async ({ page }) => {
    const { customer } = await opens(page, approving([]));
    await page.evaluate(() => {
      document.querySelector('peeker-checkout').approve = () => new Promise((done, fail) => Object.assign(window, { done, fail }));
    });
    await customer.comesToReview('Nordic');
    await page.evaluate((tag) => (document.querySelector('peeker-checkout').lang = tag), lang);
    const alert = page.getByRole('alert').first();
    const pays = async (end) => {
      await customer.button(words.place).click();
      await expect(customer.button(words.waiting)).toBeDisabled();
      await page.evaluate(end);
    };
    await pays(() => window.done({ refused: 'Your card was declined.' }));
    await expect(alert).toHaveText(words.refused);
    await pays(() => window.fail(new Error('of the page')));
    await expect(alert).toHaveText(words.failed);
    await pays(() => undefined);
    const read = page.waitForResponse(`${ENDPOINT}/v1/session`);
    await renew(page, 'd.e.f');
    await read;
    await page.evaluate(() => window.done({ approval: 'signed' }));
    await expect(alert).toHaveText(words.outdated);
  });
}
