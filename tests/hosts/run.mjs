// Installs the package as published into each host, builds or starts the host, opens its page, and prints a table.
//
//   node run.mjs [--all] [HOST …]      CHROMIUM_PATH is a browser; the package is that of widget/dist

import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hosts } from './hosts.mjs';
import { serveFolder } from './serve.mjs';
import { visit } from './visit.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const work = join(root, 'target/hosts');
const { values, positionals } = parseArgs({ options: { all: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.find((name) => !hosts[name]);
if (unknown) throw new Error(`there is no host ${unknown}; there are ${Object.keys(hosts).join(', ')}`);
const { chromium } = createRequire(join(root, 'tests/browser/package.json'))('@playwright/test');
/** A build that writes no line for so long, or a server that is not there, is given up. */
const [BUILD_MS, START_MS] = [300_000, 60_000];

const environment = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', PARCEL_WORKERS: '0', CI: '1', FORCE_COLOR: '0' };
const binary = (folder, [program, ...options]) => [join(folder, 'node_modules/.bin', program), options];

const tarball = pack();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
const rows = [];
for (const [name, host] of Object.entries(hosts)) {
  if (positionals.length && !positionals.includes(name)) continue;
  const runs = Object.entries(host.runs).filter(([, run]) => values.all || positionals.length || run.isUsual);
  const tooOld = runs.length > 0 && needsNewerNode(name);
  for (const [mode, run] of runs) {
    const started = Date.now();
    const outcome = tooOld ? `not run: ${tooOld}` : await tried(() => runIn(install(name, host), run));
    const seconds = Math.round((Date.now() - started) / 1000);
    rows.push({ host: name, mode, module: run.module, seconds, outcome });
    console.log(`${name}, ${mode} (${seconds} s): ${outcome}`);
  }
}
await browser.close();
console.log(`\n| host | run | module from | s | result |\n|---|---|---|---|---|`);
for (const { host, mode, module, seconds, outcome } of rows) console.log(`| ${host} | ${mode} | ${module} | ${seconds} | ${outcome.split('\n')[0]} |`);
process.exitCode = rows.some(({ outcome }) => outcome.startsWith('FAILED')) ? 1 : 0;

async function tried(action) {
  try {
    await action();
    return 'ok';
  } catch (error) {
    return `FAILED: ${error.message}`;
  }
}

/** Builds and serves what a run says, and visits its page. */
async function runIn(folder, { build, serve, folder: served, also, page, hasDigests, module }) {
  if (build) await command(folder, build);
  if (also) copyFileSync(join(folder, also), join(folder, served, also));
  const server = serve ? await start(folder, serve) : await serveFolder(join(folder, served), { page, hasDigests });
  try {
    const found = await visit(browser, server.url ?? `http://127.0.0.1:${server.address().port}/`);
    if (found !== module) throw new Error(`the module came from its ${found}, and should have come from its ${module}`);
  } finally {
    await (server.stop?.() ?? server.close());
  }
}

/** The package, packed by npm. */
function pack() {
  const dist = join(root, 'widget/dist');
  if (!existsSync(join(dist, 'integrity.json'))) throw new Error('widget/dist is not built: run `cargo xtask build-widget` first');
  mkdirSync(work, { recursive: true });
  const output = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', work], { cwd: dist, encoding: 'utf8' }));
  const [{ filename }] = Array.isArray(output) ? output : Object.values(output);
  return join(work, filename);
}

/** The host's project in a folder of its own, with what it depends on and the package, all of it fresh but the former. */
function install(name, { pages }) {
  const [project, folder] = [join(here, name), join(work, name)];
  mkdirSync(folder, { recursive: true });
  for (const file of ['dist', '.next', '.parcel-cache', 'node_modules/.vite', 'package']) rmSync(join(folder, file), { recursive: true, force: true });
  for (const page of pages) cpSync(join(here, page), folder, { recursive: true });
  let home = join(folder, 'package');
  if (existsSync(project)) {
    cpSync(project, folder, { recursive: true });
    const lock = readFileSync(join(project, 'package-lock.json'), 'utf8');
    const stamp = join(folder, 'node_modules/.installed-from-lock');
    if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
      execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'inherit' });
      writeFileSync(stamp, lock);
    }
    home = join(folder, 'node_modules/@peeker-checkout/element');
  }
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', home]);
  return folder;
}

/** What a host's tools need when this Node is too old for them. */
function needsNewerNode(name) {
  const lock = join(here, name, 'package-lock.json');
  if (!existsSync(lock)) return undefined;
  const { packages } = JSON.parse(readFileSync(lock, 'utf8'));
  const own = JSON.parse(readFileSync(join(here, name, 'package.json'), 'utf8'));
  const found = Object.keys(own.dependencies).find((tool) => !isEnough(packages[`node_modules/${tool}`].engines?.node ?? '*'));
  return found && `${found} needs Node ${packages[`node_modules/${found}`].engines.node}, and this is ${process.versions.node}`;
}

/** Whether this Node is in a range such as `^20.19.0 || >=22.12.0`. */
function isEnough(range) {
  const numbers = (text) => text.split('.').map(Number);
  const compare = (one, other) => one.map((part, index) => part - (other[index] ?? 0)).find(Boolean) ?? 0;
  const now = numbers(process.versions.node);
  return range.split('||').some((part) => {
    const [, sign, version] = /^\s*(\^|>=)?\s*([\d.]+|\*)/.exec(part);
    if (version === '*') return true;
    return compare(now, numbers(version)) >= 0 && (sign !== '^' || now[0] === numbers(version)[0]);
  });
}

function command(folder, line) {
  const [program, options] = binary(folder, line);
  try {
    execFileSync(program, options, { cwd: folder, env: environment, encoding: 'utf8', stdio: 'pipe', timeout: BUILD_MS });
  } catch (error) {
    throw new Error(`${line.join(' ')} failed:\n${error.stdout}${error.stderr}`);
  }
}

/** Starts a server, in a process group of its own: it has children. */
async function start(folder, line) {
  const port = await freePort();
  const [program, options] = binary(folder, line(String(port)));
  const log = join(folder, 'server.log');
  const output = openSync(log, 'w');
  const server = spawn(program, options, { cwd: folder, env: environment, stdio: ['ignore', output, output], detached: true });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const stop = async () => {
    try {
      process.kill(-server.pid, 'SIGTERM');
    } catch {
      // It ended by itself.
    }
    await ended;
  };
  const url = `http://127.0.0.1:${port}/`;
  for (const until = Date.now() + START_MS; Date.now() < until; ) {
    if (server.exitCode !== null) break;
    const there = await fetch(url).then(() => true, () => false);
    if (there) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stop();
  throw new Error(`${options.join(' ')} did not start:\n${readFileSync(log, 'utf8')}`);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
