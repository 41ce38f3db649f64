// The place that a deployment is tested in: an AWS on this machine with its IAM evaluator on, and a sandbox upstream.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ROOT } from './documents.mjs';

const { TOOLS, XTASK, SANDBOX } = process.env;
const REGION = 'eu-central-1';
/** Real time within which a program answers, or what was asked for has happened; many times what it takes. */
const WITHIN = 120_000;

/** The page of infra/README.md's commands. */
export const ORIGIN = 'https://app.acme.com';
export const fresh = (prefix) => prefix + randomBytes(16).toString('hex');

/** Polls until `look` returns a value; the timeout error names what was awaited. */
export async function until(what, look) {
  const end = Date.now() + WITHIN;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `${what}: not within ${WITHIN / 1000} s`);
    await pause(100);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The tools of `TOOLS` first, and nothing of a real AWS account. */
function environment(endpoint) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return {
    ...Object.fromEntries(kept),
    PATH: [TOOLS, process.env.PATH].filter(Boolean).join(delimiter),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_PAGER: '',
  };
}

export class Place {
  static async open() {
    const folder = mkdtempSync(join(tmpdir(), 'peeker-checkout-deploy-'));
    const [awsPort, sandboxPort] = [await freePort(), await freePort()];
    const place = new Place();
    place.folder = folder;
    symlinkSync(join(ROOT, 'infra'), join(folder, 'infra'));
    place.endpoint = `http://127.0.0.1:${awsPort}`;
    place.upstream = `http://127.0.0.1:${sandboxPort}`;
    place.peekerKey = fresh('pk_test_');
    place.webhookSecret = fresh('whsec_');
    place.env = environment(place.endpoint);
    place.log = join(folder, 'aws.log');
    place.children = [
      place.#run('ministack', [], place.log, {
        AUTH: 'true',
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(awsPort),
        MINISTACK_REGION: REGION,
      }),
      place.#run(
        SANDBOX,
        ['--port', sandboxPort, '--test-key', place.peekerKey, '--webhook-secret', place.webhookSecret, '--provisioning', 2],
        join(folder, 'sandbox.log'),
      ),
    ];
    await until('AWS starts', () => answers(`${place.endpoint}/_ministack/health`));
    await until('the sandbox starts', () => answers(`${place.upstream}/_sandbox`));
    return place;
  }

  #run(program, arguments_, log, more = {}) {
    const child = spawn(program, arguments_.map(String), {
      env: { ...this.env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const file = createWriteStream(log);
    child.stdout.pipe(file);
    child.stderr.pipe(file);
    child.ended = new Promise((resolve) => child.once('exit', resolve));
    return child;
  }

  async close() {
    for (const child of this.children) child.kill();
    await Promise.all(this.children.map((child) => child.ended));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a program; returns its output, whether it succeeded or not. */
  run(program, ...arguments_) {
    return this.#execute(program, arguments_.map(String), {});
  }

  #execute(program, arguments_, options) {
    const all = { env: this.env, maxBuffer: 64 * 1024 * 1024, ...options };
    return promisify(execFile)(program, arguments_, all).then(
      ({ stdout, stderr }) => ({ ok: true, text: stdout + stderr, out: stdout.trim() }),
      (error) => ({ ok: false, text: `${error.stdout ?? ''}${error.stderr ?? error.message}`, out: '' }),
    );
  }

  /**
   * Types documented commands into a shell, in the project's folder or in this place's, which has `infra` in it too.
   * `more` is what this machine needs besides; `cargo xtask` is the program that was built for the test.
   */
  async type(commands, { more = [], variables = {}, cwd = ROOT } = {}) {
    const xtask = 'cargo() { if [ "$1" = xtask ]; then shift; "$XTASK" "$@"; else command cargo "$@"; fi; }';
    const last = [commands.at(-1), ...more.map((word) => `'${word}'`)].join(' ');
    const script = ['set -e', xtask, ...commands.slice(0, -1), last].join('\n');
    const done = await this.#execute('sh', ['-c', script], { cwd, env: { ...this.env, XTASK, ...variables } });
    assert.ok(done.ok, `${commands.join('\n')}\n${done.text}`);
    return done.text;
  }

  async mustRun(program, ...arguments_) {
    const done = await this.run(program, ...arguments_);
    assert.ok(done.ok, `${program} ${arguments_.join(' ')}\n${done.text}`);
    return done;
  }

  /** `aws …` as JSON. */
  async aws(...arguments_) {
    const { out } = await this.mustRun('aws', ...arguments_, '--output', 'json');
    return out ? JSON.parse(out) : undefined;
  }

  deploy(...arguments_) {
    return this.run(XTASK, 'deploy', ...arguments_);
  }

  /** URL of a stage's API: by its id, as this AWS has no names of its own. */
  async api(stack) {
    const { Stacks } = await this.aws('cloudformation', 'describe-stacks', '--stack-name', stack);
    const outputs = Object.fromEntries(Stacks[0].Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    return { ...outputs, url: `${this.endpoint}/_aws/execute-api/${outputs.ApiId}/$default` };
  }

  /** The sandbox's controls. */
  async control(method, path, body) {
    const answer = await fetch(`${this.upstream}/_sandbox${path}`, { method, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return (await answer.json()).data;
  }

  /** A bundle of upstream's that needs four domains. */
  async bundle() {
    const answer = await fetch(`${this.upstream}/partner/v1/bundles`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.peekerKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Starter', monthly_sending_volume: 5000 }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, text);
    return JSON.parse(text).data.id;
  }
}

async function answers(url) {
  return fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** Signs a session as a partner's backend would. */
export function token(kid, key, claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', kid })}.${part({ aud: 'peeker-checkout/test', exp: Math.floor(Date.now() / 1000) + 3600, ...claims })}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** One call of the deployed API; every answer has to carry its request id. */
export async function call(url, method, path, bearer, body) {
  const headers = { 'content-type': 'application/json', origin: ORIGIN, ...(bearer && { authorization: `Bearer ${bearer}` }) };
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  const json = text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
  return { status: answer.status, text, data: json?.data, error: json?.error, headers: answer.headers };
}
