// The simulator's speed: orders a second on this machine's processors, with faults at one call in ten.

import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The promise of the README, and the time that it may take on two processors. */
const [ORDERS, MINUTES, PROCESSORS] = [100_000, 10, 2];
const QUICK = 4_000;

export function simulatorRows({ simulate, quick }) {
  const orders = quick ? QUICK : ORDERS;
  const { status, stdout } = spawnSync(simulate, ['--orders', String(orders), '--seed', '1', '--faults', '10'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const [, violations] = /^(\d+) violations$/m.exec(stdout) ?? [];
  const [, seconds] = /^([\d.]+) s, \d+ orders a second$/m.exec(stdout) ?? [];
  if (seconds === undefined) throw new Error(`${simulate} ended with ${status} and printed no time`);
  const rate = orders / Number(seconds);
  const least = (ORDERS / (MINUTES * 60)) * (availableParallelism() / PROCESSORS);
  return [
    {
      what: `orders simulated, 10 % faults (${orders.toLocaleString('en')})`,
      ours: `${seconds} s, ${violations} violations`,
      peer: '–',
      goal: `${ORDERS.toLocaleString('en')} in ${MINUTES} minutes on ${PROCESSORS} processors, 0 violations`,
      figure: `${rate.toFixed(0)} orders a second`,
      met: rate >= least && violations === '0',
      data: { orders, seconds: Number(seconds), violations: Number(violations), rate },
    },
  ];
}
