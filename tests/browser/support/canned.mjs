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
  await page.route(`${ENDPOINT}/**`, async (route) => {
    const request = route.request();
    const { pathname, search } = new URL(request.url());
    const call = `${request.method()} ${pathname}`;
    calls.push(call + search);
    const found = routes[call] ?? routes[call.replace(/\/[^/]*$/, '/*')];
    const answer = found ? await found(request.postDataJSON(), request) : { status: 404, json: { error: { code: 'route_not_found', message: 'There is nothing here.' } } };
    if (!answer) return route.abort();
    return route.fulfill({ status: answer.status ?? 200, headers: { ...CORS, ...answer.headers }, json: answer.json });
  });
  return calls;
}

/** An element that calls it. */
export const canned = (attributes = '') => `<peeker-checkout endpoint="${ENDPOINT}" session="a.b.c" ${attributes}></peeker-checkout>`;

/** Lets the page's clock, which has to be installed, run for so many seconds; answers come in meanwhile. */
export async function passes(page, seconds, step = 1) {
  for (let passed = 0; passed < seconds; passed += step) {
    await page.clock.runFor(step * 1_000);
    await page.evaluate(() => fetch('/reserve.css').then((response) => response.text()));
  }
}
