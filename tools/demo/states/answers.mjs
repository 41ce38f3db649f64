// Canned answers of the endpoint, one set for all stories; a story overrides what it needs.

export const NEVER = new Promise(() => {});
const ORDER = 'ord_8Qm2Yc41';
const DAY = '2026-05-08';
const PRICES = { com: [1300, 1500], net: [1400, 1600], org: [1200, 1400], co: [2800, 3200], io: [3900, 4500] };

/** A good answer. */
export function good(data, status = 200) {
  return { status, json: { data } };
}

/** A refusal in the endpoint's words. */
export function refused(status, code, message, more = {}) {
  return { status, json: { error: { code, message, ...more } } };
}

/** The call's answer gets lost. */
export function lost() {
  throw new TypeError('Failed to fetch');
}

export function session(more = {}) {
  return good({
    id: 'ses_states',
    customer: 'client@example.com',
    plan: { name: 'Starter', required_domains: { google: 3, microsoft: 1, total: 4 } },
    limits: { availability_names: 200, personas: 10 },
    tlds: ['com', 'net', 'org', 'co', 'io'],
    order: null,
    expires_at: '2099-01-01T00:00:00Z',
    ...more,
  });
}

/** Prices of a partner that sells the plan, too. */
const PRICING = { show: 'retail', currency: 'usd', plan: { price_cents: 9900, per: 'month' } };

/** A session with the partner's own prices. */
export function priced(more = {}) {
  return session({ pricing: PRICING, ...more });
}

/** A session whose plan has 90 domains. */
export function largePlan() {
  return session({ plan: { name: 'Agency', required_domains: { google: 60, microsoft: 30, total: 90 } }, pricing: PRICING });
}

/** Ninety names, one a line. */
export const NINETY = Array.from({ length: 90 }, (_, index) => `nordic-letters-${index + 1}.com`).join('\n');

/** An endpoint that wants the partner's approval of the amount before it takes the order. */
export function paidFirst({ approval }) {
  if (approval) return good(receipt, 201);
  const details = { quote: 'quo_1', amount_cents: 15_400, currency: 'usd' };
  return refused(402, 'approval_required', 'This order needs an approval first.', { retryable: false, details });
}

/** A row as the name's first word asks for it: `taken-…`, `premium-…`, `errored-…`, `google-only-…`. */
function row(domain) {
  const [price_cents, renewal_price_cents] = PRICES[domain.split('.').at(-1)] ?? [1900, 2200];
  const none = { domain, available: false, usable_for: [], premium: false, checked: true };
  if (/^(taken|get)/.test(domain)) return { ...none, reason: 'taken' };
  if (domain.startsWith('premium')) return { ...none, reason: 'premium', premium: true };
  if (domain.startsWith('errored')) return { ...none, reason: 'errored', checked: false };
  if (domain === 'nordic-mail.com') return { ...none, available: true, owned: true, price_cents: 0, renewal_price_cents: 0, currency: 'usd', usable_for: ['google', 'microsoft'] };
  const usable_for = /^google-only|\.io$/.test(domain) ? ['google'] : ['google', 'microsoft'];
  return { ...none, available: true, price_cents, renewal_price_cents, currency: 'usd', usable_for };
}

export function quote(names, factor = 1) {
  const lines = names.map(row).map(({ domain, price_cents = 0, renewal_price_cents = 0 }) => ({
    domain,
    price_cents: price_cents * factor,
    renewal_price_cents: renewal_price_cents * factor,
  }));
  const sum = (key) => lines.reduce((total, line) => total + line[key], 0);
  const [total_cents, renewal_total_cents] = [sum('price_cents'), sum('renewal_price_cents')];
  return { lines, total_cents, renewal_total_cents, currency: 'usd', expires_at: '2099-01-01T00:10:00Z', token: 'quote' };
}

const NAMES = ['nordic-coffee.com', 'trynordiccoffee.com', 'nordiccoffeehq.com', 'nordiccoffee.co'];

/** An order as `GET /v1/orders/{id}` shows it; `connected` of its four domains are ready. */
export function order(status, { connected = 0, final = false, event = status, domains = {}, domains_of, timeline_of, ...more } = {}) {
  const state = (index) => domains[index] ?? (index < connected ? 'connected' : 'in_progress');
  const timeline = [{ event_id: 'evt_1', type: 'order.in_progress', at: `${DAY}T12:00:02Z` }];
  for (let index = 0; index < connected; index += 1) {
    timeline.push({ event_id: `evt_c${index}`, type: 'domain.connected', at: `${DAY}T12:0${index + 1}:10Z`, domain: NAMES[index] });
  }
  if (event !== 'in_progress') timeline.push({ event_id: 'evt_9', type: `order.${event}`, at: `${DAY}T12:08:00Z` });
  return good({
    id: ORDER,
    status,
    final,
    domain_count: 4,
    costs: { total_cents: 8200, currency: 'usd' },
    domains: domains_of ?? NAMES.map((domain, index) => ({ domain, status: state(index), provider: index < 3 ? 'google' : 'microsoft' })),
    pending_actions: [],
    timeline: timeline_of ?? timeline,
    created_at: `${DAY}T12:00:00Z`,
    updated_at: timeline.at(-1).at,
    ...more,
  });
}

/** A session whose order is there, or is being placed when `id` is `null`. */
export function withOrder(status = 'in_progress', id = ORDER) {
  return session({ order: { id, status } });
}

/** A session that may look and not order. */
export function withoutPlan() {
  return session({ plan: null });
}

/** The customer's orders as `GET /v1/orders` lists them; `next` is the query of the next page. */
export function orders(rows = ROWS, next = null) {
  const { status, json } = good(rows);
  return { status, json: { ...json, links: { next: next && `/v1/orders${next}` } } };
}

const ROWS = [
  { id: ORDER, status: 'in_progress', final: false, domain_count: 4, created_at: `${DAY}T12:00:00Z`, updated_at: `${DAY}T12:02:10Z` },
  { id: 'ord_5Kd0Xw18', status: 'action_required', final: false, domain_count: 1, created_at: '2026-04-21T09:30:00Z', updated_at: '2026-04-21T10:00:00Z' },
  { id: 'ord_2Vb7Tn63', status: 'completed', final: true, domain_count: 12, created_at: '2025-11-02T15:45:00Z', updated_at: '2025-11-02T16:20:00Z', renews_at: '2026-11-02T00:00:00Z' },
  { id: 'ord_0Hs3Pq90', status: 'cancel_scheduled', final: false, domain_count: 30, created_at: '2025-06-14T08:00:00Z', updated_at: '2026-03-01T08:00:00Z', cancels_at: '2026-06-14T00:00:00Z' },
];

/** Inboxes of the domains, three for each. */
export function inboxes(names = NAMES) {
  const people = ['sam.lee', 's.lee', 'sam'];
  return names.flatMap((domain, index) => people.map((person) => ({ address: `${person}@${domain}`, domain, provider: index < 3 ? 'google' : 'microsoft' })));
}

/** An order of a thousand domains, with their inboxes. */
export function largeOrder() {
  const names = Array.from({ length: 1_000 }, (_, index) => `nordic-letters-${index + 1}.com`);
  const timeline = names.map((domain, index) => ({ event_id: `evt_${index}`, type: 'domain.connected', at: `${DAY}T12:00:00Z`, domain }));
  return order('in_progress', {
    domain_count: names.length,
    domains_of: names.map((domain, index) => ({ domain, status: index < 640 ? 'connected' : 'in_progress', provider: index % 3 ? 'google' : 'microsoft' })),
    timeline_of: timeline.slice(0, 640),
    inboxes: inboxes(names.slice(0, 640)),
  });
}

const receipt = {
  id: ORDER,
  status: 'in_progress',
  domain_count: 4,
  costs: { total_cents: 8200, currency: 'usd' },
  created_at: `${DAY}T12:00:00Z`,
};

/** An import of owned domains: one is there, one waits for its nameservers, one cannot be used. */
const imported = {
  id: 'imp_4Tz9',
  status: 'in_progress',
  domains: [
    { domain: 'nordic-mail.com', status: 'completed' },
    { domain: 'nordic-letters.com', status: 'action_required' },
    { domain: 'nordic-old.com', status: 'failed', reason: 'already_in_use', message: 'This domain is in use elsewhere.' },
  ],
  nameserver_groups: [{ nameservers: ['ns1.dns.example', 'ns2.dns.example'], domains: ['nordic-letters.com'] }],
  poll_after_seconds: 60,
};

/** What the endpoint answers unless a story says otherwise: by method and path, each a function of the body. */
export const ANSWERS = {
  'GET /v1/session': () => session(),
  'POST /v1/domains/availability': ({ domains }) => good({ domains: domains.map(row) }),
  'POST /v1/quotes': ({ domains }) => good(quote(domains.map((entry) => entry.domain ?? entry))),
  'GET /v1/orders': () => orders([]),
  'POST /v1/orders': () => good(receipt, 201),
  'POST /v1/domains/import': () => good(imported, 202),
  'GET /v1/domains/import/imp_4Tz9': () => good(imported),
  [`GET /v1/orders/${ORDER}`]: () => order('in_progress', { connected: 2 }),
};

/** The receipt of an order that was placed before. */
export const RECEIPT = receipt;
export const ORDER_PATH = `GET /v1/orders/${ORDER}`;
