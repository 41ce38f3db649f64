// Sending the order: what becomes of it when it is refused, and when its answer gets lost.

import { PLACING } from './host.js';

/** Milliseconds until the session is asked what became of an order whose answer got lost. */
const CONFIRM_AFTER = 1_000;
/** The last such pause; after it the customer may send again, which is safe: a session places one order. */
const CONFIRM_LAST = 4_000;

/** Statuses with which a gateway keeps a call from the server, in words of its own: too large, too many. */
const GATEWAY = [413, 429];

/** The part of the picker that sends the order; `picker` is the whole. */
export function placing(picker) {
  const { host } = picker;
  /** Milliseconds until the session is asked again whether it has the order. */
  let pause = 0;

  /** Sends the order, unless something is wrong with it. */
  async function placeOrder() {
    if (picker.sending) return;
    picker.notice = null;
    // What the server said is about the order as it was sent then.
    picker.reported = [];
    if (picker.stopAtTrouble()) return;
    // Only what was shown with its price is ordered.
    if (!picker.hasPrice()) return void picker.askPrice(true);
    const draft = picker.draft();
    if (!host.tell('peeker-before-order', draft, true)) return;
    const [earlier, session] = [picker.sent, picker.session.id];
    picker.sending = 'sent';
    picker.isUnconfirmed = false;
    picker.sent = { session, domains: draft.domains.map(({ domain }) => domain), at: Date.now(), before: earlier?.before ?? picker.earlier.rows.map(({ id }) => id) };
    picker.say('placing');
    host.changed();
    const answer = await host.call('/v1/orders', { body: draft, group: PLACING });
    const { status, data } = answer;
    const isFinal = isFinalFailure(answer);
    const isRefused = isRefusal(answer) || isFinal;
    // Who is kept out, or cannot be served, learns nothing of an order sent before.
    if (isRefused) picker.sent = isFinal || [401, 408, 429].includes(status) ? earlier : null;
    if (isRefused || picker.isInDoubt()) picker.sending = '';
    if (isRefused) Object.assign(picker, { phase: 'filling' }).say('');
    if (isRefused && picker.expired(answer)) {
      // Another session may be there soon: the form says why the order is still to be placed.
      if (status === 401 && !earlier) picker.notice = { code: 'order_not_placed' };
      return;
    }
    if (status < 300 && data?.id) {
      picker.begin(data);
      host.changed('title');
    } else if (picker.isInDoubt()) {
      picker.lookFor();
    } else if (status === 202 && data) {
      picker.begin(data);
      host.changed('title');
    } else if (isFinal) {
      failFor(answer, earlier);
    } else if (isRefused) {
      if (!picker.changedPrice(answer)) refuse(answer);
      // A quote is good for one session, and there is another by now.
      if (session !== picker.session.id && picker.step === 'review') picker.renewPrice();
    } else {
      // The order may have been placed all the same: only the session knows.
      confirm();
      host.changed();
      await picker.readSession();
    }
  }

  /** Asks again what became of the order, then lets the customer decide. */
  function confirmLater() {
    if (pause <= CONFIRM_LAST) {
      picker.tickAfter(pause);
      pause *= 2;
    } else {
      picker.sending = '';
      unconfirmed();
      if (picker.step === 'review') picker.keepPrice();
    }
    host.changed();
  }

  function unconfirmed() {
    picker.isUnconfirmed = true;
    picker.say('');
    host.tell('peeker-error', { code: 'order_unconfirmed', message: '' });
    picker.notify('order_unconfirmed');
  }

  /** This try ordered nothing, and the next one would not, either; what became of an `earlier` one stays unknown. */
  function failFor(answer, earlier) {
    const { code, message: reason, details } = answer.error;
    picker.isUnconfirmed = Boolean(earlier);
    host.tell('peeker-error', { code, message: reason });
    picker.notify(earlier ? 'order_refused_in_doubt' : 'order_refused', { reason, reference: details?.upstream_request_id });
    picker.keepPrice();
  }

  function refuse(answer) {
    blame(answer);
    // A quote that the server does not take is of no use any more.
    if (/^quote_/.test(answer.error?.code) && picker.step === 'review') picker.askPrice(true);
    else picker.keepPrice();
  }

  /** Puts each finding where it can be mended, and the rest at the top. */
  function blame(answer, isStaying = false) {
    const error = answer.error ?? { code: answer.status === 413 ? 'body_too_large' : 'unreadable_answer', message: '' };
    host.tell('peeker-error', { code: error.code, message: error.message });
    const findings = error.details?.findings ?? [];
    const { troubles, homeless } = picker.place(findings.length ? findings : [error]);
    const isSame = (one, other) => one.at === other.at && one.code === other.code;
    picker.reported = [...picker.reported.filter((one) => !troubles.some((other) => isSame(one, other))), ...troubles];
    picker.learnGone(findings);
    // The server knows the picks otherwise than they are shown.
    if (troubles.some(({ at }) => at === 'picks')) picker.askPicks();
    picker.say('');
    if (homeless.length === 1) picker.notify(homeless[0].code, { ...picker.failed(answer), ...homeless[0] });
    else if (homeless.length) picker.notify('', { ...picker.failed(answer), code: '', message: homeless.map(({ message }) => message).join(' ') });
    if (!isStaying) picker.stopAtTrouble();
  }

  /** The answer to the order got lost: the session is asked what became of it. */
  function confirm() {
    picker.sending = 'confirming';
    pause = CONFIRM_AFTER;
  }

  return {
    /** Whether an order is on its way: `'sent'`, or `'confirming'` after its answer got lost. */
    sending: '',
    /** The session could not say what became of the order: it may be sent again, which is safe in the same session. */
    isUnconfirmed: false,
    placeOrder,
    confirm,
    confirmLater,
    unconfirmed,
    blame,
  };
}

/** Whether nothing was ordered: the server says so, or a gateway has let nothing through. A page of a proxy says nothing. */
function isRefusal({ status, error }) {
  return status >= 400 && status < 500 && (Boolean(error?.code) || GATEWAY.includes(status));
}

/** Whether the server says for certain that nothing was ordered, and that asking again is of no use. */
function isFinalFailure({ status, error }) {
  return status >= 500 && error?.retryable === false && Boolean(error.code) && error.code !== 'internal';
}
