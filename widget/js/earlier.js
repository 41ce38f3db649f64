// The customer's orders: whether there are any, the list with its pages, and one of them opened from it.

/** Milliseconds until the list is read again while an order is being placed, and the longest such pause. */
const [FIRST_PAUSE, LAST_PAUSE] = [2_000, 30_000];

/** The part of the picker that lists orders; `picker` is the whole. */
export function earlier(picker) {
  const { host } = picker;
  let pause = FIRST_PAUSE;
  /** Counts the reads: an older timer is out of date. */
  let reads = 0;

  /** Reads the first page of the list, or the page behind `query` after what is there already. */
  async function readOrders(query = '') {
    const list = picker.earlier;
    reads += 1;
    Object.assign(list, { isReading: true, wrong: null });
    host.changed();
    const answer = await host.call(`/v1/orders${query}`, { group: 'orders' });
    list.isReading = false;
    if (picker.expired(answer)) return;
    if (Array.isArray(answer.data)) {
      const rows = query ? [...list.rows, ...answer.data] : answer.data;
      // An order that was placed meanwhile moves others to the next page.
      list.rows = [...new Map(rows.map((row) => [row.id, row])).values()];
      list.next = /\?.*$/.exec(answer.links?.next ?? '')?.[0] ?? '';
      list.isRead = true;
      if (!query) list.placing = Number(answer.meta?.placing) || 0;
      if (picker.phase === 'listing' && picker.isInDoubt()) picker.hasLooked = true;
    } else {
      list.wrong = picker.failed(answer);
    }
    followPlacing(answer.wait);
    host.changed();
  }

  /** Where the list, or a link to it, is on show. */
  const isShown = () => picker.phase === 'listing' || picker.phase === 'filling';

  /** Reads the list again as long as an order is being placed. Where an order is looked for it is read anyway. */
  function followPlacing(wait) {
    if (!isShown() || !picker.earlier.placing) return;
    const mine = reads;
    host.after(Math.max(pause, wait), () => {
      if (mine !== reads || !isShown()) return;
      if (picker.hidden) followPlacing(0);
      else readOrders();
    });
    pause = Math.min(pause * 1.5, LAST_PAUSE);
  }

  /** Shows the list in place of the form or of an order; `focus` goes where the customer acted. */
  function listOrders(focus) {
    if (picker.sending) return;
    Object.assign(picker, { phase: 'listing', visit: false, notice: null });
    pause = FIRST_PAUSE;
    picker.stopLooking();
    readOrders();
    host.changed(focus);
  }

  /** Shows one order of the list. */
  function openOrder(id, focus) {
    const row = picker.earlier.rows.find((known) => known.id === id);
    picker.visit = true;
    picker.begin({ id, status: row?.status ?? '' });
    host.changed(focus);
  }

  /** Back from the list to where the session is: its order, or the form. */
  function leaveOrders(focus) {
    const { own } = picker;
    picker.visit = false;
    if (own) {
      picker.begin(own);
    } else {
      picker.order = null;
      picker.phase = 'loading';
      picker.noOrderYet();
    }
    host.changed(focus);
  }

  return {
    /**
     * `rows` as the server lists them, newest first, the query of the `next` page, how many orders are being placed, and
     * what went `wrong`.
     */
    earlier: { rows: [], next: '', placing: 0, isRead: false, isReading: false, wrong: null },
    /** Whether the order on show is not the one of this session. */
    visit: false,
    readOrders,
    listOrders,
    openOrder,
    leaveOrders,
  };
}
