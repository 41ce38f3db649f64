// What is kept in the browser of an order that was not finished: picks, forwarding and step, nothing of a person. It
// is kept by plan and customer, whose address is not in the key. Of an order that was sent and is in doubt its domains are
// kept, by customer alone: another plan is no reason to order twice.

function keyOf(endpoint, { customer, plan }) {
  const { google, microsoft } = plan.required_domains;
  return ['peeker-checkout', endpoint, digest(customer ?? ''), plan.name, google, microsoft].join('|');
}

function sentKeyOf(endpoint, { customer }) {
  return ['peeker-checkout', endpoint, digest(customer ?? ''), 'sent'].join('|');
}

/** 32 bits of a text (FNV-1a): enough to tell the customers of a browser apart, too few to find out who they are. */
function digest(text) {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return hash.toString(36);
}

/** Milliseconds after which an order in doubt is in the list of orders, or was not placed: a day. */
const SETTLED_AFTER = 86_400_000;

export function keep(endpoint, session, draft) {
  const isEmpty = !draft.picks.length && !draft.forwarding && !draft.jobs.length;
  use((store) => (isEmpty ? store.removeItem(keyOf(endpoint, session)) : store.setItem(keyOf(endpoint, session), JSON.stringify(draft))));
}

export function recall(endpoint, session) {
  return use((store) => {
    const draft = JSON.parse(store.getItem(keyOf(endpoint, session)));
    return Array.isArray(draft?.picks) ? draft : undefined;
  });
}

export function forget(endpoint, session) {
  if (session) use((store) => store.removeItem(keyOf(endpoint, session)));
}

/** Keeps what was sent as long as it is in doubt; `null` when it is not any more. */
export function keepSent(endpoint, session, sent) {
  const key = sentKeyOf(endpoint, session);
  use((store) => (sent ? store.setItem(key, JSON.stringify(sent)) : store.removeItem(key)));
}

export function recallSent(endpoint, session) {
  return use((store) => {
    const sent = JSON.parse(store.getItem(sentKeyOf(endpoint, session)));
    const isKnown = Array.isArray(sent?.domains) && Array.isArray(sent.before);
    return isKnown && Date.now() - sent.at < SETTLED_AFTER ? sent : null;
  });
}

/** A browser may forbid its store, and a store may hold anything. */
function use(work) {
  try {
    return work(globalThis.localStorage);
  } catch {
    return undefined;
  }
}
