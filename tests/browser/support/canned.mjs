// An endpoint that says what a test wants: answers by method and path, and how often each was asked for.

import { unique } from './stack.mjs';

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': 'ETag, Retry-After',
};
export const ENDPOINT = 'https://checkout.example';

/** The policy of a page that calls it. */
export const POLICY = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self' ${ENDPOINT}`;

/** The answers that a page waits for. */
const answering = new WeakMap();

/** A session as the endpoint shows it. */
export function session(more = {}) {
  return {
    id: 'ses_1',
    customer: 'client@example.com',
    plan: { name: 'Starter', required_domains: { google: 3, microsoft: 1, total: 4 } },
    limits: { availability_names: 200, personas: 10 },
    tlds: ['com', 'net'],
    order: null,
    expires_at: '2099-01-01T00:00:00Z',
    ...more,
  };
}

/** An order with `count` domains. */
export function order(more = {}, count = 4) {
  const domains = Array.from({ length: count }, (_, index) => ({ domain: `name-${index + 1}.com`, status: 'in_progress', provider: 'google' }));
  return { id: 'ord_1', status: 'in_progress', final: false, domain_count: count, domains, pending_actions: [], timeline: [], created_at: '2026-05-08T12:00:00Z', updated_at: '2026-05-08T12:00:00Z', ...more };
}

/** Rows of names that can be had, and what they cost. */
export const rows = (names) => names.map((domain) => ({ domain, available: true, price_cents: 1300, renewal_price_cents: 1500, currency: 'usd', usable_for: ['google', 'microsoft'], checked: true }));

/** A quote for names; each costs `price_cents`, until `seconds` from `now`. */
export function quote(names, { price_cents = 1300, seconds = 600, now = Date.now() } = {}) {
  const lines = names.map((domain) => ({ domain, price_cents, renewal_price_cents: 1500 }));
  const total_cents = price_cents * names.length;
  return { id: 'quo_1', lines, total_cents, renewal_total_cents: 1500 * names.length, currency: 'usd', expires_at: new Date(now + seconds * 1_000).toISOString(), token: unique() };
}

/**
 * Answers for the endpoint: `routes` has `'GET /v1/session'` and the like, each a function of the body and the request
 * that gives `{status?, json, headers?}`, or nothing for a broken connection. Gives the calls, as `'GET /v1/session'`.
 */
export async function answerWith(page, routes) {
  const calls = [];
  const open = new Set();
  answering.set(page, open);
  await page.route(`${ENDPOINT}/**`, (route) => {
    const answered = answer(route).finally(() => open.delete(answered));
    open.add(answered);
    return answered;
  });
  async function answer(route) {
    const request = route.request();
    const { pathname, search } = new URL(request.url());
    const call = `${request.method()} ${pathname}`;
    calls.push(call + search);
    const found = routes[call] ?? routes[call.replace(/\/[^/]*$/, '/*')];
    const given = found ? await found(request.postDataJSON(), request) : { status: 404, json: { error: { code: 'route_not_found', message: 'There is nothing here.' } } };
    if (!given) return route.abort();
    return route.fulfill({ status: given.status ?? 200, headers: { ...CORS, ...given.headers }, json: given.json });
  }
  return calls;
}

/** What an endpoint answers to a customer who has ordered nothing yet, for `answerWith`; `more` is added, or answers otherwise. */
export const usual = (more) => ({
  'GET /v1/session': () => ({ json: { data: session() } }),
  'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
  'GET /v1/orders/*': () => ({ json: { data: order() } }),
  'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
  'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains) } }),
  ...more,
});

/** An element that calls it. */
export const canned = (attributes = '') => `<peeker-checkout endpoint="${ENDPOINT}" session="a.b.c" ${attributes}></peeker-checkout>`;

/** Lets the page's clock, which has to be installed, run for so many seconds; it stands still while an answer is on its way. */
export async function passes(page, seconds, step = 1) {
  for (let passed = 0; passed < seconds; passed += step) {
    await answersArrive(page);
    await page.clock.runFor(step * 1_000);
  }
  await answersArrive(page);
}

/** Waits until the page asks nothing that is not answered. */
async function answersArrive(page) {
  const open = answering.get(page) ?? new Set();
  do {
    await Promise.all(open);
    // Behind it in the page's queue: what the page does with an answer, and the requests that it sends then.
    await page.evaluate(() => fetch('/reserve.css').then((response) => response.text()));
  } while (open.size > 0);
}
