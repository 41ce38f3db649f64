// A page with a checkout on it, and the steps of a customer.

import { expect, test as base } from '@playwright/test';
import { demo, mintSession, pageOrigin, sandbox, unique } from './stack.mjs';

/** The policy of a page that allows nothing beyond what the element asks for. */
export const STRICT_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  `connect-src 'self' ${demo.api}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const SCRIPT = '<script type="module" src="/peeker-checkout.js"></script>';

/** `<peeker-checkout>` for a session, as a partner writes it. */
export function element(token, attributes = '', inside = '') {
  return `<peeker-checkout endpoint="${demo.api}" session="${token}" ${attributes}>${inside}</peeker-checkout>`;
}

/** Serves `body` as a page of the demo's origin, and opens it. */
export async function open(page, body, { policy = STRICT_POLICY, head = SCRIPT, more = {} } = {}) {
  const url = `${pageOrigin}/fixtures/${unique()}`;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signup</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">${head}</head><body><main>${body}</main></body></html>`;
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, ...more };
  await page.route(url, (route) => route.fulfill({ body: html, headers }));
  await page.goto(url);
}

/** Lets `handle` answer the next orders that the page places, `times` of them; the list of orders is read as usual. */
export function whenOrdered(page, handle, times = Number.POSITIVE_INFINITY) {
  let left = times;
  return page.route('**/v1/orders', (route) => {
    if (route.request().method() !== 'POST' || left === 0) return route.fallback();
    left -= 1;
    return handle(route);
  });
}

/** The customer's way through the form. Everything is found as a person finds it: by role and name. */
export class Customer {
  constructor(page, root = page) {
    this.page = page;
    this.root = root;
  }

  get search() {
    return this.root.getByLabel('Company name or domains');
  }

  get list() {
    return this.root.getByLabel('Your list of domains');
  }

  button(name) {
    return this.root.getByRole('button', { name, exact: true });
  }

  heading(name) {
    return this.root.getByRole('heading', { name });
  }

  /** A row of what the search found. */
  option(name) {
    return this.root.getByRole('option', { name: new RegExp(`^${name.replace(/\./g, '\\.')} `) });
  }

  async adds(name) {
    await expect(this.option(name)).toContainText('Add');
    await this.option(name).click();
    await expect(this.option(name)).toHaveAttribute('aria-selected', 'true');
  }

  /** Pastes a text into the box; long ones by typing would take the browser many seconds. */
  async pastes(text) {
    const box = (await this.list.count()) ? this.list : this.search;
    await box.evaluate((node, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', pasted);
      node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true }));
    }, text);
    await expect(this.list).toHaveValue(text);
  }

  async picksFrom(company) {
    await this.search.fill(company);
    await this.root.getByRole('button', { name: /^Pick the first/ }).click();
    await expect(this.heading('Picked (4 of 4)')).toBeVisible();
  }

  async goesToPeople() {
    await this.button('Continue').click();
    await expect(this.heading('Who is sending?')).toBeVisible();
  }

  async names(first, last) {
    await this.root.getByLabel('First name').fill(first);
    await this.root.getByLabel('Last name').fill(last);
  }

  async goesToReview() {
    await this.button('Continue').click();
    await expect(this.heading('Review your order')).toBeVisible();
  }

  async comesToReview(company = unique()) {
    await this.picksFrom(company);
    await this.goesToPeople();
    await this.names('Sam', 'Lee');
    await this.goesToReview();
  }

  places() {
    return this.button('Place order').click();
  }
}

/** Tests with a page that fails on its own errors, and a sandbox without leftovers. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      // The browser reports each refused request and each blocked script by itself.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) errors.push(message.text());
    });
    page.errors = errors;
    await use(page);
    expect(errors).toEqual([]);
  },

  session: async ({}, use) => {
    await use(await mintSession());
  },

  customer: async ({ page, session }, use) => {
    await open(page, element(session.token));
    await use(new Customer(page));
  },
});

test.afterEach(() => sandbox('DELETE', '/faults'));

export { expect };
