// An order of which nothing is known yet but that it was sent: it is looked for among the customer's orders, and until
// it is found nothing else can be ordered, unless the customer has seen the list and says that it is not in it.

/** Milliseconds until the second look, and the longest pause between two. */
const [FIRST_PAUSE, LAST_PAUSE] = [2_000, 30_000];
/** New orders of the list that are compared with what was sent. */
const MOST_COMPARED = 3;

/** The part of the picker that looks for an order that was sent; `picker` is the whole. */
export function doubt(picker) {
  const { host } = picker;
  let pause = FIRST_PAUSE;
  /** The doubt that was announced to the page. */
  let announced;

  /** Looks for the order now, and again as long as it is not there. */
  async function lookFor() {
    if (picker.phase !== 'doubt') {
      Object.assign(picker, { phase: 'doubt', sending: '', order: null, notice: null });
      pause = FIRST_PAUSE;
      picker.say('doubt');
      if (announced !== picker.sent) host.tell('peeker-error', { code: 'order_in_doubt', message: '' });
      announced = picker.sent;
      host.changed('title');
    }
    const found = await find();
    if (picker.phase !== 'doubt') return;
    if (found) {
      picker.begin(found);
      return void host.changed('title');
    }
    lookAgain();
  }

  function lookAgain() {
    picker.tickAfter(pause);
    pause = Math.min(pause * 1.5, LAST_PAUSE);
  }

  /** The newest orders that were not there before are compared, name by name, with what was sent. */
  async function find() {
    const { before, domains } = picker.sent;
    await picker.readOrders();
    const fresh = picker.earlier.rows.filter(({ id }) => !before.includes(id)).slice(0, MOST_COMPARED);
    for (const { id } of fresh) {
      const { data } = await host.call(`/v1/orders/${encodeURIComponent(id)}`, { group: 'doubt' });
      const has = new Set((data?.domains ?? []).map(({ domain }) => domain));
      if (domains.some((name) => has.has(name))) return { id, status: data.status };
    }
    return undefined;
  }

  return {
    /**
     * What was sent and may have been placed: the `session`, the `domains`, when (`at`), and the orders known `before`.
     * Nothing while no order is in doubt.
     */
    sent: null,
    /** Whether the customer has seen the list of orders since the doubt began. */
    hasLooked: false,
    lookFor,
    lookAgain,
    /** Whether nothing is known of what was sent, and the session in which it was sent can no longer be asked. */
    isInDoubt: () => Boolean(picker.sent) && picker.sent.session !== picker.session?.id,
    /** The customer has seen the list, and says that the order is not in it. */
    orderAgain() {
      if (!picker.hasLooked || picker.earlier.placing) return;
      Object.assign(picker, { sent: null, hasLooked: false, isUnconfirmed: false, phase: 'loading' });
      picker.say('');
      picker.noOrderYet();
      host.changed('title');
    },
  };
}
