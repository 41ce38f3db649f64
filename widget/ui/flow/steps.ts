// The way through the form: to a step, or to the first one before it where something is wrong.

import { foundOn, stepOf, troublesOf } from '../form/problems.js';
import { type Place, STEPS, type Step } from '../form/state.js';
import { type Context, pickedNames, reportChange } from './context.js';
import { takePending } from './people.js';

export function go(context: Context, step: Step): void {
  const { form, client, page } = context;
  // Picks of a kept draft are being asked about: their answer decides.
  const isAsked = form.picks.some(({ name }) => (client.row(name) ?? 'pending') === 'pending');
  form.bound = isAsked ? step : undefined;
  if (isAsked) return;
  form.notice = undefined;
  if (step === 'review' && !takePending(context)) {
    form.step = 'people';
    return;
  }
  const wrong = STEPS.slice(0, STEPS.indexOf(step)).find((before) => foundOn(form, before).length);
  if (wrong) {
    stopAt(context, wrong);
    return;
  }
  const wasReview = form.step === 'review';
  form.step = step;
  if (step === 'review') client.holdQuote(pickedNames(context));
  else if (wasReview) client.dropQuote();
  reportChange(context);
  page.changed('title');
}

export function move(context: Context, by: 1 | -1): void {
  const step = STEPS[STEPS.indexOf(context.form.step) + by];
  if (step) go(context, step);
}

/** Goes where the customer wanted to go, if that waited for an answer about names. */
export function goOn(context: Context): void {
  if (context.form.bound) go(context, context.form.bound);
}

/** To the first step where something is wrong, if there is one. */
export function stopAtTrouble(context: Context): boolean {
  const step = STEPS.find((candidate) => troublesOf(context.form, candidate).length);
  if (step) stopAt(context, step);
  return Boolean(step);
}

/** To a field, or to the list of picks, wherever it is. */
export function show(context: Context, at: Place): void {
  const { form, page } = context;
  const first = form.people[0];
  const isPeople = at === 'people' && first;
  form.step = stepOf(at);
  page.changed(at.startsWith('pick-') ? 'picks' : isPeople ? `first_name-${first.number}` : at);
}

function stopAt(context: Context, step: Step): void {
  context.form.step = step;
  context.form.tried.add(step);
  context.page.changed('troubles');
}
