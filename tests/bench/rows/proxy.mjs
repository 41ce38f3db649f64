// What the proxy adds to an availability call of 50 names: the same call through it and past it, in turn.

import http from 'node:http';
import { percentile } from '../lib/stats.mjs';
import { startServed } from '../lib/served.mjs';
import { unique } from '../lib/stack.mjs';

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Milliseconds until the whole answer is there. */
function post(url, token, body) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const since = performance.now();
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - since);
        else reject(new Error(`${url}: ${response.statusCode}`));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export async function proxyRows({ stack, serve, quick }) {
  const served = await startServed(serve, stack.ours());
  const taken = { through: [], past: [] };
  try {
    const session = stack.session();
    const rounds = quick ? 100 : 600;
    for (let round = -20; round < rounds; round += 1) {
      const domains = Array.from({ length: 50 }, (_, index) => `acme-${unique()}-${index}.com`);
      const body = JSON.stringify({ domains });
      const calls = {
        through: () => post(`${served.url}/v1/domains/availability`, session.token, body),
        past: () => post(`${stack.demo.peeker_base_url}/domains/availability`, stack.demo.peeker_key, body),
      };
      for (const way of round % 2 ? ['past', 'through'] : ['through', 'past']) {
        const milliseconds = await calls[way]();
        if (round >= 0) taken[way].push(milliseconds);
      }
      // Upstream lets 600 calls a minute through.
      await new Promise((resolve) => setTimeout(resolve, 210));
    }
  } finally {
    await served.stop();
  }
  const at = (way, p) => percentile(taken[way], p);
  const added = (p) => at('through', p) - at('past', p);
  const both = (way) => `p50 ${at(way, 0.5).toFixed(2)} ms, p99 ${at(way, 0.99).toFixed(2)} ms`;
  return [
    {
      what: 'proxy on availability of 50 names, with its DynamoDB call',
      ours: both('through'),
      peer: `the sandbox directly: ${both('past')}`,
      goal: '≤ 1 ms more at p50',
      figure: `+${added(0.5).toFixed(2)} ms p50, +${added(0.99).toFixed(2)} ms p99`,
      met: added(0.5) <= 1,
      data: { through: { p50: at('through', 0.5), p99: at('through', 0.99) }, past: { p50: at('past', 0.5), p99: at('past', 0.99) } },
    },
  ];
}
