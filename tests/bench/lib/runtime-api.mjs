// Lambda's Runtime API for one function on this machine: hands out events, takes answers, and watches the process.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';

/** Clock ticks a second in /proc: fixed on every Linux that Node runs on. */
const TICKS = 100;
const BASE = '/2018-06-01/runtime';

/** One function: a process that was just started, and the API that it asks for events. */
export class LambdaFunction {
  #waiting;
  #queue = [];
  #open = new Map();
  #server;
  #failed = '';

  /** Starts `command`; `startedAt` is the moment before. */
  static async start(command, environment) {
    const lambda = new LambdaFunction();
    lambda.#server = http.createServer((request, response) => lambda.#answer(request, response));
    await new Promise((resolve) => lambda.#server.listen(0, '127.0.0.1', resolve));
    const [program, ...rest] = command;
    const env = {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${lambda.#server.address().port}`,
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      ...environment,
    };
    lambda.startedAt = performance.now();
    lambda.process = spawn(program, rest, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    lambda.process.stderr.on('data', (chunk) => {
      lambda.#failed = (lambda.#failed + chunk).slice(-2_000);
    });
    lambda.process.on('exit', (code) => {
      for (const { reject } of lambda.#open.values()) {
        reject(new Error(`${command.join(' ')} ended (${code}): ${lambda.#failed}`));
      }
    });
    return lambda;
  }

  /** Sends one event and waits for its answer. */
  invoke(event) {
    return new Promise((resolve, reject) => {
      const id = randomUUID();
      this.#open.set(id, { resolve, reject });
      this.#queue.push({ id, body: JSON.stringify(event) });
      this.#hand();
    });
  }

  #hand() {
    if (!this.#waiting || this.#queue.length === 0) return;
    const { id, body } = this.#queue.shift();
    this.#waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': String(Date.now() + 30_000),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:000000000000:function:bench',
      'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0',
    });
    this.#waiting.end(body);
    this.#waiting = undefined;
  }

  #answer(request, response) {
    const [, id, kind] = /invocation\/([^/]+)\/(response|error)$/.exec(request.url) ?? [];
    if (request.url === `${BASE}/invocation/next`) {
      this.#waiting = response;
      this.#hand();
      return;
    }
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      response.writeHead(202).end();
      const open = this.#open.get(id);
      this.#open.delete(id);
      if (kind === 'response') open?.resolve(JSON.parse(body));
      else open?.reject(new Error(`the function reported ${body}`));
    });
  }

  /** Highest resident memory so far, in MB. */
  peakMemory() {
    const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)[1]) / 1024;
  }

  /** Processor time so far, in milliseconds, of all threads. */
  cpu() {
    return cpuOf(this.process.pid);
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.#open.clear();
    this.process.kill('SIGKILL');
    await ended;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Processor time of a process so far, in milliseconds. */
export function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces; user and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
}

/** A request as API Gateway's HTTP API hands it to a function. */
export function httpEvent(method, path, { headers = {}, body } = {}) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'api.example.com', 'content-type': 'application/json', ...headers },
    requestContext: {
      accountId: '000000000000',
      apiId: 'bench',
      domainName: 'api.example.com',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
      requestId: 'bench',
      routeKey: '$default',
      stage: '$default',
      time: '08/May/2026:12:00:00 +0000',
      timeEpoch: 1_778_241_600_000,
    },
    body,
    isBase64Encoded: false,
  };
}
