// Stories of orders that exist, of lists of orders, and of sessions that are over or were not opened.

import { ORDER_PATH, RECEIPT, inboxes, largeOrder, lost, order, orders, priced, refused, withOrder, withoutPlan } from './answers.mjs';
import { GOING, LIST, PLACE, SESSION, places } from './steps.mjs';

/** An order that is there when the page opens. */
const placed = (answer, sees) => ({
  answers: { [SESSION]: () => withOrder(), [ORDER_PATH]: () => answer },
  acts: (hand) => hand.sees(sees),
});

const pictures = ['nordic-coffee.com', 'trynordiccoffee.com'].map((domain, index) => ({
  id: `act_${index}`,
  type: 'google_profile_picture',
  reason: 'profile_picture_not_accessible',
  domain,
  message: 'The picture of Sam Lee could not be opened.',
  who: 'customer',
  what_to_do: 'Make the picture public, or send another address.',
}));

export const ORDERED = {
  underway: {
    note: 'Whether there is an order is not known yet: it is not reported as failed.',
    answers: { [SESSION]: () => withOrder('placing', null) },
    acts: (hand) => hand.sees('Your order is being placed'),
  },
  placed: {
    note: 'Placed, before the first news of it.',
    ...placed(refused(404, 'order_not_found', 'Order not found.'), 'Your order is placed'),
  },
  provisioning: { note: 'Two of four domains are ready.', ...placed(order('in_progress', { connected: 2 }), GOING) },
  'status-lost': {
    note: 'The status could not be read just now.',
    answers: { [SESSION]: () => withOrder(), [ORDER_PATH]: (_, turn) => (turn === 1 ? order('in_progress', { connected: 1 }) : lost()) },
    acts: (hand) => hand.sees(/^The status could not be read just now/),
  },
  'action-required': {
    note: 'Somebody has to do something before it goes on.',
    ...placed(
      order('action_required', { connected: 2, domains: { 0: 'action_required', 1: 'action_required' }, pending_actions: pictures }),
      'Something needs your attention',
    ),
  },
  completed: { note: 'All is ready.', ...placed(order('completed', { connected: 4, final: true }), 'Everything is set up') },
  failed: {
    note: 'The setup failed.',
    ...placed(order('failed', { connected: 1, final: true, domains: { 3: 'failed' } }), 'The setup could not be completed'),
  },
  ending: { note: 'The order runs until the end of what was paid.', ...placed(order('cancel_scheduled', { connected: 4 }), 'This order is set to end') },
  cancelled: {
    note: 'The order was cancelled.',
    ...placed(order('cancelled', { final: true, domains: ['cancelled', 'cancelled', 'cancelled', 'cancelled'] }), 'This order was cancelled'),
  },
  'unknown-status': { note: 'A status that came after this build.', ...placed(order('dns_review', { connected: 1 }), 'Your order is on its way') },
  'order-inboxes': {
    note: 'All is ready: the inboxes, by domain, and when the order renews.',
    ...placed(order('completed', { connected: 4, final: true, inboxes: inboxes(), renews_at: '2027-05-08T00:00:00Z' }), 'Everything is set up'),
  },
  'order-ends': {
    note: 'The order was cancelled for a day to come.',
    ...placed(order('cancel_scheduled', { connected: 4, inboxes: inboxes(), cancels_at: '2026-06-08T00:00:00Z' }), 'This order is set to end'),
  },
  'order-plan': {
    note: 'An order at the partner\'s own prices: what was paid, and what plan and domains cost from then on.',
    answers: {
      [SESSION]: () => priced({ order: { id: 'ord_8Qm2Yc41', status: 'completed' } }),
      [ORDER_PATH]: () => order('completed', { connected: 4, final: true, costs: undefined, charge: { total_cents: 15_400, currency: 'usd', plan: { price_cents: 9900, per: 'month' } }, domains_renewal: { total_cents: 6_000, currency: 'usd', per: 'year' }, renews_at: '2027-05-08T00:00:00Z' }),
    },
    acts: (hand) => hand.sees('Everything is set up'),
  },
  'large-order': { note: 'An order of 1,000 domains: as much as can be looked at, and a way to the rest.', ...placed(largeOrder(), GOING) },
  'earlier-orders': {
    note: 'A customer who has ordered before: the form, with a way to the earlier orders.',
    answers: { [LIST]: () => orders() },
    acts: (hand) => hand.sees('Your earlier orders'),
  },
  'orders-list': {
    note: 'The orders of a customer, reached from the form; there are more of them.',
    answers: { [LIST]: () => orders(undefined, '?page_token=next') },
    acts: async (hand) => {
      await hand.press('Your earlier orders');
      await hand.sees('Show more orders');
    },
  },
  'without-plan': {
    note: 'A session without a plan: the customer looks at orders, and cannot order.',
    answers: { [SESSION]: withoutPlan, [LIST]: () => orders() },
    acts: (hand) => hand.sees('12 domains · Renews on November 2, 2026'),
  },
  'without-plan-order': {
    note: 'One of the orders, opened from the list.',
    answers: { [SESSION]: withoutPlan, [LIST]: () => orders() },
    acts: async (hand) => {
      await hand.press(/^Open the order ord_8Qm2Yc41/);
      await hand.sees(GOING);
    },
  },
  'no-orders': {
    note: 'A session without a plan, of a customer without orders.',
    answers: { [SESSION]: withoutPlan },
    acts: (hand) => hand.sees('You have no orders yet.'),
  },
  'orders-failed': {
    note: 'The list could not be read.',
    answers: { [SESSION]: withoutPlan, [LIST]: lost },
    acts: (hand) => hand.sees(/^The checkout could not be reached/),
  },
  'session-used': {
    note: 'The session had placed another order before: that one is shown, and nothing else was ordered.',
    answers: { [PLACE]: () => refused(409, 'session_used', 'This session has placed another order.', { details: { order: RECEIPT } }) },
    acts: async (hand) => {
      await places(hand);
      await hand.sees(/^This checkout was used for another order before/);
      await hand.sees(GOING);
    },
  },
  expired: {
    note: 'The session is over.',
    answers: { [SESSION]: () => refused(401, 'session_expired', 'The session has ended. Reload the page for a new one.') },
    acts: (hand) => hand.sees('Your session has expired'),
  },
  'expired-slot': {
    note: 'The session is over, and the page says what to do.',
    inside: [['expired', 'Please sign in again; your picks are kept.']],
    answers: { [SESSION]: () => refused(401, 'session_expired', 'The session has ended. Reload the page for a new one.') },
    acts: (hand) => hand.sees('Your session has expired'),
  },
  'not-allowed': {
    note: 'The page is not among those that may order.',
    inside: [['fallback', 'To order, write to orders@example.com.']],
    answers: { [SESSION]: () => refused(403, 'origin_not_allowed', 'This origin is not allowed. Add it to the allowed origins.') },
    acts: (hand) => hand.sees('The checkout could not be opened'),
  },
  unreachable: {
    note: 'The endpoint cannot be reached.',
    inside: [['fallback', 'To order, write to orders@example.com.']],
    answers: { [SESSION]: lost },
    acts: (hand) => hand.sees('The checkout could not be opened'),
  },
  'not-loaded': {
    note: 'The module does not arrive: it can be tried again.',
    module: 'missing',
    inside: [['fallback', 'To order, write to orders@example.com.']],
    acts: (hand) => hand.sees('The checkout could not be loaded'),
  },
  'no-wasm': {
    note: 'WebAssembly is forbidden, or too old a browser.',
    module: 'refused',
    inside: [['fallback', 'To order, write to orders@example.com.']],
    acts: (hand) => hand.sees('The checkout cannot run in this browser'),
  },
};
