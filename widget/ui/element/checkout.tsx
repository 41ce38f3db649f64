// The class behind <peeker-checkout>: its life on the page, properties in, events out, and when it draws.

import type { VNode } from 'preact';
import { ready, whenPanicked } from '../../module/start.js';
import type { ApprovalAnswer, ApprovalRequest } from '../client.js';
import type { EventDetails, PeekerCheckoutEventMap } from '../flow/events.js';
import { sceneOf } from '../flow/scene.js';
import { loadLocale } from '../languages.js';
import { english } from '../locales/en.js';
import { Broken, Card, Skeleton } from '../view/card.js';
import { englishTag, languageOf } from '../words/language.js';
import { type Locale, type Messages, wordsOf } from '../words/locale.js';
import { Speech } from '../words/speech.js';
import { AttributesElement, upgradeProperties } from './attributes.js';
import { Controller } from './controller.js';
import { schemeOf } from './scheme.js';
import { Surface } from './surface.js';

/** Why nothing can be done: the module did not arrive, does not run in this browser, or has stopped. */
type Failure = 'not_loaded' | 'wasm_unavailable' | 'checkout_stopped';

/** Attributes after which the session is read again. */
const CONNECTING = ['endpoint', 'session', 'order'];

/**
 * Sells domains with inboxes: the customer picks, names people, orders, and watches the order being set up.
 *
 * @slot fallback - Shown when the script or the module did not load or cannot run, or the session cannot be read.
 * @slot expired - In place of the words on an expired session.
 * @slot payment - In the review, above its buttons: a payment form of the page.
 * @slot challenge - In the review, above its buttons: a challenge of the page, such as a captcha.
 *
 * @csspart card - The card around everything.
 * @csspart header - The plan, and the steps.
 * @csspart steps - The list of steps.
 * @csspart title - The heading of a step.
 * @csspart label - The label of an input.
 * @csspart input - A text input.
 * @csspart search - The search box.
 * @csspart button - Any button with a border.
 * @csspart button-primary - The button that leads on.
 * @csspart button-add - Adds a name to the picks.
 * @csspart button-remove - Removes a pick or a person.
 * @csspart link - A button that looks like a link.
 * @csspart results - The list of what was found.
 * @csspart result - One name that was found.
 * @csspart picks - The section of the picks.
 * @csspart pick - One pick.
 * @csspart badge - A provider that a name works with.
 * @csspart price - A price and its renewal.
 * @csspart split - The counter of the split.
 * @csspart person - The fields of one person.
 * @csspart review - One section of the review.
 * @csspart totals - The sums of the review.
 * @csspart alert - A box that tells what is wrong.
 * @csspart problem - What is wrong with one field.
 * @csspart footer - The way on, below each step.
 * @csspart progress - How far the setup is.
 * @csspart domains - The domains of the order.
 * @csspart actions - What has to be done.
 * @csspart inboxes - The inboxes of the order, by domain.
 * @csspart timeline - What happened.
 * @csspart orders - The list of the customer's orders.
 *
 * @cssprop --peeker-accent - Buttons, links, focus.
 * @cssprop --peeker-on-accent - Text on the accent.
 * @cssprop --peeker-surface - The card.
 * @cssprop --peeker-raised - What lies on the card.
 * @cssprop --peeker-text - Text.
 * @cssprop --peeker-muted - Secondary text.
 * @cssprop --peeker-line - Separators.
 * @cssprop --peeker-edge - Borders of inputs and buttons.
 * @cssprop --peeker-good - What is well.
 * @cssprop --peeker-warn - What needs attention.
 * @cssprop --peeker-bad - What is wrong.
 * @cssprop --peeker-radius - Corners.
 * @cssprop --peeker-font - The typeface.
 */
export class PeekerCheckout extends AttributesElement {
  #surface: Surface | undefined;
  #controller: Controller | undefined;
  #observer: MutationObserver | undefined;
  #speech = new Speech();
  #words: Locale = english;
  #messages: Messages = {};
  #fetchSession: (() => Promise<string>) | undefined;
  #approve: ((request: ApprovalRequest) => Promise<ApprovalAnswer>) | undefined;
  #failure: Failure | undefined;
  #scheme: '' | 'light' | 'dark' = '';
  #focus: string | undefined;
  #isConnecting = false;
  #isPainting = false;
  #forgetPanics: (() => void) | undefined;

  /**
   * An async function that returns a new token: called when there is no session, a minute before one ends, and when one has
   * ended. The token is not written into `session`: it stays inside the element until `session` is set to another one. Where
   * there is no first one, the customer gets a button that asks again.
   */
  get fetchSession(): (() => Promise<string>) | undefined {
    return this.#fetchSession;
  }

  set fetchSession(value: (() => Promise<string>) | null | undefined) {
    const had = this.#fetchSession !== undefined;
    this.#fetchSession = typeof value === 'function' ? value : undefined;
    // Another function is asked the next time: a page may make one each time it draws.
    const has = this.#fetchSession !== undefined;
    if (had !== has && this.#surface && this.isConnected) this.#connect();
  }

  /**
   * An async function that asks the page's own payment, where the session needs an approval: gets `{session, quote,
   * amount_cents, currency}`, resolves with `{approval}`, the token that your backend signs, or with `{refused}`, a sentence
   * for the customer; a rejection, or ten minutes without a result, is a refusal that can be repeated.
   */
  get approve(): ((request: ApprovalRequest) => Promise<ApprovalAnswer>) | undefined {
    return this.#approve;
  }

  set approve(value: ((request: ApprovalRequest) => Promise<ApprovalAnswer>) | null | undefined) {
    this.#approve = typeof value === 'function' ? value : undefined;
    if (this.isConnected) this.#controller?.offerApproval();
  }

  /**
   * Words of the page's own by the keys of `locales/en.js` or the code of a finding, such as `{ place: 'Buy now' }`; they go
   * before those of the language. What is neither a text nor an object of texts by plural category with `other` is ignored.
   */
  get messages(): Messages {
    return this.#messages;
  }

  set messages(value: Messages | null | undefined) {
    this.#messages = value ?? {};
    this.#speakWith(languageOf(this), this.#words);
  }

  connectedCallback(): void {
    upgradeProperties(this);
    if (!this.#surface) this.#build();
    document.addEventListener('visibilitychange', this.#seen);
    window.addEventListener('load', this.#restyled);
    window.addEventListener('online', this.#online);
    window.addEventListener('storage', this.#stored);
    this.#observe();
    this.#connect();
  }

  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.#seen);
    window.removeEventListener('load', this.#restyled);
    window.removeEventListener('online', this.#online);
    window.removeEventListener('storage', this.#stored);
    this.#observer?.disconnect();
    this.#forgetPanics?.();
    this.#forgetPanics = undefined;
    this.#controller?.stop();
  }

  /** Moved by moveBefore(): nothing to do, everything goes on. */
  connectedMoveCallback(): void {}

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || !this.#surface || before === now) return;
    if (CONNECTING.includes(name)) this.#connect();
    else this.#restyled();
  }

  #build(): void {
    this.#surface = new Surface(this);
    this.#observer = new MutationObserver(() => {
      this.#restyled();
      this.#speak();
    });
    this.#scheme = schemeOf(this, this.colorScheme);
    this.#paint();
  }

  /** Language and colours are those of the page, which may change. */
  #observe(): void {
    const attributes = { attributes: true };
    this.#observer?.observe(this, { attributeFilter: ['lang', 'style', 'class'] });
    for (const node of [document.documentElement, document.body]) if (node) this.#observer?.observe(node, attributes);
    this.#observer?.observe(document.head, { childList: true });
  }

  readonly #seen = () => this.#controller?.hide(document.hidden);
  readonly #stored = ({ key }: StorageEvent) => this.#guard(() => this.#controller?.stored(key));
  readonly #online = () => this.#controller?.context.client.online();

  readonly #restyled = () => {
    this.#scheme = schemeOf(this, this.colorScheme);
    this.#paintSoon();
  };

  /** Several changes in one turn of the page make one connection. */
  async #connect(): Promise<void> {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    try {
      await Promise.all([this.#speak(), ready()]);
      if (this.#failure !== 'checkout_stopped') this.#failure = undefined;
    } catch (error) {
      this.#fail(isRefused(error) ? 'wasm_unavailable' : 'not_loaded', error);
    }
    this.#isConnecting = false;
    if (!this.isConnected || this.#failure) return;
    this.#forgetPanics ??= whenPanicked((message) => this.#fail('checkout_stopped', message));
    this.#guard(() => {
      this.#controller ??= this.#open();
      this.#controller.connect();
    });
    this.#paintSoon();
  }

  readonly #tryAgain = () => {
    this.#failure = undefined;
    this.#paintSoon();
    this.#connect();
  };

  #open(): Controller {
    const page = {
      changed: (focus?: string) => this.#paintSoon(focus),
      emit: this.#emit.bind(this),
      words: (code: string) => this.#speech.explain({ code }),
      link: (order: string) => this.orderLink.replace('{id}', encodeURIComponent(order)) || undefined,
      copy: (text: string) => navigator.clipboard.writeText(text),
    };
    return new Controller(this, page, (work) => this.#guard(work));
  }

  #emit<Name extends keyof EventDetails>(name: Name, detail: EventDetails[Name], cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, cancelable, bubbles: true, composed: true }));
  }

  /** Takes up the language around it. */
  async #speak(): Promise<void> {
    const language = languageOf(this);
    const words = await loadLocale(language);
    if (language === languageOf(this)) this.#speakWith(language, words);
  }

  /** Where there are no words, all is English, unless the page brings its own. */
  #speakWith(language: string, words: Locale): void {
    this.#words = words;
    const own = wordsOf(this.#messages);
    const isEnglish = words === english && !Object.keys(own).length;
    this.#speech = new Speech(isEnglish ? englishTag(language) : language, words, own);
    this.#paintSoon();
  }

  #paintSoon(focus?: string): void {
    this.#focus = focus ?? this.#focus;
    if (this.#isPainting) return;
    this.#isPainting = true;
    queueMicrotask(() => {
      this.#isPainting = false;
      if (this.isConnected) this.#paint();
    });
  }

  #paint(): void {
    const focus = this.#focus;
    this.#focus = undefined;
    const say = this.#speech;
    const setting = { lang: say.tag, dir: say.direction, scheme: this.#scheme };
    const show = (tree: VNode) => this.#surface?.paint(tree, setting, focus);
    const controller = this.#controller;
    if (this.#failure) show(<Broken say={say} failure={this.#failure} tryAgain={this.#tryAgain} />);
    else if (!controller) show(<Skeleton say={say} />);
    else
      this.#guard(() => {
        const scene = sceneOf(controller.context, { say, act: controller.act, hasPictures: this.picturePreview });
        show(<Card scene={scene} />);
        controller.drawn(scene.screen);
      });
  }

  /** Whatever breaks ends in words for the customer, and the page hears of it. */
  #guard(work: () => unknown): void {
    const fail = (error: unknown) => this.#fail('checkout_stopped', error);
    try {
      const result = work();
      if (result instanceof Promise) result.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #fail(failure: Failure, error: unknown): void {
    if (this.#failure === 'checkout_stopped' || !this.isConnected) return;
    this.#failure = failure;
    this.#paintSoon();
    const code = failure === 'not_loaded' ? 'wasm_unavailable' : failure;
    this.#emit('peeker-error', { code, message: error instanceof Error ? error.message : String(error) });
  }
}

/** Whether the browser does not run the module, however often it is loaded. */
function isRefused(error: unknown): boolean {
  if (typeof WebAssembly !== 'object') return true;
  return error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;
}

/** Registers the element under `tag`, once, whoever else does. */
export function define(tag = 'peeker-checkout'): void {
  const registry = globalThis.customElements;
  if (!registry || registry.get(tag)) return;
  // A class can be registered under one tag only.
  registry.define(tag, tag === 'peeker-checkout' ? PeekerCheckout : class extends PeekerCheckout {});
}

declare global {
  interface HTMLElementTagNameMap {
    'peeker-checkout': PeekerCheckout;
  }

  interface GlobalEventHandlersEventMap extends PeekerCheckoutEventMap {}
}
