// The stage under test: what its customers order, and what its operator looks up and changes.

import assert from 'node:assert/strict';
import { call, token, until } from './place.mjs';

export const STACK = 'peeker-checkout-test';
export const CUSTOMER = 'client@example.com';
export const PERSON = { first_name: 'Samantha', last_name: 'Leeuwenhoek', profile_picture_url: null };

export const name = (fn) => `${STACK}-${fn}`;
export const draft = (word) => ({ domains: [0, 1, 2, 3].map((index) => `${word}-${index}.com`), personas: [PERSON] });

export class Stage {
  /** The outputs of its stack, and the URL of its API; another one after each change of the stack. */
  api;

  constructor(place, bundle, session) {
    Object.assign(this, { place, bundle, session });
  }

  sign = (id, by = this.session) => token(by.kid, by.key, { sub: CUSTOMER, jti: id, plan: { bundle_id: this.bundle } });

  put = (kind, values) =>
    this.place.aws('secretsmanager', 'put-secret-value', '--secret-id', `peeker-checkout/test/${kind}`, '--secret-string', JSON.stringify(values));

  order = async (id, word) => {
    const placed = await call(this.api.url, 'POST', '/v1/orders', this.sign(id), draft(word));
    assert.equal(placed.status, 201, placed.text);
    return placed.data.id;
  };

  completed = (id, jti, by) =>
    until(`${id} is completed`, async () => {
      const seen = await call(this.api.url, 'GET', `/v1/orders/${id}`, this.sign(jti, by));
      return seen.status === 200 && seen.data.status === 'completed' && seen.data;
    });

  /** Removes a function's access to the table; returns a function that restores it. */
  withoutTable = async (fn) => {
    const { place } = this;
    const role = (await place.aws('lambda', 'get-function-configuration', '--function-name', name(fn))).Role.split('/').pop();
    const of = ['--role-name', role, '--policy-name', fn];
    const { PolicyDocument } = await place.aws('iam', 'get-role-policy', ...of);
    const write = (document) => place.aws('iam', 'put-role-policy', ...of, '--policy-document', JSON.stringify(document));
    const rest = PolicyDocument.Statement.filter((one) => !JSON.stringify(one.Action).includes('dynamodb'));
    assert.ok(rest.length > 0 && rest.length < PolicyDocument.Statement.length);
    await write({ ...PolicyDocument, Statement: rest });
    return () => write(PolicyDocument);
  };

  logs = async (group) => {
    const { events } = await this.place.aws('logs', 'filter-log-events', '--log-group-name', group);
    return events.map(({ message }) => message).join('\n');
  };
}
