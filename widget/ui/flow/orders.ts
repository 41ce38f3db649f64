// The customer's orders: the list, one of them opened from it, and the way back.

import type { Context } from './context.js';
import { isBusy } from './context.js';

/** Shows the list in place of the form or of an order; `focus` goes where the customer acted. */
export function listOrders(context: Context, focus?: string): void {
  const { form, client, page } = context;
  if (isBusy(context)) return;
  const { order } = client.state;
  form.isListing = true;
  form.notice = undefined;
  if (order.state === 'placed' && !order.is_own) client.leave();
  readOrders(context);
  page.changed(focus);
}

/** Reads the first page of the list, or the `next` one. */
export async function readOrders({ client }: Context, next = false): Promise<void> {
  try {
    await client.orders(next);
  } catch {
    // The client's state says why.
  }
}

/** Shows one order of the list, with its own lists as short as at first. */
export function openOrder(context: Context, id: string): void {
  context.form.unfolded.clear();
  context.form.isListing = false;
  context.form.notice = undefined;
  context.client.watch(id);
  context.page.changed('title');
}

/** Back from the list to where the session is: its order, or the form. */
export function leaveOrders(context: Context): void {
  context.form.isListing = false;
  context.form.notice = undefined;
  context.client.leave();
  context.page.changed('title');
}
