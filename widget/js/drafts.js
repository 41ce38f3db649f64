// What is kept in the browser of an order that was not finished: picks, forwarding and step, nothing of a person. It
// is kept by plan and not by customer, so that the key says nothing of a person either.

function keyOf(endpoint, { plan }) {
  const { google, microsoft } = plan.required_domains;
  return ['peeker-checkout', endpoint, plan.name, google, microsoft].join('|');
}

export function keep(endpoint, session, draft) {
  const isEmpty = !draft.picks.length && !draft.forwarding && !draft.job;
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

/** A browser may forbid its store, and a store may hold anything. */
function use(work) {
  try {
    return work(globalThis.localStorage);
  } catch {
    return undefined;
  }
}
