// What the element asks of the browser: calls, timers, events, and money and time in words.
// Each is a few lines here, and was several times as many bytes when the WASM module did it itself.

const formats = new Map();

export class Host {
  #element;
  #canvas;
  #run;
  #calls = new Map();

  /** `run` calls the module, and catches what it throws. */
  constructor(element, canvas, run) {
    this.#element = element;
    this.#canvas = canvas;
    this.#run = run;
  }

  paint(drawing) {
    this.#canvas.paint(drawing);
  }

  focus(id) {
    this.#canvas.focus(id);
  }

  /** Sends a request; `answered` gets its status, tag and JSON, or the status 0 when no answer came. */
  async send(ticket, path, body, etag, timeout) {
    const { endpoint, session } = this.#element;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeout);
    this.#calls.set(ticket, abort);
    const headers = { authorization: `Bearer ${session}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (etag) headers['if-none-match'] = etag;
    const init = { method: 'GET', headers, credentials: 'omit', signal: abort.signal };
    if (body !== undefined) Object.assign(init, { method: 'POST', body: JSON.stringify(body) });
    let status = 0;
    let tag;
    let json;
    try {
      const response = await fetch(endpoint.replace(/\/+$/, '') + path, init);
      // A body that is no JSON says nothing.
      json = await response.json().catch(() => undefined);
      tag = response.headers.get('etag') ?? undefined;
      status = response.status;
    } catch {
      // No network, no permission, or given up: the module treats all of them as no answer.
    }
    clearTimeout(timer);
    this.#calls.delete(ticket);
    this.#run((checkout) => checkout.answered(ticket, status, tag, json));
  }

  /** Gives a call up. */
  drop(ticket) {
    this.#calls.get(ticket)?.abort();
  }

  /** Calls `rung` later. */
  after(milliseconds, ticket) {
    setTimeout(() => this.#run((checkout) => checkout.rung(ticket)), milliseconds);
  }

  /** Dispatches an event; `false` when the page prevented it. */
  tell(name, detail, cancelable) {
    return this.#element.dispatchEvent(new CustomEvent(name, { detail, cancelable, bubbles: true, composed: true }));
  }

  /** An amount as the reader's browser writes it; a currency that it does not know is put behind. */
  money(cents, currency) {
    const amount = cents / 100;
    try {
      return format(currency, () => new Intl.NumberFormat(undefined, { style: 'currency', currency })).format(amount);
    } catch {
      return `${amount.toFixed(2)} ${currency}`.trim();
    }
  }

  /** An ISO 8601 time as the reader's browser writes it. */
  time(iso) {
    const date = new Date(iso);
    const styles = { dateStyle: 'medium', timeStyle: 'short' };
    return Number.isNaN(+date) ? iso : format('time', () => new Intl.DateTimeFormat(undefined, styles)).format(date);
  }
}

/** Making a formatter is slow: each is made once. */
function format(key, make) {
  if (!formats.has(key)) formats.set(key, make());
  return formats.get(key);
}
