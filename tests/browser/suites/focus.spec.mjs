// Where the focus goes when an answer arrives: to what came of it, and never away from another field of the page.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, order, usual } from '../support/canned.mjs';

/** A customer whose order is on its way; `answer` lets its answer arrive. */
async function orders(page, body) {
  let answer;
  const answered = new Promise((done) => (answer = done));
  await answerWith(page, usual({
    'POST /v1/orders': () => answered,
  }));
  await open(page, body, { policy: POLICY });
  const customer = new Customer(page);
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(customer.button('Placing your order…')).toBeVisible();
  return { customer, answer };
}

const PLACED = { status: 201, json: { data: { id: 'ord_1', status: 'in_progress' } } };
const REFUSED = { status: 422, json: { error: { code: 'domain_unavailable', message: 'It is taken.', retryable: false } } };

for (const [what, answer, shown] of [['order', PLACED, 'Your domains are being set up'], ['refusal', REFUSED, 'Review your order']]) {
  test(`the answer to an ${what} takes no focus from a field of the page`, async ({ page }) => {
    const { customer, answer: arrive } = await orders(page, `<label>Note <input></label>${canned()}`);
    const note = page.getByLabel('Note');
    await note.pressSequentially('half ');
    arrive(answer);
    await expect(customer.heading(shown)).toBeVisible();
    if (answer === REFUSED) await expect(page.getByRole('alert')).toContainText('It is taken.');
    await page.keyboard.type('done');
    await expect(note).toHaveValue('half done');
  });
}

test('a field inside of another shadow root keeps its focus', async ({ page }) => {
  const { customer, answer } = await orders(page, canned());
  await page.evaluate(() => {
    const shell = document.createElement('div');
    document.body.append(shell);
    shell.attachShadow({ mode: 'open' }).innerHTML = '<input aria-label="Inner">';
  });
  const inner = page.getByLabel('Inner');
  await inner.focus();
  answer(PLACED);
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  await expect(inner).toBeFocused();
});

test('who waits for the answer is taken to it', async ({ page }) => {
  const { customer, answer } = await orders(page, canned());
  answer(PLACED);
  await expect(customer.heading('Your domains are being set up')).toBeFocused();
});

test('the button that places an order keeps the focus while it waits, and does nothing more', async ({ page }) => {
  let placed = 0;
  await answerWith(page, usual({ 'POST /v1/orders': () => ((placed += 1), new Promise(() => {})) }));
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.comesToReview('Nordic');
  await customer.places();
  const waiting = customer.button('Placing your order…');
  await expect(waiting).toBeFocused();
  await page.keyboard.press('Enter');
  await waiting.click({ force: true });
  await customer.button('Back').click({ force: true });
  await expect(waiting).toBeVisible();
  expect(placed).toBe(1);
});

for (const [what, answer, shown] of [['order', PLACED, 'Your domains are being set up'], ['refusal', REFUSED, 'Review your order']]) {
  test(`the answer to an ${what} moves neither page nor focus of who reads on below`, async ({ page }) => {
    const text = Array.from({ length: 200 }, (_, line) => `<p>Line ${line}</p>`).join('');
    const { customer, answer: arrive } = await orders(page, `${canned()}${text}`);
    // Scrolling takes no focus: the customer may still be at the button, and reads on.
    await page.mouse.wheel(0, 4_000);
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(2_000);
    const before = await page.evaluate(() => window.scrollY);
    arrive(answer);
    await expect(customer.heading(shown)).toBeAttached();
    if (answer === REFUSED) await expect(page.getByRole('alert')).toContainText('It is taken.');
    expect(Math.abs((await page.evaluate(() => window.scrollY)) - before)).toBeLessThan(1_500);
  });
}

test('who clicked into the text of the page is left there', async ({ page }) => {
  const { customer, answer } = await orders(page, `<p>Read this meanwhile.</p>${canned()}`);
  await page.getByText('Read this meanwhile.').click();
  answer(PLACED);
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  await expect(page.locator('body')).toBeFocused();
});
