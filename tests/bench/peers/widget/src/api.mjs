// The calls of the picker.

export class Api {
  constructor(endpoint, token) {
    this.endpoint = endpoint;
    this.token = token;
  }

  async call(method, path, body) {
    const response = await fetch(this.endpoint + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error(answer.error.message), answer.error);
    return answer.data;
  }

  session = () => this.call('GET', '/v1/session');
  availability = (domains) => this.call('POST', '/v1/domains/availability', { domains });
  quote = (domains) => this.call('POST', '/v1/quotes', { domains });
  order = (draft) => this.call('POST', '/v1/orders', draft);
  status = (id) => this.call('GET', `/v1/orders/${id}`);
}
