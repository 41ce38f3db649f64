// Verifying one delivery: ours beside the crates `standardwebhooks` and `svix`.

import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { show, summary } from '../lib/stats.mjs';

const SIZES = [1, 16, 256];

/** Verifications in one go: about as much work for each size. */
const roundsOf = (kilobytes, quick) => Math.max(50, Math.round((quick ? 8_000 : 80_000) / kilobytes));

export function signatureRows({ verify, signatures, quick }) {
  return SIZES.map((kilobytes) => {
    const bytes = kilobytes * 1_024;
    const rounds = String(roundsOf(kilobytes, quick));
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signed = `${timestamp}.${'a'.repeat(bytes)}`;
    const signature = `v1=${createHmac('sha256', 'whsec_bench').update(signed).digest('hex')}`;
    const programs = {
      ours: [verify, String(bytes), rounds, timestamp, signature],
      standardwebhooks: [signatures, 'standardwebhooks', String(bytes), rounds],
      svix: [signatures, 'svix', String(bytes), rounds],
    };
    const taken = { ours: [], standardwebhooks: [], svix: [] };
    for (let round = 0; round < (quick ? 3 : 9); round += 1) {
      for (const [name, [program, ...rest]] of Object.entries(programs)) {
        taken[name].push(Number(execFileSync(program, rest, { encoding: 'utf8' })) / 1_000);
      }
    }
    const [ours, standard, svix] = [taken.ours, taken.standardwebhooks, taken.svix].map(summary);
    const times = Math.min(standard.median, svix.median) / ours.median;
    return {
      what: `signature of a ${kilobytes} KB body`,
      ours: show(ours, 'µs'),
      peer: `standardwebhooks ${show(standard, 'µs')}, svix ${show(svix, 'µs')}`,
      goal: 'not slower',
      figure: `${times.toFixed(1)}×`,
      met: times >= 1,
      data: { ours, standardwebhooks: standard, svix, ratio: times },
    };
  });
}
