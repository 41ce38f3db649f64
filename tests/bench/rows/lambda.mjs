// Cold start and warm processor time of the functions, beside the same handlers on Node, over the same Runtime API.

import { LambdaFunction, httpEvent } from '../lib/runtime-api.mjs';
import { median, show, summary } from '../lib/stats.mjs';
import { unique } from '../lib/stack.mjs';

const NAMES = 50;

/** The request for each function, and the expected status. */
function requests(stack) {
  const reader = stack.session();
  const order = `ord_${unique()}`;
  return {
    prepare: () => stack.putOrder(order, reader),
    webhook: {
      status: 204,
      event: () => httpEvent('POST', '/v1/webhooks/peeker', stack.delivery(`ord_${unique()}`)),
    },
    status: {
      status: 200,
      event: () => httpEvent('GET', `/v1/orders/${order}`, { headers: { authorization: `Bearer ${reader.token}` } }),
    },
    'order-proxy': {
      status: 200,
      event: () => {
        const { token } = stack.session();
        const domains = Array.from({ length: NAMES }, (_, index) => `acme-${unique()}-${index}.com`);
        const headers = { authorization: `Bearer ${token}` };
        return httpEvent('POST', '/v1/domains/availability', { headers, body: JSON.stringify({ domains }) });
      },
    },
  };
}

async function ask(lambda, { status, event }) {
  const answer = await lambda.invoke(event());
  if (answer.statusCode !== status) throw new Error(`${status} was expected: ${JSON.stringify(answer)}`);
}

function sides(stack, { binaries, bundles }, name) {
  return {
    ours: { command: [binaries[name]], environment: stack.ours() },
    peer: { command: [process.execPath, bundles[name]], environment: stack.theirs() },
  };
}

/** Process start → first answer, and the most memory until then. */
async function cold({ command, environment }, request) {
  const lambda = await LambdaFunction.start(command, environment);
  try {
    await ask(lambda, request);
    return { milliseconds: performance.now() - lambda.startedAt, memory: lambda.peakMemory() };
  } finally {
    await lambda.stop();
  }
}

export async function coldRows(context) {
  const { stack, quick } = context;
  const rows = [];
  const asked = requests(stack);
  await asked.prepare();
  for (const name of ['webhook', 'status', 'order-proxy']) {
    const both = sides(stack, context, name);
    const measured = { ours: [], peer: [] };
    // The first of each side fills the disk's cache and is not counted.
    for (let round = -1; round < (quick ? 5 : 21); round += 1) {
      for (const side of round % 2 ? ['peer', 'ours'] : ['ours', 'peer']) {
        const sample = await cold(both[side], asked[name]);
        if (round >= 0) measured[side].push(sample);
      }
    }
    const time = (side) => summary(measured[side].map((sample) => sample.milliseconds));
    const memory = (side) => median(measured[side].map((sample) => sample.memory));
    const [fast, slow] = [time('ours'), time('peer')];
    const times = slow.median / fast.median;
    const lean = memory('peer') / memory('ours');
    rows.push({
      what: `cold start of ${name}: process start → first answer`,
      ours: show(fast, 'ms'),
      peer: `${show(slow, 'ms')}, Node ${process.versions.node} with AWS SDK v3`,
      goal: '≥ 5× faster',
      figure: `${times.toFixed(1)}×`,
      met: times >= 5,
      data: { ours: fast, peer: slow, ratio: times },
    });
    rows.push({
      what: `memory of ${name} until then`,
      ours: `${memory('ours').toFixed(1)} MB`,
      peer: `${memory('peer').toFixed(1)} MB`,
      goal: '≥ 3× less',
      figure: `${lean.toFixed(1)}×`,
      met: lean >= 3,
      data: { ours: memory('ours'), peer: memory('peer'), ratio: lean },
    });
  }
  return rows;
}

/** Processor time of one event, in milliseconds, of a function that is warm. */
async function burst(lambda, request, events) {
  const before = lambda.cpu();
  for (let count = 0; count < events; count += 1) await ask(lambda, request);
  return (lambda.cpu() - before) / events;
}

export async function warmRows(context) {
  const { stack, quick } = context;
  const { webhook } = requests(stack);
  const events = quick ? 200 : 1_000;
  const both = sides(stack, context, 'webhook');
  const running = {
    ours: await LambdaFunction.start(both.ours.command, both.ours.environment),
    peer: await LambdaFunction.start(both.peer.command, both.peer.environment),
  };
  const used = { ours: [], peer: [] };
  try {
    // Node compiles at run time: the warm-up is not counted.
    for (const side of ['ours', 'peer']) await burst(running[side], webhook, quick ? 300 : 2_000);
    for (let round = 0; round < (quick ? 3 : 7); round += 1) {
      for (const side of round % 2 ? ['peer', 'ours'] : ['ours', 'peer']) {
        used[side].push(await burst(running[side], webhook, events));
      }
    }
  } finally {
    await running.ours.stop();
    await running.peer.stop();
  }
  const [ours, peer] = [summary(used.ours), summary(used.peer)];
  const times = peer.median / ours.median;
  const rate = (side) => `${Math.round(1_000 / side.median)} events/s per core`;
  return [
    {
      what: 'warm webhook: processor time per event, verify and store',
      ours: `${show(ours, 'ms', 3)}, ${rate(ours)}`,
      peer: `${show(peer, 'ms', 3)}, ${rate(peer)}`,
      goal: '≥ 5× less',
      figure: `${times.toFixed(1)}×`,
      met: times >= 5,
      data: { ours, peer, ratio: times },
    },
  ];
}
