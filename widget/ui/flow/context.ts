// What the parts of the flow share: the form, the client, the page around the element, and what all of them do.

import type { RequiredDomains } from '../../module/generated/wasm.js';
import type { Checkout, SessionView } from '../client.js';
import { fittingNames, type Lookup, reportOf } from '../form/picks.js';
import type { Form, Notice, SaidWord } from '../form/state.js';
import type { Values } from '../words/speech.js';
import type { EventDetails } from './events.js';

/** What the flow asks of the element. */
export interface Page {
  /** Draws soon, and then puts the focus on the element with that id. */
  changed(focus?: string): void;
  /** Dispatches an event; `false` when the page prevented it. */
  emit<Name extends keyof EventDetails>(name: Name, detail: EventDetails[Name], cancelable?: boolean): boolean;
  /** The sentence for a code, where the server gave none. */
  words(code: string): string;
  /** Where an order can be looked at again, if the page says so. */
  link(order: string): string | undefined;
  /** Writes a text to the clipboard; fails where the page does not allow it. */
  copy(text: string): Promise<void>;
}

export interface Context {
  form: Form;
  readonly client: Checkout;
  readonly page: Page;
  /** The session as it was read last, also after its end. */
  view: SessionView | undefined;
  /** Customer and plan of the form. */
  owner: string;
  /** Whether the page has set a function that asks its payment. */
  canPay: boolean;
}

const NO_DOMAINS: RequiredDomains = { google: 0, microsoft: 0, total: 0 };

export function requiredOf({ view }: Context): RequiredDomains {
  return view?.plan?.required_domains ?? NO_DOMAINS;
}

export function lookupOf({ client }: Context): Lookup {
  return (name) => client.row(name);
}

export function pickedNames({ form }: Context): string[] {
  return form.picks.map(({ name }) => name);
}

/** Whether an order is on its way, so that nothing can be changed. */
export function isBusy({ client }: Context): boolean {
  const { state } = client.state.order;
  return state === 'approving' || state === 'sending' || state === 'confirming';
}

export function say({ form }: Context, word: SaidWord | '', values: Values = {}): void {
  form.said = { word, values };
}

/** A message at the top, which takes the focus. */
export function notify(context: Context, notice: Notice): void {
  context.form.notice = notice;
  context.page.changed('troubles');
}

/** Checks the picks again, and which of the names found fit beside them. */
export function checkForm(context: Context): void {
  context.form.report = reportOf(requiredOf(context), context.form.picks, lookupOf(context));
  checkFound(context);
}

export function checkFound(context: Context): void {
  context.form.search.fitting = fittingNames(requiredOf(context), context.form, lookupOf(context));
}

/** The page hears of picks, people and step. */
export function reportChange(context: Context): void {
  const { step, report } = context.form;
  const { ok, required, google, microsoft } = report;
  context.page.emit('peeker-change', { step, domains: pickedNames(context), ok, required, google, microsoft });
}
