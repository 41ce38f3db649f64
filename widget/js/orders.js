// Session, price and order: what is asked of the server, and what becomes of an order whose answer gets lost.

/** Milliseconds until the session is asked what became of an order whose answer got lost. */
const CONFIRM_AFTER = 1_000;
/** The last such pause; after it the customer may send again, which is safe: a session places one order. */
const CONFIRM_LAST = 4_000;
/** Looks at an order: milliseconds until the second one and after each change, and the longest pause. */
const [FIRST_PAUSE, LAST_PAUSE] = [1_000, 15_000];
/** The same while the order has no id and the session is asked for it. */
const [PLACING_PAUSE, PLACING_LAST_PAUSE] = [2_000, 10_000];

/** The part of the picker that talks about orders; `picker` is the whole. */
export function orders(picker) {
  const { host } = picker;
  /** Counts the looks: an older timer is out of date. */
  let looks = 0;
  /** Milliseconds until the next look. */
  let pause = 0;
  /** Milliseconds until the session is asked again whether it has the order. */
  let confirm = 0;
  let quotes = 0;
  let etag;

  /** Why a call failed, as a notice; `otherwise` where the server had no words of use. */
  function failed({ status, error }, otherwise = 'unreachable') {
    if (!error || status >= 500) return { code: otherwise };
    const { code, message, details = {} } = error;
    const { retry_after_seconds: seconds, upstream_request_id: reference } = details;
    return { code, message, seconds, reference };
  }

  /** The session is over: another is asked for, and without one the card says so. */
  function expired({ status, error }) {
    const isOver = status === 401 && error?.code === 'session_expired';
    if (isOver) expire();
    return isOver;
  }

  async function expire() {
    picker.sending = '';
    if (await host.renew()) return;
    if (picker.phase === 'watching' && picker.order?.domains) picker.isLost = true;
    else picker.phase = 'expired';
    host.tell('peeker-error', { code: 'session_expired', message: 'The session has expired.' });
    host.changed();
  }

  /** The element is on the page with a session: whatever was being done, the session knows how things stand. */
  async function connect(id) {
    if (!['filling', 'watching'].includes(picker.phase)) picker.phase = 'loading';
    if (picker.sending === 'sent') [picker.sending, confirm] = ['confirming', CONFIRM_AFTER];
    if (id && picker.order?.id !== id) picker.order = { id, status: '' };
    host.changed();
    await readSession();
  }

  async function readSession() {
    looks += 1;
    const answer = await host.call('/v1/session', { group: 'session' });
    if (expired(answer)) return;
    const session = answer.status === 200 && answer.data?.plan?.required_domains ? answer.data : undefined;
    if (!session) return sessionFailed(answer);
    const who = ({ customer, plan }) => JSON.stringify([customer, plan]);
    const isOther = picker.session && who(picker.session) !== who(session);
    const isFirst = !picker.session || isOther;
    picker.session = session;
    if (isOther) picker.startOver();
    // What is kept belongs to whoever used this browser last: only a first customer resumes it.
    if (isFirst) host.opened(isOther);
    const order = session.order ?? (picker.order?.id ? picker.order : undefined);
    if (order) picker.begin(order);
    else picker.noOrderYet();
    host.changed();
  }

  function sessionFailed(answer) {
    if (picker.phase === 'watching') return lookLater();
    if (picker.sending) return confirmLater();
    const notice = failed(answer);
    host.tell('peeker-error', { code: notice.code, message: notice.message ?? '' });
    if (picker.phase === 'loading') Object.assign(picker, { phase: 'stuck', notice });
    return host.changed();
  }

  /** The session has no order: the form, or a second look when an order may be on its way. */
  function noOrderYet() {
    const wasPlacing = picker.phase === 'watching';
    if (picker.phase === 'stuck' || picker.phase === 'loading') picker.notice = null;
    picker.phase = 'filling';
    if (picker.sending) return confirmLater();
    if (wasPlacing) {
      Object.assign(picker, { order: null, step: 'review' });
      picker.notify('order_not_placed');
    }
    picker.read();
    // A quote is signed for one session, and this may be another.
    if (picker.step === 'review') picker.askPrice();
    return undefined;
  }

  /** Asks what the picks cost now. */
  async function askPrice() {
    quotes += 1;
    const mine = quotes;
    picker.quote = { state: 'asked' };
    host.changed();
    const body = { domains: picker.picks.map(({ name }) => name) };
    const answer = await host.call('/v1/quotes', { body, group: 'quote' });
    if (mine !== quotes || !picker.quote || expired(answer)) return;
    if (answer.status === 200 && answer.data?.token) {
      picker.quote = { state: 'held', worse: [], ...answer.data };
      picker.say('quoted');
    } else if (answer.error?.details?.findings?.length && answer.status < 500) {
      picker.quote = null;
      report(answer);
    } else {
      picker.quote = { state: 'failed', failure: failed(answer, 'price_unknown') };
    }
    host.changed();
  }

  /** Sends the order, unless something is wrong with it. */
  async function placeOrder() {
    if (picker.sending) return;
    picker.notice = null;
    // What the server said is about the order as it was sent then.
    picker.reported = [];
    if (picker.stopAtTrouble()) return;
    const draft = picker.draft();
    if (!host.tell('peeker-before-order', draft, true)) return;
    picker.sending = 'sent';
    picker.say('placing');
    host.changed();
    const answer = await host.call('/v1/orders', { body: draft });
    if (expired(answer)) return;
    const { status, data } = answer;
    if (status < 300 && data && (data.id || status === 202)) {
      picker.begin(data);
      host.changed('title');
    } else if (status >= 400 && status < 500) {
      picker.sending = '';
      if (!changedPrice(answer)) report(answer);
    } else {
      // The order may have been placed all the same: only the session knows.
      [picker.sending, confirm] = ['confirming', CONFIRM_AFTER];
      host.changed();
      await readSession();
    }
  }

  /** Asks again what became of the order, then lets the customer decide. */
  function confirmLater() {
    if (confirm <= CONFIRM_LAST) {
      tickAfter(confirm);
      confirm *= 2;
    } else {
      picker.sending = '';
      host.tell('peeker-error', { code: 'order_unconfirmed', message: '' });
      picker.notify('order_unconfirmed');
    }
    host.changed();
  }

  /** A quote that no longer holds: the new one is shown, with what is worse in it, and nothing was placed. */
  function changedPrice({ error }) {
    const quote = error?.code === 'quote_changed' && error.details?.quote;
    if (!quote) return false;
    const before = picker.quote;
    picker.quote = { state: 'held', before, worse: error.details.findings ?? [], ...quote };
    picker.step = 'review';
    host.tell('peeker-error', { code: error.code, message: error.message });
    host.changed('changed');
    return true;
  }

  /** Puts each finding where it can be mended, and the rest at the top. */
  function report(answer) {
    const error = answer.error ?? { code: 'unreadable_answer', message: '' };
    host.tell('peeker-error', { code: error.code, message: error.message });
    const findings = error.details?.findings ?? [];
    const { troubles, homeless } = picker.place(findings.length ? findings : [error]);
    picker.reported.push(...troubles);
    if (homeless.length === 1) picker.notify(homeless[0].code, { ...failed(answer), ...homeless[0] });
    else if (homeless.length) picker.notify('', { ...failed(answer), code: '', message: homeless.map(({ message }) => message).join(' ') });
    picker.stopAtTrouble();
  }

  /** There is an order: watches it by its id, or the session until there is an id. */
  function begin(order) {
    const wasAskedFor = picker.sending || picker.phase === 'watching';
    const isNew = !picker.order?.id;
    Object.assign(picker, { phase: 'watching', sending: '', notice: null, isLost: false });
    // What the order's own record said is newer than what the session says.
    if (picker.order?.id !== order.id || isNew) picker.order = order;
    if (order.id) {
      pause = FIRST_PAUSE;
      if (isNew && wasAskedFor) host.tell('peeker-ordered', { id: order.id, status: order.status, link: host.link(order.id) });
      look();
    } else {
      pause = Math.max(pause, PLACING_PAUSE);
      picker.say('placing');
      lookLater();
    }
  }

  /** Looks at the order, or at the session while there is no id. */
  async function look() {
    if (picker.phase !== 'watching' || !picker.order?.id) return readSession();
    looks += 1;
    const answer = await host.call(`/v1/orders/${encodeURIComponent(picker.order.id)}`, { etag, group: 'order' });
    if (expired(answer)) return undefined;
    // The order is placed before its first record can be read.
    picker.isLost = ![200, 304, 404].includes(answer.status) || (answer.status === 200 && !answer.data?.id);
    if (answer.status === 200 && answer.data?.id) learn(answer);
    lookLater();
    return host.changed();
  }

  function learn({ data, etag: tag }) {
    const before = picker.order;
    const isFirst = !before.domains;
    if (isFirst || tag !== etag || !tag) pause = FIRST_PAUSE;
    etag = tag;
    // The receipt has what the record may lack.
    picker.order = { costs: before.costs, ...data, domains: data.domains ?? [] };
    if (isFirst || before.status !== data.status) {
      picker.say('status', { status: data.status });
      host.tell('peeker-status', { id: data.id, status: data.status, final: Boolean(data.final) });
    }
  }

  /** The next look, after a pause that grows. */
  function lookLater() {
    if (picker.order?.final) return;
    const longest = picker.order?.id ? LAST_PAUSE : PLACING_LAST_PAUSE;
    const now = Math.min(Math.max(pause, FIRST_PAUSE), longest);
    pause = Math.min(now + Math.floor(now / 2), longest);
    tickAfter(now);
  }

  /** A timer for the next look; older ones lose their meaning, and nobody looks at a hidden page. */
  function tickAfter(milliseconds) {
    looks += 1;
    const mine = looks;
    host.after(milliseconds, () => mine === looks && !picker.hidden && look());
  }

  function hide(hidden) {
    const cameBack = picker.hidden && !hidden;
    picker.hidden = hidden;
    const waits = (picker.phase === 'watching' && !picker.order?.final) || picker.sending === 'confirming';
    if (cameBack && waits) look();
  }

  return {
    /** What the picks cost: `{state: 'asked' | 'failed' | 'held', …}`; nothing when it is not known of these picks. */
    quote: null,
    /** Whether an order is on its way: `'sent'`, or `'confirming'` after its answer got lost. */
    sending: '',
    /** The order as it is known. */
    order: null,
    /** The newest look failed: what is shown may be old. */
    isLost: false,
    failed,
    expired,
    connect,
    noOrderYet,
    askPrice,
    placeOrder,
    begin,
    hide,
    dropQuote() {
      picker.quote = null;
      quotes += 1;
    },
  };
}
