// Picking: one name, the first that fit, or the cheapest that fill the plan.

import { chosenNames, isAvailable, isPicked, withNames } from '../form/picks.js';
import type { SaidWord } from '../form/state.js';
import type { Values } from '../words/speech.js';
import { type Context, checkForm, lookupOf, pickedNames, reportChange, requiredOf, say } from './context.js';

export function toggle(context: Context, name: string): void {
  if (isPicked(context.form.picks, name)) drop(context, name);
  else if (isAvailable(context.client.row(name))) add(context, [name], 'added', { name });
}

/** Drops a pick in the list of picks, where its button goes: the focus moves to a neighbour. */
export function remove(context: Context, name: string): void {
  const index = context.form.picks.findIndex((pick) => pick.name === name);
  drop(context, name);
  const neighbour = context.form.picks[index] ?? context.form.picks.at(-1);
  context.page.changed(neighbour ? `remove-${neighbour.name}` : 'picks');
}

export function fill(context: Context): void {
  const names = context.form.search.fitting;
  add(context, names, 'filled', { count: names.length });
  context.page.changed('picks');
}

/** Picks the cheapest of the names shown that fill the plan, or says what is missing. */
export function choose(context: Context): void {
  const { form, page } = context;
  const chosen = chosenNames(requiredOf(context), form, lookupOf(context));
  if (Array.isArray(chosen)) {
    add(context, chosen, 'filled', { count: chosen.length });
    page.changed('picks');
  } else {
    form.shortage = chosen;
    say(context, 'shortage', { ...chosen });
    page.changed();
  }
}

/** Asks about the picks once more, whatever is known of them. */
export async function checkPicksAgain(context: Context): Promise<void> {
  try {
    await context.client.check(pickedNames(context));
  } catch {
    // What is known stays.
  }
  checkForm(context);
  reportChange(context);
  context.page.changed();
}

function add(context: Context, names: readonly string[], word: SaidWord, values: Values): void {
  context.form.picks = withNames(context.form.picks, names);
  picksChanged(context, word, values);
}

function drop(context: Context, name: string): void {
  const { form } = context;
  form.picks = form.picks.filter((pick) => pick.name !== name);
  form.reported = form.reported.filter(({ at }) => at !== `pick-${name}` && at !== `redirect-${name}`);
  picksChanged(context, 'removed', { name });
}

function picksChanged(context: Context, word: SaidWord, values: Values): void {
  const { form, client, page } = context;
  form.reported = form.reported.filter(({ at }) => at !== 'picks');
  form.notice = undefined;
  form.shortage = undefined;
  client.dropQuote();
  say(context, word, values);
  checkForm(context);
  reportChange(context);
  page.changed();
}
