// Follows the client: what its changes mean for the form, for the page, and for what is said.

import type { Announcement, OrderState, QuoteState, SessionState, SessionView, State } from '../client.js';
import { countFound } from '../form/picks.js';
import { newForm } from '../form/state.js';
import { type Context, checkForm, lookupOf, notify, pickedNames, say } from './context.js';
import { readOrders } from './orders.js';
import { blame, leaveUnconfirmed, refuse } from './placing.js';
import { readQuery } from './search.js';
import { goOn } from './steps.js';

/** What the element does when a session comes up. */
export interface Memory {
  /** A session was read for the first time, or one of another customer or plan: brings back what was kept. */
  recall(isOther: boolean): void;
}

/** Takes up what changed between two states of the client. */
export function follow(
  context: Context,
  before: State | undefined,
  announced: readonly Announcement[],
  memory: Memory,
): void {
  const { state } = context.client;
  if (state.session !== before?.session) followSession(context, state.session, memory);
  if (state.names !== before?.names || state.session !== before?.session) checkForm(context);
  for (const announcement of announced) report(context, announcement);
  if (state.quote !== before?.quote) followQuote(context, before?.quote, state.quote);
  if (state.order !== before?.order) followOrder(context, before?.order, state, announced);
  if (state.names !== before?.names || announced.some(({ type }) => type === 'checked')) goOn(context);
  seeOrders(context);
  context.page.changed();
}

function followSession(context: Context, session: SessionState, memory: Memory): void {
  if (session.state === 'ended' || session.state === 'failed') say(context, '');
  if (session.state !== 'open') return;
  const isFirst = !context.view;
  const isOther = !isFirst && session.is_other && ownerOf(session.view) !== context.owner;
  if (session.view.plan) {
    context.owner = ownerOf(session.view);
    if (context.view && !context.view.plan) context.form.isListing = false;
  }
  context.view = session.view;
  if (isOther) context.form = newForm();
  if (isFirst || isOther) memory.recall(isOther);
  if (session.view.plan) readQuery(context);
  else if (context.client.state.order.state === 'none') readOrders(context);
}

/** Whom a form belongs to. */
function ownerOf({ customer, plan }: SessionView): string {
  return JSON.stringify([customer, plan]);
}

/** What happened, for the page and for screen readers. */
function report(context: Context, announcement: Announcement): void {
  const { page } = context;
  if (announcement.type === 'ordered') {
    const { id, status } = announcement;
    const link = page.link(id);
    page.emit('peeker-ordered', link === undefined ? { id, status } : { id, status, link });
  } else if (announcement.type === 'status') {
    const { id, status, final } = announcement;
    say(context, 'status', { status });
    page.emit('peeker-status', { id, status, final });
  } else if (announcement.type === 'failed') {
    const { code, message } = announcement.problem;
    page.emit('peeker-error', { code, message: message || page.words(code) });
    // Another order may be shown in its place.
    if (code === 'order_not_found') notify(context, { code, isAlone: true });
  } else if (announcement.type === 'checked' && context.form.step === 'domains') {
    context.form.shortage = undefined;
    say(context, 'checked', countFound(context.form.search.query, lookupOf(context)));
  }
}

function followQuote(context: Context, before: QuoteState | undefined, quote: QuoteState): void {
  if (quote.state === 'held' && before?.state !== 'held') {
    const { total_cents, currency } = quote.quote;
    if (total_cents !== undefined) say(context, 'quoted', { total_cents, currency });
  }
  if (quote.state !== 'failed' || !quote.problem) return;
  if (quote.reason === 'refused' || quote.reason === 'picks_changed') {
    blame(context, quote.problem, quote.reason === 'picks_changed');
  }
}

function followOrder(
  context: Context,
  before: OrderState | undefined,
  { order, session, quote }: State,
  announced: readonly Announcement[],
): void {
  const { form, page } = context;
  const was = before?.state ?? 'none';
  if (order.state === 'sending') {
    form.notice = undefined;
    say(context, 'placing');
  } else if (order.state === 'none') {
    followNothing(context, order, was, quote);
  } else if (order.state === 'unconfirmed' && session.state === 'open') {
    leaveUnconfirmed(context, order.problem);
  } else if (order.state === 'doubt' && was !== 'doubt' && session.state === 'open') {
    form.notice = undefined;
    say(context, 'doubt');
    page.changed('title');
  } else if ((order.state === 'placing' || order.state === 'placed') && was !== 'placed') {
    const isUsed = announced.some(
      ({ type, ...more }) => type === 'failed' && 'problem' in more && more.problem.code === 'session_used',
    );
    form.notice = isUsed ? { code: 'session_used' } : undefined;
    if (order.state === 'placing') say(context, 'placing');
    // Where the customer waits for it, and not where an answer comes in by itself.
    if (['sending', 'approving', 'doubt'].includes(was)) page.changed('title');
  }
}

/** Nothing is ordered: why the last try was refused, or that the order which was on its way was not placed. */
function followNothing(
  context: Context,
  order: OrderState & { state: 'none' },
  was: OrderState['state'],
  quote: QuoteState,
): void {
  const { form, view, page } = context;
  if (order.not_placed) {
    if (was === 'placing') form.step = 'review';
    say(context, '');
    notify(context, { code: 'order_not_placed' });
  }
  const { problem } = order;
  if (problem?.code === 'quote_changed' && isPriceAlone(problem.details?.findings) && quote.state === 'held') {
    form.step = 'review';
    say(context, '');
    page.changed('changed');
  } else if (problem) {
    refuse(context, problem);
  }
  // A session that only looks goes back to its list.
  if (view && !view.plan && was === 'placed') readOrders(context);
  if (was === 'sending' && !problem && !order.not_placed) say(context, '');
}

/** Whether only prices changed: a name that can no longer be had is shown among the picks. */
function isPriceAlone(findings: readonly { code: string }[] = []): boolean {
  return !findings.some(({ code }) => code.startsWith('domain_'));
}

/** A customer who sees the list of orders may then say that an order in doubt is not in it. */
function seeOrders({ form, client }: Context): void {
  const { order, orders } = client.state;
  const isSeen = form.isListing && orders.is_read && !orders.is_reading && !orders.problem;
  if (isSeen && order.state === 'doubt' && !order.has_looked) client.sawOrders();
}

/** The element is on the page again, or another session came: what is on show is read again. */
export function readAgain(context: Context): void {
  const { form, client, view } = context;
  if (!view) return;
  if (form.isListing || !view.plan) readOrders(context);
  if (!view.plan) return;
  readQuery(context);
  // What was ordered has its price.
  const canOrder = ['none', 'unconfirmed'].includes(client.state.order.state);
  if (canOrder && form.step === 'review' && client.state.quote.state === 'none') client.holdQuote(pickedNames(context));
}
