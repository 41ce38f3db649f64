// The headless client on a server of canned answers, for the tests of the client.

import { readFileSync } from 'node:fs';
import { Checkout, ready } from '../../widget/dist/headless.js';

// Node has no fetch of files.
await ready(readFileSync(new URL('../../widget/dist/peeker-checkout.wasm', import.meta.url)));

export const SESSION = {
  id: 'ses_1', customer: 'client@example.com', expires_at: '2099-01-01T00:00:00Z', order: null, limits: { availability_names: 25 },
  plan: { name: 'Starter', required_domains: { google: 1, microsoft: 0, total: 1 } }, kept: { deep: [1.5, null] },
};

/** Answers calls by `METHOD /path`: a status and a body, or a function of the call. */
export function serve(t, routes) {
  const calls = [];
  t.mock.method(globalThis, 'fetch', async (url, init) => {
    const { pathname, search } = new URL(url);
    const call = `${init.method} ${pathname}${search}`;
    calls.push({ call, headers: Object.fromEntries(init.headers), body: init.body && JSON.parse(init.body), init });
    const route = routes[call] ?? [404, { error: { code: 'not_found', message: 'No.' } }];
    const [status, body, headers] = typeof route === 'function' ? await route(calls.length) : route;
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });
  });
  return calls;
}

/** Resolves once `is` holds of the state. */
export function until(checkout, is) {
  return new Promise((resolve) => {
    const look = () => is(checkout.state) && (stop(), resolve(checkout.state));
    const stop = checkout.subscribe(look);
    look();
  });
}

export async function opened(t, routes, options) {
  const calls = serve(t, { 'GET /base/v1/session': [200, { data: SESSION }], ...routes });
  const checkout = new Checkout({ endpoint: 'https://pay.example.com/base/', session: 'jwt', ...options });
  t.after(() => checkout.stop());
  checkout.start();
  await until(checkout, ({ session }) => session.state === 'open');
  return { checkout, calls };
}
