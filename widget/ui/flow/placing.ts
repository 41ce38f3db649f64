// Placing the order: with the price on show, and what the form says when a price or an order is refused.

import type { Finding, Problem } from '../client.js';
import { orderDraft } from '../form/draft.js';
import { noticeOf, noticeOfQuote } from '../form/notice.js';
import { placeFindings } from '../form/problems.js';
import { type Context, isBusy, notify, pickedNames, say } from './context.js';
import { checkPicksAgain } from './picks.js';
import { stopAtTrouble } from './steps.js';

/** For the developer of a page whose session needs an approval. */
const NO_APPROVE =
  'peeker-checkout: this session needs an approval of the payment, and `checkout.approve` is missing. Set it to a function that resolves with {approval} or {refused}: see docs/payments.md#by-token.';

/** Sends the order, unless something is wrong with it. */
export async function placeOrder(context: Context): Promise<void> {
  const { form, client, page } = context;
  if (isBusy(context)) return;
  form.notice = undefined;
  // What the server found was about the order as it was then.
  form.reported = [];
  page.changed();
  if (stopAtTrouble(context)) return;
  // Only what was shown with its price is ordered.
  if (!client.hasQuote) return askPrice(context);
  const { quote } = client.state;
  const draft = orderDraft(form, quote.state === 'held' ? quote.quote.token : undefined);
  // What the customer has seen is sent, whatever a handler does to its copy.
  if (!page.emit('peeker-before-order', structuredClone(draft), true)) return;
  try {
    await client.place(draft);
  } catch {
    // The client's state says what became of it.
  }
}

export function askPrice(context: Context): void {
  const { client, form } = context;
  const { quote } = client.state;
  // An order that was refused for its price: the next answer about the price says how things stand.
  if (quote.state === 'failed' && noticeOfQuote(quote).code === form.notice?.code) form.notice = undefined;
  client.holdQuote(pickedNames(context));
  context.page.changed();
}

/** Puts each finding of a refusal where it can be corrected, and the rest at the top; the customer goes there, or stays. */
export function blame(context: Context, problem: Problem, isStaying: boolean): void {
  const { form } = context;
  const findings: Finding[] = problem.details?.findings ?? [];
  const { troubles, others } = placeFindings(form, findings.length ? findings : [toFinding(problem)]);
  const isNew = (old: Finding & { at: string }) => !troubles.some(({ at, code }) => at === old.at && code === old.code);
  form.reported = [...form.reported.filter(isNew), ...troubles];
  // The server knows the picks otherwise than they are shown.
  if (troubles.some(({ at }) => at === 'picks')) checkPicksAgain(context);
  say(context, '');
  const [first, ...more] = others;
  const notice = noticeOf(problem, 'unreadable_answer');
  if (first && !more.length) notify(context, findings.length ? { ...notice, ...first } : notice);
  else if (first) notify(context, { ...notice, code: '', message: others.map(({ message }) => message).join(' ') });
  if (!isStaying) stopAtTrouble(context);
}

function toFinding({ code, message, field }: Problem): Finding {
  return field === undefined ? { code, message } : { code, message, field };
}

/** This try ordered nothing: why, and what the customer can do. */
export function refuse(context: Context, problem: Problem): void {
  const { code, message } = problem;
  if (code === 'order_not_found') notify(context, { code, isAlone: true });
  else if (code === 'approval_refused') refuseApproval(context, message);
  else if (code === 'approval_outdated') notify(context, { code });
  else if (isFinal(problem)) notify(context, refusedNotice(problem, 'order_refused'));
  else blame(context, problem, false);
}

/** What was sent before may have been placed; the try that `problem` is about ordered nothing. */
export function leaveUnconfirmed(context: Context, problem: Problem | undefined): void {
  say(context, '');
  if (!problem) notify(context, { code: 'order_unconfirmed' });
  else if (isFinal(problem)) notify(context, refusedNotice(problem, 'order_refused_in_doubt'));
  else blame(context, problem, false);
}

function refuseApproval(context: Context, reason: string): void {
  say(context, '');
  if (!context.canPay) {
    // biome-ignore lint/suspicious/noConsole: only the page's developer can set the function, and no customer reads this.
    console.error(NO_APPROVE);
    notify(context, { code: 'payment_missing' });
    return;
  }
  notify(context, reason ? { code: 'approval_refused_reason', reason } : { code: 'approval_refused' });
}

/** Whether the server is sure that nothing was ordered, and that asking again does not help. */
function isFinal({ status, retryable }: Problem): boolean {
  return status >= 500 && !retryable;
}

function refusedNotice({ message, details }: Problem, code: string) {
  return { code, reason: message, reference: details?.upstream_request_id };
}
