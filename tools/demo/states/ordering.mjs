// Stories of people, review, and an order on its way.

import { NEVER, NINETY, largePlan, lost, paidFirst, priced, quote, refused, session } from './answers.mjs';
import { PLACE, SESSION, continues, picksAll, places, toPeople, toReview } from './steps.mjs';

export const ORDERING = {
  people: { note: 'Who sends.', acts: toPeople },
  'people-problem': {
    note: 'Names that cannot be used, all reported together.',
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
  'review-plan': {
    note: 'The partner has a price for the plan: the first period is part of what is paid today.',
    answers: { [SESSION]: () => priced() },
    acts: toReview,
  },
  'review-large': {
    note: 'A plan of 90 domains, picked from a list.',
    answers: { [SESSION]: largePlan },
    acts: async (hand) => {
      await picksAll(hand, NINETY, 90);
      await continues(hand);
    },
  },
  approving: {
    note: "The page's payment is asked for its approval.",
    answers: { [SESSION]: () => priced({ approval: 'token' }), [PLACE]: paidFirst },
    approve: () => NEVER,
    acts: async (hand) => {
      await places(hand);
      await hand.sees(/^Waiting for your payment/);
    },
  },
  'approval-refused': {
    note: 'The payment was declined, in the words of the page.',
    answers: { [SESSION]: () => priced({ approval: 'token' }), [PLACE]: paidFirst },
    approve: async () => ({ refused: 'Your card was declined.' }),
    acts: async (hand) => {
      await places(hand);
      await hand.sees(/^Your card was declined/);
    },
  },
  'approval-rejected': {
    note: 'The payment failed without a word, or took more than ten minutes.',
    answers: { [SESSION]: () => priced({ approval: 'token' }), [PLACE]: paidFirst },
    approve: async () => Promise.reject(new Error('declined')),
    acts: async (hand) => {
      await places(hand);
      await hand.sees(/^The payment was not approved/);
    },
  },
  'approval-renewed': {
    note: 'The session was renewed while the payment was being approved: the price is read again.',
    answers: { [SESSION]: (_, turn) => priced({ approval: 'token', id: `ses_${turn}` }), [PLACE]: paidFirst },
    // The payment is approved while the other session is still being read.
    approve: (_, hand) => hand.renewsSession().then(() => ({ approval: 'signed' })),
    acts: async (hand) => {
      await places(hand);
      await hand.sees(/^Your session was renewed while you paid/);
    },
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
};
