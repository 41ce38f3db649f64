// Lambda's Runtime API as AWS's own Node runtime uses it: one connection, one event at a time.

import http from 'node:http';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const base = '/2018-06-01/runtime/invocation';

/** Hands events to `handler` until the process is ended. */
export async function serve(handler) {
  for (;;) {
    const next = await call('GET', `${base}/next`);
    const id = next.headers['lambda-runtime-aws-request-id'];
    try {
      await call('POST', `${base}/${id}/response`, JSON.stringify(await handler(JSON.parse(next.body))));
    } catch (error) {
      const report = { errorMessage: error.message, errorType: error.name };
      await call('POST', `${base}/${id}/error`, JSON.stringify(report));
    }
  }
}

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = http.request({ host, port, method, path, agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
