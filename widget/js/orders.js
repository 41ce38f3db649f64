// Session and order: what is asked of the server about them, and how the order is watched.

import { PLACING } from './host.js';

/** Milliseconds until the customer's earlier orders are asked for: the form comes first. */
const EARLIER_AFTER = 1_000;
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
  let etag;
  /** What was shown of the order when it was last looked at. */
  let shown = '';
  /** When the server may be asked again, on the clock of `performance`. */
  let notBefore = 0;
  /** The order that the page names in its attribute. */
  let named = '';

  /** Why a call failed, as a notice; `otherwise` where the server had no words of use. */
  function failed({ status, error, wait }, otherwise = 'unreachable') {
    if (status === 413) return { code: 'body_too_large' };
    const seconds = Math.ceil(wait / 1_000);
    if (!error || status >= 500) return { code: otherwise, seconds };
    const { code, message, details } = error;
    return { code, message, seconds, reference: details?.upstream_request_id };
  }

  /**
   * The session is over: another is asked for, and without one the card says so. Or it has placed another order before:
   * that one is shown.
   */
  function expired({ status, error }) {
    const isOver = status === 401 && error?.code === 'session_expired';
    const order = error?.code === 'session_used' && error.details?.order;
    if (isOver) expire();
    else if (order) showPlaced(order, error);
    return isOver || Boolean(order);
  }

  function showPlaced(order, { code, message }) {
    host.tell('peeker-error', { code, message });
    // What was sent now was not ordered.
    Object.assign(picker, { sending: '', sent: null, visit: false });
    picker.begin(order);
    picker.notice = { code };
    host.changed('title');
  }

  async function expire() {
    if (picker.sending !== 'sent') picker.sending = '';
    if (!(await host.renew())) picker.endSession();
  }

  /** There is no session any more. */
  function endSession() {
    // The answer to an order that is on its way says more.
    if (picker.sending === 'sent' || picker.phase === 'expired') return;
    picker.sending = '';
    if (picker.phase === 'watching' && picker.order?.id && (picker.order.domains || !picker.visit)) picker.isLost = true;
    else picker.phase = 'expired';
    picker.say('');
    host.tell('peeker-error', { code: 'session_expired', message: 'The session has expired.' });
    host.changed();
  }

  /** The element is on the page with a session: whatever was being done, the session knows how things stand. */
  async function connect(id) {
    if (!['filling', 'watching', 'doubt'].includes(picker.phase)) picker.phase = 'loading';
    // Off the page the answer was not waited for.
    if (picker.sending === 'sent' && !host.isCalling(PLACING)) picker.confirm();
    nameOrder(id);
    // Looks that were cut off go on in the new session.
    picker.owned.isAsking = false;
    host.changed();
    await readSession();
    picker.lookAtJobs();
  }

  /** The page names an order to be shown, or no longer. */
  function nameOrder(id) {
    if (id === named) return;
    if (picker.visit && !id) picker.order = null;
    picker.visit = Boolean(id) && picker.order?.id !== id;
    if (picker.visit) picker.order = { id, status: '' };
    [named, etag, shown] = [id, undefined, ''];
  }

  async function readSession() {
    looks += 1;
    const answer = await host.call('/v1/session', { group: 'session' });
    if (expired(answer)) return;
    const session = answer.status === 200 && isSession(answer.data) ? answer.data : undefined;
    if (!session) return sessionFailed(answer);
    const who = ({ customer, plan }) => JSON.stringify([customer, plan]);
    // A session without a plan only looks at orders: the form of the same customer stays as it was.
    const { session: last, form = last } = picker;
    const isOther = last && (last.customer !== session.customer || (session.plan && form.plan && who(form) !== who(session)));
    if (session.plan) picker.form = session;
    const isFirst = !picker.session || isOther;
    // What the same customer has sent stays in doubt, whatever the plan.
    const sent = last?.customer === session.customer ? picker.sent : null;
    picker.session = session;
    if (isOther) {
      picker.startOver();
      picker.sent = sent;
      picker.nameOrder(named);
    }
    if (isFirst) host.opened(isOther);
    if (session.order) picker.own = session.order;
    const isListing = picker.phase === 'listing';
    const order = picker.visit ? picker.order : session.order ?? (picker.order?.id ? picker.order : undefined);
    picker.visit &&= order.id !== session.order?.id;
    if (isListing) picker.readOrders();
    else if (order) picker.begin(order);
    else if (session.plan) picker.noOrderYet();
    else picker.listOrders();
    // The form does not wait for it.
    if (session.plan && !picker.earlier.isRead) host.after(EARLIER_AFTER, () => picker.phase !== 'doubt' && picker.readOrders());
    host.changed();
  }

  function sessionFailed(answer) {
    rest(answer);
    const notice = failed(answer);
    // Such a session will not be a better one later.
    const isRefused = answer.status === 401 && Boolean(answer.error);
    if (isRefused) Object.assign(notice, { isFinal: true, code: ['session_claims', 'session_audience'].includes(notice.code) ? notice.code : 'session_claims' });
    if (picker.phase === 'watching') {
      if (!isRefused) return lookLater();
      picker.isLost = true;
      return host.changed();
    }
    if (picker.phase === 'doubt' && !isRefused) return picker.lookAgain();
    if (picker.sending === 'confirming' && !isRefused) return picker.confirmLater();
    host.tell('peeker-error', { code: answer.error?.code ?? notice.code, message: answer.error?.message ?? '' });
    if (picker.sending === 'sent') return undefined;
    if (picker.phase === 'loading' || isRefused) Object.assign(picker, { phase: 'stuck', sending: '', notice });
    return host.changed();
  }

  /** The session has no order: the form, or a second look when an order may be on its way. */
  function noOrderYet() {
    const wasPlacing = picker.phase === 'watching';
    // The answer to the order is on its way.
    if (picker.sending === 'sent') return undefined;
    if (picker.isInDoubt()) {
      picker.own = null;
      return picker.lookFor();
    }
    if (picker.phase === 'stuck' || picker.phase === 'loading') picker.notice = null;
    picker.phase = 'filling';
    if (picker.sending) return picker.confirmLater();
    if (wasPlacing) {
      Object.assign(picker, { order: null, step: 'review', sent: null });
      picker.own = null;
      picker.say('');
      picker.notify('order_not_placed');
    } else if (picker.sent && !picker.isUnconfirmed) {
      // A page that was closed meanwhile has sent it.
      picker.unconfirmed();
    }
    picker.read();
    if (picker.step === 'review') picker.renewPrice();
    return undefined;
  }

  /** There is an order: watches it by its id, or the session until there is an id. */
  function begin(order) {
    const wasAskedFor = picker.sending || ['watching', 'doubt'].includes(picker.phase);
    const isNew = !picker.order?.id;
    Object.assign(picker, { phase: 'watching', sending: '', notice: null, isLost: false });
    // What the order's own record said is newer than what the session says.
    if (picker.order?.id !== order.id || isNew) {
      picker.order = order;
      [etag, shown] = [undefined, ''];
    }
    if (!picker.visit) picker.own = order;
    // What is found is in doubt no more.
    if (!picker.visit && order.id) Object.assign(picker, { sent: null, hasLooked: false });
    if (order.id) {
      pause = FIRST_PAUSE;
      if (isNew && wasAskedFor) host.tell('peeker-ordered', { id: order.id, status: order.status, link: host.link(order.id) });
      look();
    } else {
      pause = Math.max(pause, PLACING_PAUSE);
      picker.sent ??= { session: picker.session.id, domains: picker.picks.map(({ name }) => name), at: Date.now(), before: [] };
      picker.say('placing');
      lookLater();
    }
  }

  /** Looks at the order, or at the session while there is no id. */
  async function look() {
    if (picker.phase !== 'watching' || !picker.order?.id) return readSession();
    looks += 1;
    const mine = looks;
    const answer = await host.call(`/v1/orders/${encodeURIComponent(picker.order.id)}`, { etag, group: 'order' });
    if (mine !== looks || expired(answer)) return undefined;
    rest(answer);
    if (answer.status === 404 && picker.visit) return notFound();
    // The order is placed before its first record can be read.
    picker.isLost = ![200, 304, 404].includes(answer.status) || (answer.status === 200 && !answer.data?.id);
    if (answer.status === 200 && answer.data?.id) learn(answer);
    lookLater();
    return host.changed();
  }

  function learn({ data, etag: tag }) {
    const before = picker.order;
    const isFirst = !before.domains;
    // Whatever becomes of ETag on the way: only news makes the next look come soon.
    const { updated_at, ...news } = data;
    const now = JSON.stringify(news);
    if (now !== shown) pause = FIRST_PAUSE;
    [etag, shown] = [tag, now];
    // The receipt has what the record may lack.
    picker.order = { costs: before.costs, ...data, domains: data.domains ?? [] };
    if (isFirst || before.status !== data.status) {
      picker.say('status', { status: data.status });
      host.tell('peeker-status', { id: data.id, status: data.status, final: Boolean(data.final) });
    }
  }

  /** The order that was asked for is not one of this customer: back to where the session is. */
  function notFound() {
    picker.visit = false;
    picker.order = null;
    if (picker.session.plan) picker.leaveOrders();
    else picker.listOrders();
    picker.notice = { code: 'order_not_found', isAlone: true };
    host.changed();
  }

  /** What the server asks for is respected, whatever happens on the page. */
  function rest({ wait }) {
    notBefore = performance.now() + wait;
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
    host.after(Math.max(milliseconds, notBefore - performance.now()), () => mine === looks && !picker.hidden && look());
  }

  function hide(hidden) {
    const cameBack = picker.hidden && !hidden;
    picker.hidden = hidden;
    const waits = (picker.phase === 'watching' && !picker.order?.final) || picker.sending === 'confirming' || picker.phase === 'doubt';
    if (cameBack && waits) tickAfter(0);
    else if (cameBack) picker.keepPrice();
  }

  return {
    /** The order as it is known. */
    order: null,
    /** The newest look failed: what is shown may be old. */
    isLost: false,
    /** The order of this session, beside those that the customer looks at. */
    own: null,
    failed,
    expired,
    endSession,
    tickAfter,
    connect,
    nameOrder,
    readSession,
    noOrderYet,
    begin,
    hide,
    /** No order is looked at any more. */
    stopLooking() {
      looks += 1;
    },
  };
}

/** A session with a plan, or one without that may only look. */
function isSession(data) {
  return Boolean(data?.plan?.required_domains || (data?.customer && data.plan === null));
}
