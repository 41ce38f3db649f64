// The customer's orders: whether there are any, the list with its pages, and one of them opened from it.

/** The part of the picker that lists orders; `picker` is the whole. */
export function earlier(picker) {
  const { host } = picker;

  /** Reads the first page of the list, or the page behind `query` after what is there already. */
  async function readOrders(query = '') {
    const list = picker.earlier;
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
      if (picker.phase === 'listing' && picker.isInDoubt()) picker.hasLooked = true;
    } else {
      list.wrong = picker.failed(answer);
    }
    host.changed();
  }

  /** Shows the list in place of the form or of an order; `focus` goes where the customer acted. */
  function listOrders(focus) {
    if (picker.sending) return;
    Object.assign(picker, { phase: 'listing', visit: false, notice: null });
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
    /** `rows` as the server lists them, newest first, the query of the `next` page, and what went `wrong`. */
    earlier: { rows: [], next: '', isRead: false, isReading: false, wrong: null },
    /** Whether the order on show is not the one of this session. */
    visit: false,
    readOrders,
    listOrders,
    openOrder,
    leaveOrders,
  };
}
