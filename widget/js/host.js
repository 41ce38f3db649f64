// What the picker asks of the browser: calls, timers and events. Nothing else in the package has the network.

/** Milliseconds after which a read is given up. */
const READ_TIMEOUT = 20_000;
/** Milliseconds after which an order's answer or a quote is given up. Upstream is asked meanwhile, more than once. */
const ORDER_TIMEOUT = 60_000;
const SLOW = ['/v1/orders', '/v1/quotes'];
/** The group of the call that orders: it is never cut off, because the server may have begun. */
export const PLACING = 'placing';
/** The longest wait that a server is granted, in milliseconds: a day. Browsers end a timer beyond 24 days at once. */
const LONGEST_WAIT = 86_400_000;

export class Host {
  #element;
  #calls = new Set();
  #timers = new Set();
  /** When the rest is over that is waited for; 0 when none is. */
  #due = 0;

  /**
   * What the element does itself: `paint(focus)` draws, and then puts the focus on the element with that id; `typed()`
   * draws what was typed into the search box and what it stands for, and nothing else; `link(id)` is where an order can
   * be looked at again; `renew()` asks the page for another session, and is `false` when there is none;
   * `opened(isOther)` hears that a session was read for the first time, or one of another customer.
   */
  constructor(element, { paint, ...more }) {
    this.#element = element;
    Object.assign(this, { changed: paint, ...more });
  }

  /**
   * Calls the order proxy: `{status, data, error, etag, links, meta, wait}`, with the status 0 when no answer came that could
   * be read; `wait` is how many milliseconds the server wants to be left alone. A call of a `group` gives up the one
   * before; what was given up never answers. An order that was sent is not cut off: its answer is not listened to then.
   */
  async call(path, { body, etag, group } = {}) {
    for (const call of this.#calls) if (group && call.group === group) this.#drop(call);
    const call = { group, abort: new AbortController() };
    this.#calls.add(call);
    const timer = setTimeout(() => call.abort.abort(), SLOW.includes(path) ? ORDER_TIMEOUT : READ_TIMEOUT);
    const headers = { authorization: `Bearer ${this.#element.session}` };
    if (body) headers['content-type'] = 'application/json';
    if (etag) headers['if-none-match'] = etag;
    const init = { method: body ? 'POST' : 'GET', headers, credentials: 'omit', signal: call.abort.signal };
    if (body) init.body = JSON.stringify(body);
    let answer = { status: 0, wait: 0 };
    try {
      const response = await fetch(this.#element.endpoint.replace(/\/+$/, '') + path, init);
      // A body that is no JSON says nothing.
      const json = await response.json().catch(() => undefined);
      const { data, error, links, meta } = json ?? {};
      const wait = waitOf(response.headers.get('retry-after') ?? error?.details?.retry_after_seconds);
      answer = { status: response.status, data, error, links, meta, wait, etag: response.headers.get('etag') ?? undefined };
    } catch {
      // No network, no permission, or given up: all of them are no answer.
    }
    clearTimeout(timer);
    if (!this.#calls.delete(call)) return new Promise(() => {});
    return answer;
  }

  /** Calls `ring` later; the caller tells whether it still matters. */
  after(milliseconds, ring) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      ring();
    }, Math.min(milliseconds, LONGEST_WAIT));
    this.#timers.add(timer);
  }

  /** Calls `ring` once this long has passed without another call of this: one timer, however many letters come. */
  rest(milliseconds, ring) {
    if (!this.#due) this.#wait(milliseconds, ring);
    this.#due = performance.now() + milliseconds;
  }

  #wait(milliseconds, ring) {
    this.after(milliseconds, () => {
      const left = this.#due - performance.now();
      if (left > 0) return this.#wait(left, ring);
      this.#due = 0;
      return ring();
    });
  }

  /** Dispatches an event; `false` when the page prevented it. */
  tell(name, detail, cancelable = false) {
    const init = { detail, cancelable, bubbles: true, composed: true };
    return this.#element.dispatchEvent(new CustomEvent(name, init));
  }

  /** Whether a call of `group` is under way. */
  isCalling(group) {
    return [...this.#calls].some((call) => call.group === group);
  }

  /** Nothing is waited for any more, but for the calls of the group that is to `stay`. */
  stop(stay) {
    for (const call of this.#calls) if (!stay || call.group !== stay) this.#drop(call);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#due = 0;
  }

  #drop(call) {
    this.#calls.delete(call);
    if (call.group !== PLACING) call.abort.abort();
  }
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110, section 10.2.3); 0 for anything else. */
function waitOf(text) {
  const wait = Number(text) * 1_000 || Date.parse(text) - Date.now();
  return wait > 0 ? Math.min(wait, LONGEST_WAIT) : 0;
}
