// What the browser keeps of an order that was not finished: picks, forwarding and step by plan and customer. Nothing of a
// person.

import type { SessionView } from '../client.js';
import { type KeptForm, readKeptForm } from '../form/draft.js';
import { ownedBy, read, write } from './store.js';

export class Drafts {
  readonly #form: string;

  constructor(endpoint: string, { customer, plan }: SessionView) {
    const { google, microsoft } = plan?.required_domains ?? { google: 0, microsoft: 0 };
    this.#form = [ownedBy(endpoint, customer), plan?.name ?? '', google, microsoft].join('|');
  }

  keep(form: KeptForm): void {
    const isEmpty = !form.picks.length && !form.forwarding && !form.jobs.length;
    if (isEmpty) this.forget();
    else write(this.#form, form);
  }

  recall(): KeptForm | undefined {
    return readKeptForm(read(this.#form));
  }

  forget(): void {
    write(this.#form, undefined);
  }
}
