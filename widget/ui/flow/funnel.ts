// How far a customer has come, step by step, for the page's own statistics: times, and nothing of a person.

import type { Context } from './context.js';
import type { FunnelStep } from './events.js';

function isAnyChecked({ client, form }: Context): boolean {
  const { entries } = form.search.query;
  return entries.some(({ name, problem }) => !problem && typeof client.row(name) === 'object');
}

export class Funnel {
  readonly #reached = new Set<FunnelStep>();
  #last = performance.now();

  /** Reports the steps that were reached since it was asked last. */
  follow(context: Context, isFormShown: boolean): void {
    const { client, form } = context;
    const { order, quote } = client.state;
    if (isFormShown) this.#reach(context, 'shown');
    if (!this.#reached.has('shown')) return;
    // Found out only until it was reached: it takes a look at every name.
    if (!this.#reached.has('searched') && isAnyChecked(context)) this.#reach(context, 'searched');
    if (form.report.ok && form.picks.length) this.#reach(context, 'picked');
    if (quote.state === 'held') this.#reach(context, 'quoted');
    if (order.state === 'placed' && order.is_own) this.#reach(context, 'ordered');
  }

  #reach({ page }: Context, step: FunnelStep): void {
    if (this.#reached.has(step)) return;
    this.#reached.add(step);
    const now = performance.now();
    page.emit('peeker-step', { step, milliseconds: Math.round(now - this.#last) });
    this.#last = now;
  }
}
