// A story per state of the element: what the endpoint answers, and what a customer does until the state is there.

import { NEVER, ORDER_PATH, RECEIPT, inboxes, largeOrder, lost, order, orders, quote, refused, session, withOrder, withoutPlan } from './answers.mjs';

const SESSION = 'GET /v1/session';
const CHECK = 'POST /v1/domains/availability';
const PLACE = 'POST /v1/orders';
const LIST = 'GET /v1/orders';
const SEARCH = 'Company name or domains';
const COMPANY = 'Nordic Coffee';
const GOING = 'Your domains are being set up';

const searches = async (hand, text = COMPANY) => hand.type(SEARCH, text);
const picks = async (hand) => {
  await searches(hand);
  await hand.press(/^Pick the first \d+ that fit|^Pick the first that fits/);
  await hand.sees(/Picked \(4 of 4\)/);
};
const toPeople = async (hand) => {
  await picks(hand);
  await hand.press('Continue');
  await hand.sees('Who is sending?');
};
const named = async (hand) => {
  await toPeople(hand);
  await hand.type(/^First name/, 'Sam');
  await hand.type(/^Last name/, 'Lee');
};
const toReview = async (hand) => {
  await named(hand);
  await hand.press('Continue');
  await hand.sees('Review your order');
};
const places = async (hand) => {
  await toReview(hand);
  await hand.press('Place order');
};
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

/** By group, in the order of the customer's way. */
export const STORIES = {
  skeleton: { note: 'The session is being read.', answers: { [SESSION]: () => NEVER }, acts: (hand) => hand.sees('Loading the checkout') },
  empty: { note: 'Nothing is typed yet.', acts: (hand) => hand.sees('Choose 4 domains') },
  checking: {
    note: 'Ideas are there at once; whether they can be had is being asked.',
    answers: { [CHECK]: () => NEVER },
    acts: async (hand) => {
      await searches(hand);
      await hand.sees('Checking');
    },
  },
  suggestions: {
    note: 'Ideas from a company name, those that can be had with their prices.',
    acts: async (hand) => {
      await searches(hand);
      await hand.press(/^nordiccoffee\.com.*Add$/);
    },
  },
  emptied: {
    note: 'The box was emptied for another word: the room stays.',
    acts: async (hand) => {
      await searches(hand);
      await hand.sees('Choose for me');
      await hand.type(SEARCH, '');
      await hand.sees('Ideas');
    },
  },
  verdicts: {
    note: 'Names of the customer: available, taken, premium, no name, could not be checked.',
    acts: async (hand) => {
      await searches(hand, 'nordic-coffee.com taken-nordic.com premium-nordic.com errored-nordic.com mail.nordic.com google-only-nordic.com a-very-long-name-that-goes-on-and-on-until-nothing-is-left.com');
      await hand.sees('Could not be checked');
    },
  },
  list: {
    note: 'A list that was pasted: what is wrong is told line by line.',
    acts: async (hand) => {
      await hand.press('Paste a list');
      await hand.type('Your list of domains', 'nordic-coffee.com\nmail.nordic.com\ntaken-nordic.com\nnordic roasters\nnordic-beans.net\nnordic-cups.org');
      await hand.sees(/Taken/);
    },
  },
  chosen: {
    note: 'The cheapest of what was found, chosen for the customer.',
    acts: async (hand) => {
      await searches(hand);
      await hand.sees(/can be ordered\.?$/);
      await hand.press('Choose for me');
      await hand.sees(/Picked \(4 of 4\)/);
    },
  },
  'cannot-choose': {
    note: 'There is no choice that fills the plan, and why.',
    acts: async (hand) => {
      await searches(hand, 'google-only-a.com google-only-b.com google-only-c.com google-only-d.com');
      await hand.sees(/can be ordered\.?$/);
      await hand.press('Choose for me');
      await hand.sees(/more Microsoft-capable/);
    },
  },
  owned: {
    note: 'Domains that the customer has already, with the nameservers to set.',
    acts: async (hand) => {
      await hand.press('Use domains that you own');
      await hand.type('Domains you own', 'nordic-mail.com\nnordic-letters.com\nnordic-old.com');
      await hand.press('Connect');
      await hand.press(/^Add nordic-mail\.com/);
    },
  },
  'no-name': {
    note: 'No name can be made of what was typed.',
    acts: async (hand) => {
      await searches(hand, '☕☕☕');
      await hand.sees(/^No name can be made of this/);
    },
  },
  'could-not-check': {
    note: 'The check itself failed: nothing is called taken that was not checked.',
    answers: { [CHECK]: () => refused(503, 'upstream_unavailable', 'The names cannot be checked just now.') },
    acts: async (hand) => {
      await searches(hand);
      await hand.press('Check again');
      await hand.sees('Check again');
    },
  },
  throttled: {
    note: 'Too many checks: the customer is told how long to wait.',
    answers: { [CHECK]: () => refused(429, 'rate_limited', 'Too many requests.', { details: { retry_after_seconds: 30 } }) },
    acts: async (hand) => {
      await searches(hand);
      await hand.sees(/Too many requests\./);
    },
  },
  incomplete: {
    note: 'Some picks are there, and the split says what is missing.',
    acts: async (hand) => {
      await searches(hand);
      await hand.press(/^nordiccoffee\.com.*Add$/);
      await hand.press(/^trynordiccoffee\.com.*Add$/);
      await hand.sees(/Picked \(2 of 4\)/);
    },
  },
  'picks-problem': {
    note: 'The customer wants to go on, and the picks do not fill the plan.',
    acts: async (hand) => {
      await searches(hand);
      await hand.press(/^nordiccoffee\.com.*Add$/);
      await hand.press('Continue');
      await hand.sees(/Picked \(1 of 4\)/);
    },
  },
  complete: { note: 'The picks fill the plan.', acts: picks },
  people: { note: 'Who sends.', acts: toPeople },
  'people-problem': {
    note: 'Names that cannot be used, all told at once.',
    acts: async (hand) => {
      await toPeople(hand);
      await hand.type(/^First name/, 'S4m <>');
      await hand.type(/^Forwarding URL/, 'https://localhost/');
      await hand.press('Continue');
    },
  },
  review: { note: 'Everything once more, with prices now and at renewal.', acts: toReview },
  'review-slots': {
    note: 'What the page puts into the review: how to pay, and a challenge against robots.',
    inside: [['payment', 'Card ending in 4242'], ['challenge', 'You are not a robot.']],
    acts: toReview,
  },
  'quote-changed': {
    note: 'A price rose while the customer looked at it: nothing was ordered.',
    answers: {
      [PLACE]: ({ domains }) => {
        const details = {
          findings: [{ code: 'price_rose', field: 'domains[0]', message: `The price of ${domains[0].domain} has risen.` }],
          quote: quote(domains.map(({ domain }) => domain), 2),
        };
        const message = 'Something has changed since the prices were shown. Look at them again before you order.';
        return refused(409, 'quote_changed', message, { field: 'quote', details });
      },
    },
    acts: async (hand) => {
      await places(hand);
      await hand.sees(/has risen|has changed/);
    },
  },
  'quote-refreshed': {
    note: 'The price was read again before it ended, and is another one; the customer is where they were.',
    answers: { 'POST /v1/quotes': ({ domains }, turn) => ({ status: 200, json: { data: quote(domains, turn) } }) },
    acts: async (hand) => {
      await toReview(hand);
      await hand.sees(/^This price holds until/);
      await hand.renewsSession();
      await hand.sees('The price has changed. Look at it again. Nothing was ordered.');
    },
  },
  'order-refused': {
    note: 'The endpoint does not take the order, and says why.',
    answers: { [PLACE]: () => refused(429, 'customer_daily_limit', "Today's limit of orders is reached. Try again tomorrow, or ask the shop.") },
    acts: async (hand) => {
      await places(hand);
      await hand.sees(/limit of orders is reached/);
    },
  },
  placing: { note: 'The order is on its way.', answers: { [PLACE]: () => NEVER }, acts: async (hand) => {
    await places(hand);
    await hand.sees(/^Placing your order/);
  } },
  confirming: {
    note: 'The answer to the order got lost; the session is asked what became of it.',
    answers: { [PLACE]: lost, [SESSION]: (_, turn) => (turn === 1 ? session() : NEVER) },
    acts: async (hand) => {
      await places(hand);
      await hand.sees(/^Confirming your order/);
    },
  },
  doubt: {
    note: 'The answer to the order got lost, and another session is open: the order is looked for.',
    answers: { [PLACE]: lost, [SESSION]: (_, turn) => session(turn === 1 ? {} : { id: 'ses_2' }) },
    acts: async (hand) => {
      await places(hand);
      await hand.sees('Looking for your order');
    },
  },
  underway: {
    note: 'Whether there is an order is not known yet: nobody is told that it failed.',
    answers: { [SESSION]: () => withOrder('placing', null) },
    acts: (hand) => hand.sees('Your order is being placed'),
  },
  placed: {
    note: 'Placed, before the first news of it.',
    ...placed(refused(404, 'order_not_found', 'There is no such order.'), 'Your order is placed'),
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
    note: 'The page is none of those that may order.',
    inside: [['fallback', 'To order, write to orders@example.com.']],
    answers: { [SESSION]: () => refused(403, 'origin_not_allowed', 'This page may not order here. Its address has to be among the allowed origins.') },
    acts: (hand) => hand.sees('The checkout could not be opened'),
  },
  unreachable: {
    note: 'The endpoint cannot be reached.',
    inside: [['fallback', 'To order, write to orders@example.com.']],
    answers: { [SESSION]: lost },
    acts: (hand) => hand.sees('The checkout could not be opened'),
  },
  'no-wasm': {
    note: 'WebAssembly is forbidden, or too old a browser.',
    module: 'refused',
    inside: [['fallback', 'To order, write to orders@example.com.']],
    acts: (hand) => hand.sees('The checkout cannot run in this browser'),
  },
};
