// All functions on one port, in a process of their own: what `serve` of this package is.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export async function startServed(program, environment) {
  const child = spawn(program, { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const url = await new Promise((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(String(line).trim()));
    child.once('exit', (code) => reject(new Error(`${program} ended (${code})`)));
  });
  return {
    url,
    pid: child.pid,
    /** Resident memory now, in MB. */
    memory: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', resolve);
        child.kill('SIGKILL');
      }),
  };
}
