// Stories of the first step: searching, lists, own domains, and picking.

import { NEVER, NINETY, largePlan, refused } from './answers.mjs';
import { CHECK, SEARCH, SESSION, picks, picksAll, searches } from './steps.mjs';

export const CHOOSING = {
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
    note: 'A list that was pasted: problems are shown line by line.',
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
    note: 'Too many checks: the customer sees how long to wait.',
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
  'large-plan': {
    note: 'A plan of 90 domains, picked from a list.',
    answers: { [SESSION]: largePlan },
    acts: (hand) => picksAll(hand, NINETY, 90),
  },
  complete: { note: 'The picks fill the plan.', acts: picks },
};
