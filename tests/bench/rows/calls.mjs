// DynamoDB calls and capacity units of an order, an event, a status read and a 304: exact, whatever the machine.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Ledger } from '../lib/ledger.mjs';
import { LambdaFunction, httpEvent } from '../lib/runtime-api.mjs';
import { unique } from '../lib/stack.mjs';

export const budgets = JSON.parse(readFileSync(new URL('../budgets.json', import.meta.url), 'utf8'));

const WHAT = {
  order: 'an order placed',
  priced: 'an order placed at prices of the partner, with a reference',
  event: 'an event recorded',
  duplicate: 'an event delivered again',
  status: 'a status read',
  unchanged: 'a status read answered 304',
};

/** Calls and capacity of each operation, counted in front of the database. */
export async function countCalls({ stack, binaries }) {
  const ledger = await Ledger.start(stack.demo.dynamodb_url);
  const environment = { ...stack.ours(), DYNAMODB_ENDPOINT: ledger.url };
  const start = (name) => LambdaFunction.start([binaries[name]], environment);
  const [proxy, webhook, status] = [await start('order-proxy'), await start('webhook'), await start('status')];
  const counted = {};
  const count = async (name, lambda, event, expected) => {
    ledger.take();
    const answer = await lambda.invoke(event);
    if (answer.statusCode !== expected) throw new Error(`${name}: ${JSON.stringify(answer)}`);
    counted[name] = ledger.take();
    return answer;
  };
  // No event of the placed order may come first, because the first writer creates the index entries.
  await stack.hold(true);
  try {
    // The cost of a start is not included.
    for (const lambda of [proxy, webhook, status]) await lambda.invoke(httpEvent('GET', '/healthz'));

    const { token } = stack.session();
    const authorization = `Bearer ${token}`;
    const domains = Array.from({ length: 4 }, (_, index) => `acme-${unique()}-${index}.com`);
    const personas = [{ first_name: 'Sam', last_name: 'Lee', profile_picture_url: null }];
    const draft = JSON.stringify({ domains, personas, forwarding_url: 'https://acme.com' });
    const placing = httpEvent('POST', '/v1/orders', { headers: { authorization }, body: draft });
    const placed = JSON.parse((await count('order', proxy, placing, 201)).body).data;

    // Prices, reference and metadata go with the writes that an order makes anyway.
    const pricing = { show: 'retail', currency: 'usd', domains: [{ tld: '*', markup_percent: 37 }] };
    const sold = stack.session(undefined, { pricing, reference: 'sale-1042', metadata: { campaign: 'spring' } });
    const names = domains.map((name) => `more-${name}`);
    const selling = httpEvent('POST', '/v1/orders', {
      headers: { authorization: `Bearer ${sold.token}` },
      body: JSON.stringify({ domains: names, personas, forwarding_url: 'https://acme.com' }),
    });
    await count('priced', proxy, selling, 201);

    const other = stack.delivery(`ord_${unique()}`);
    await count('event', webhook, httpEvent('POST', '/v1/webhooks/peeker', other), 204);
    await count('duplicate', webhook, httpEvent('POST', '/v1/webhooks/peeker', other), 204);
    // A cancelled transaction does not return its consumed capacity.
    counted.duplicate = { calls: counted.duplicate.calls };

    const reading = (headers) => httpEvent('GET', `/v1/orders/${placed.id}`, { headers: { authorization, ...headers } });
    const read = await count('status', status, reading({}), 200);
    await count('unchanged', status, reading({ 'if-none-match': read.headers.etag }), 304);
  } finally {
    await stack.hold(false);
    for (const lambda of [proxy, webhook, status]) await lambda.stop();
    await ledger.stop();
  }
  return counted;
}

/** `2 GetItem, 1 PutItem` */
export const written = ({ calls }) => Object.entries(calls).map(([name, count]) => `${count} ${name}`).join(', ');

export async function callRows(context) {
  const counted = await countCalls(context);
  return Object.entries(WHAT).map(([name, what]) => {
    const { read, write } = counted[name];
    const same = isDeepStrictEqual(counted[name], budgets.calls[name]);
    return {
      what: `DynamoDB: ${what}`,
      ours: written(counted[name]),
      peer: '–',
      goal: `as worked out: ${written(budgets.calls[name])}`,
      figure: read === undefined ? written(counted[name]) : `${read} read, ${write} write units`,
      met: same,
      data: counted[name],
    };
  });
}
