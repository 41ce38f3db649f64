// A partner's backend on this machine, and a bus of the AWS on this machine: both receive notifications.

import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

export class Backend {
  /** Notifications by arrival. */
  received = [];
  #messages = [];

  static async open(place) {
    const backend = new Backend();
    backend.place = place;
    backend.secret = `whsec_${randomBytes(32).toString('base64')}`;
    await backend.start();
    const { EventBusArn } = await place.aws('events', 'create-event-bus', '--name', 'crm');
    const { QueueUrl } = await backend.#sqs('create-queue', '--queue-name', 'crm');
    const { Attributes } = await backend.#sqs('get-queue-attributes', '--queue-url', QueueUrl, '--attribute-names', 'QueueArn');
    const pattern = JSON.stringify({ source: ['peeker-checkout'] });
    await place.aws('events', 'put-rule', '--name', 'all', '--event-bus-name', 'crm', '--event-pattern', pattern);
    await place.aws('events', 'put-targets', '--rule', 'all', '--event-bus-name', 'crm', '--targets', `Id=queue,Arn=${Attributes.QueueArn}`);
    return Object.assign(backend, { bus: EventBusArn, queue: QueueUrl });
  }

  /** A call of SQS, for which version 1 of the command line takes no address from the environment. */
  #sqs(...words) {
    return this.place.aws('sqs', ...words, '--endpoint-url', this.place.endpoint);
  }

  /** Makes address and bus the endpoints of the stage, and lets `fn` reach this machine. */
  async receiveAt(fn) {
    const { place } = this;
    const endpoints = [
      { name: 'backend', url: `http://127.0.0.1:${this.port}/hook`, secret: this.secret },
      { name: 'crm', bus: this.bus },
    ];
    const value = JSON.stringify({ notification_endpoints: JSON.stringify(endpoints) });
    await place.aws('secretsmanager', 'put-secret-value', '--secret-id', 'peeker-checkout/test/endpoints', '--secret-string', value);
    const { Environment } = await place.aws('lambda', 'get-function-configuration', '--function-name', fn);
    const Variables = { ...Environment.Variables, LOOPBACK_ENDPOINTS: 'on' };
    await place.aws('lambda', 'update-function-configuration', '--function-name', fn, '--environment', JSON.stringify({ Variables }));
  }

  async start() {
    this.server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    });
    await new Promise((resolve) => this.server.listen(this.port ?? 0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** The notification of `type` about `order`. */
  of(type, order) {
    return this.received.find(({ body }) => {
      const { type: of, data } = JSON.parse(body);
      return of === type && data.order?.id === order;
    });
  }

  /** The signature by the specification: `id.timestamp.body` under the key after `whsec_`. */
  signature(headers, body) {
    const key = Buffer.from(this.secret.slice('whsec_'.length), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  }

  /** The event of `type` about `order` that a rule of the bus has put into a queue. */
  async onTheBus(type, order) {
    const { Messages = [] } = (await this.#sqs('receive-message', '--queue-url', this.queue, '--max-number-of-messages', '10')) ?? {};
    this.#messages.push(...Messages.map(({ Body }) => JSON.parse(Body)));
    return this.#messages.find((event) => event['detail-type'] === type && event.detail.data.order?.id === order);
  }
}
