// What the customer pays: the domains as they were quoted, the plan for each of its periods, and what of an order renews.

import type { OrderView, Quote, SessionView, State } from '../client.js';

type Pricing = NonNullable<SessionView['pricing']>;

/** What is known of an order, from its record, from the list or from the receipt. */
type Sold = Partial<Pick<OrderView, 'charge' | 'cancels_at' | 'renews_at'>> & { status: string };

/** What the plan costs beside the domains, and how often; nothing where it has no price of its own. */
export function planPrice(view: SessionView | undefined): Pricing['plan'] {
  return view?.pricing?.plan;
}

/** What is paid today: the domains, and the plan's first period. Unknown where no amounts are shown. */
export function dueToday({ total_cents: domains }: Quote, view: SessionView | undefined): number | undefined {
  return domains === undefined ? undefined : domains + (planPrice(view)?.price_cents ?? 0);
}

/** Whether the customer sees amounts: a partner may show none. */
export function hasAmounts({ quote }: State, view: SessionView | undefined): boolean {
  const isBare = quote.state === 'held' && quote.quote.total_cents === undefined;
  return !isBare && view?.pricing?.show !== 'none';
}

function isOver({ status }: Sold): boolean {
  return status === 'failed' || status === 'cancelled';
}

/** Whether an order has ended, or is set to end: nothing of it is paid again. */
export function isEnding(order: Sold): boolean {
  return isOver(order) || order.status === 'cancel_scheduled' || Boolean(order.cancels_at);
}

/** The next date of an order, and the words before it: when it ends, or else when it renews. */
export function nextDate(order: Sold): { word: 'ends' | 'ended' | 'renews' | 'plan_renews'; at: string } | undefined {
  const { charge, cancels_at: end, renews_at: renewal } = order;
  if (end) return { word: isOver(order) ? 'ended' : 'ends', at: end };
  // Upstream's date is a month after the order: it says nothing about a plan that is sold per year.
  if (!renewal || isEnding(order) || charge?.plan?.per === 'year') return undefined;
  // What renews on that day is the plan: domains renew yearly, whatever its period.
  return { word: charge ? 'plan_renews' : 'renews', at: renewal };
}
