// What prices of the partner add to a quote of 1,000 domains: the same names without and with a price list, in turn.

import { startServed } from '../lib/served.mjs';
import { median, show, summary } from '../lib/stats.mjs';
import { unique } from '../lib/stack.mjs';

const DOMAINS = 1000;
/** Two inboxes on each domain. */
const plan = { google_licenses: 2 * DOMAINS };
/** The longest list there is: the entry that fits every name is the last one. */
const pricing = {
  show: 'retail',
  currency: 'usd',
  domains: [
    ...Array.from({ length: 99 }, () => ({ tld: 'co.uk', price_cents: 1900 })),
    { tld: '*', markup_percent: 37, markup_cents: 100, round_up_to_cents: 50 },
  ],
};

/** Milliseconds until the quote is there. */
async function quote(url, token, domains) {
  const since = performance.now();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v1/quotes`, { method: 'POST', headers, body: JSON.stringify({ domains }) });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`/v1/quotes: ${answer.status} ${text}`);
  return performance.now() - since;
}

export async function quoteRows({ stack, serve, quick }) {
  const served = await startServed(serve, stack.ours());
  const taken = { without: [], with: [] };
  try {
    // Upstream lets 600 calls a minute through, of which a quote of 1,000 domains takes 21.
    const rounds = quick ? 4 : 12;
    for (let round = -1; round < rounds; round += 1) {
      const domains = Array.from({ length: DOMAINS }, (_, index) => `acme-${unique()}-${index}.com`);
      const sessions = { without: stack.session(undefined, { plan }), with: stack.session(undefined, { plan, pricing }) };
      for (const way of round % 2 ? ['with', 'without'] : ['without', 'with']) {
        const milliseconds = await quote(served.url, sessions[way].token, domains);
        if (round >= 0) taken[way].push(milliseconds);
        await new Promise((resolve) => setTimeout(resolve, 2_200));
      }
    }
  } finally {
    await served.stop();
  }
  const ratio = median(taken.with) / median(taken.without);
  return [
    {
      what: 'a quote of 1,000 domains with a price list of 100 entries',
      ours: show(summary(taken.with), 'ms'),
      peer: `without prices: ${show(summary(taken.without), 'ms')}`,
      goal: '≤ 1.5×',
      figure: `${ratio.toFixed(2)}×`,
      met: ratio <= 1.5,
      data: { with: summary(taken.with), without: summary(taken.without) },
    },
  ];
}
