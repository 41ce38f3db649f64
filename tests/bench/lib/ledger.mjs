// Counts a function's DynamoDB calls and consumed capacity, as a proxy in front of the database.

import http from 'node:http';

const TARGET = 'DynamoDB_20120810.';
/** Calls that read; the others write. */
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);

export class Ledger {
  #server;
  #calls = [];

  static async start(database) {
    const ledger = new Ledger();
    ledger.#server = http.createServer((request, response) => ledger.#pass(database, request, response));
    await new Promise((resolve) => ledger.#server.listen(0, '127.0.0.1', resolve));
    ledger.url = `http://127.0.0.1:${ledger.#server.address().port}`;
    return ledger;
  }

  async #pass(database, request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const operation = request.headers['x-amz-target'].slice(TARGET.length);
    const body = { ...JSON.parse(Buffer.concat(chunks).toString('utf8')), ReturnConsumedCapacity: 'TOTAL' };
    const headers = { ...request.headers };
    for (const name of ['host', 'connection', 'content-length', 'transfer-encoding']) delete headers[name];
    const answer = await fetch(database, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    const consumed = [JSON.parse(text).ConsumedCapacity ?? []].flat();
    const units = consumed.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    this.#calls.push({ operation, units, status: answer.status, pk: body.Key?.pk?.S });
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(text);
  }

  /**
   * Calls since the last read: `{calls: {GetItem: 1}, read: units, write: units}`. A refused write to the shared
   * rate is left out: it is repeated immediately, and depends on whether another process was faster a moment before.
   */
  take() {
    const taken = { calls: {}, read: 0, write: 0 };
    const isRaced = ({ pk, status }) => pk?.startsWith('RATE#') && status !== 200;
    for (const { operation, units } of this.#calls.splice(0).filter((call) => !isRaced(call))) {
      taken.calls[operation] = (taken.calls[operation] ?? 0) + 1;
      taken[READS.has(operation) ? 'read' : 'write'] += units;
    }
    return taken;
  }

  /** Single writes, refused ones included, to items whose partition key begins with `prefix`, since the last read. */
  writesTo(prefix) {
    return this.#calls.filter(({ operation, pk }) => operation === 'UpdateItem' && pk?.startsWith(prefix)).length;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
