// One element's flow: the client with what the page gives it, the form, and what the browser keeps of it.

import { Checkout } from '../../module/checkout.js';
import type { Announcement, ApprovalAnswer, ApprovalRequest, State } from '../client.js';
import { actionsOf } from '../flow/actions.js';
import { type Context, isBusy, type Page } from '../flow/context.js';
import { follow, readAgain } from '../flow/follow.js';
import { Funnel } from '../flow/funnel.js';
import { keptForm, resumeForm } from '../form/draft.js';
import { newForm } from '../form/state.js';
import type { Actions, Screen } from '../view/scene.js';
import { Drafts } from './drafts.js';
import { SentOrders } from './sent.js';

/** What the page has set on the element. */
export interface Settings {
  readonly isConnected: boolean;
  readonly endpoint: string;
  readonly session: string;
  readonly order: string;
  readonly noDraft: boolean;
  readonly fetchSession: (() => Promise<string>) | undefined;
  readonly approve: ((request: ApprovalRequest) => Promise<ApprovalAnswer>) | undefined;
}

export class Controller {
  readonly context: Context;
  readonly act: Actions;
  readonly #settings: Settings;
  readonly #guard: (work: () => unknown) => void;
  #funnel = new Funnel();
  #drafts: Drafts | undefined;
  /** Another plan is no reason to order twice: by customer only. */
  #sent: SentOrders | undefined;
  readonly #page = Math.random().toString(36).slice(2);
  /** The id of the session that was read last. */
  #session: string | undefined;
  #before: State | undefined;
  /** What was kept last. */
  #kept: readonly unknown[] = [];
  #order = '';
  #isListShown = false;
  #isStarted = false;
  /** The token that was set, and the newer one that the page's function has given since. */
  #given = '';
  #fetched: string | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(settings: Settings, page: Page, guard: (work: () => unknown) => void) {
    this.#settings = settings;
    this.#guard = guard;
    const client = new Checkout({ endpoint: settings.endpoint });
    this.context = { form: newForm(), client, page, view: undefined, owner: '', canPay: false };
    this.act = actionsOf(this.context, guard);
  }

  /** On the page, or something was set: the session knows how things stand. */
  connect(): void {
    const { client } = this.context;
    const { endpoint, fetchSession, order, session } = this.#settings;
    this.#unsubscribe ??= client.subscribe((announcements) => this.#guard(() => this.#follow(announcements)));
    if (session !== this.#given) {
      this.#given = session;
      this.#fetched = undefined;
    }
    client.fetchSession = fetchSession ? () => this.#fetchSession() : undefined;
    this.offerApproval();
    client.hidden(document.hidden);
    this.recallSent(this.#session);
    client.endpoint = endpoint;
    client.session = this.#fetched ?? (session || undefined);
    if (order !== this.#order) {
      this.#order = order;
      if (order) client.watch(order);
      else client.leave();
    }
    // It begins once there is a session, or a function to ask for one.
    if (!this.#isStarted && (session || fetchSession)) {
      this.#isStarted = true;
      client.start();
    }
    readAgain(this.context);
  }

  /** Without a function of the page's, an order that needs an approval is refused in words of our own. */
  offerApproval(): void {
    const { approve } = this.#settings;
    this.context.canPay = approve !== undefined;
    this.context.client.approve = approve ? async (request) => approve.call(this.#settings, request) : undefined;
  }

  stop(): void {
    this.#isStarted = false;
    this.context.client.stop();
    // What the client has told in this turn still arrives.
    queueMicrotask(() => this.#letGo());
  }

  /**
   * Off the page the client keeps no function of the element: the module is no place that is collected, so whatever it
   * calls would stay for good. An order that waits for its payment is followed until there is an answer.
   */
  #letGo(): void {
    const { client } = this.context;
    if (this.#settings.isConnected || client.state.order.state === 'approving') return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    client.fetchSession = undefined;
    client.approve = undefined;
  }

  hide(isHidden: boolean): void {
    this.context.client.hidden(isHidden);
  }

  /** Something was drawn: it is kept, counted, and the list of orders is read again as long as it is on show. */
  drawn(screen: Screen): void {
    const { context } = this;
    const { client } = context;
    this.#funnel.follow(context, screen === 'form');
    this.#keep(screen);
    const isListShown = screen === 'orders' || screen === 'form';
    if (isListShown === this.#isListShown) return;
    this.#isListShown = isListShown;
    client.showOrders(isListShown);
  }

  #follow(announcements: Announcement[]): void {
    const { context } = this;
    const { state } = context.client;
    const before = this.#before;
    this.#before = state;
    follow(context, before, announcements, { recall: (isOther) => this.#recall(isOther) });
    if (!this.#settings.isConnected && !isBusy(context)) this.#letGo();
    if (this.#settings.noDraft) return;
    for (const announcement of announcements) {
      if (announcement.type !== 'sent') continue;
      if (announcement.sent) this.#sent?.keep(announcement.sent);
      else this.#sent?.forget();
    }
    const session = context.view?.id;
    if (session && state.order.state === 'placed' && state.order.is_own) this.#sent?.settle(session);
    // What another page has sent in the session before this one.
    if (session !== this.#session) {
      this.#session = session;
      this.recallSent(session);
    }
  }

  /** Another page of the browser has changed what is kept under `key`. */
  stored(key: string | null): void {
    if (this.#sent?.has(key)) this.recallSent(this.#session);
  }

  /** Takes up what other pages have sent in other sessions than `session`. */
  recallSent(session?: string): void {
    if (this.#settings.noDraft) return;
    for (const sent of this.#sent?.recall(session) ?? []) this.context.client.resume(sent);
  }

  /** A session was read for the first time, or one of another customer or plan. */
  #recall(isOther: boolean): void {
    const { client, form, view } = this.context;
    if (isOther) this.#funnel = new Funnel();
    if (!view) return;
    this.#drafts = new Drafts(this.#settings.endpoint, view);
    this.#sent = new SentOrders(this.#settings.endpoint, view.customer, this.#page);
    if (this.#settings.noDraft) {
      this.#drafts.forget();
      return;
    }
    this.recallSent();
    const kept = view.order?.id ? undefined : this.#drafts.recall();
    if (kept) client.resumeImports(resumeForm(form, kept));
  }

  #keep(screen: Screen): void {
    const { client, form, view } = this.context;
    if (!view?.plan || this.#settings.noDraft) return;
    const { order, owned } = client.state;
    if (order.state === 'placed' && order.is_own) {
      this.#drafts?.forget();
      this.#kept = [];
    } else if (screen === 'form' || screen === 'doubt' || order.state === 'placing') {
      // Most letters that are typed are no part of a draft.
      const parts = [this.#drafts, form.step, form.forwarding, form.picks, owned];
      if (parts.every((part, index) => part === this.#kept[index])) return;
      this.#kept = parts;
      this.#drafts?.keep(keptForm(form, client.keptImports));
    }
  }

  /** Asks the page for another session's token, which stays in here: an attribute is for everybody to read. */
  async #fetchSession(): Promise<string | undefined> {
    const token = await this.#settings.fetchSession?.();
    if (!token || !this.#settings.isConnected) return undefined;
    this.#fetched = token;
    return token;
  }
}
