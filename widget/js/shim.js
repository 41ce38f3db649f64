// The class behind <peeker-checkout>: paints a skeleton at once, then forwards what happens to the WASM module.

import css from './css/element.css';
import { Canvas } from './dom.js';
import { Host } from './host.js';
import { ready, Checkout } from './wasm.js';

/** What the element listens to inside its shadow root. */
const KINDS = ['click', 'input', 'submit', 'focusout', 'keydown'];
/** Bones of the skeleton, top to bottom: what the Rust view paints while the session is read. */
const BONES = ['bone bone-short', 'bone bone-title', 'bone bone-input', ...Array(4).fill('bone bone-row')];

const UNAVAILABLE = {
  code: 'wasm_unavailable',
  title: 'The checkout cannot run in this browser',
  text: 'It could not be loaded, or WebAssembly is switched off here. This did not place an order.',
};
const STOPPED = {
  code: 'checkout_stopped',
  title: 'The checkout stopped working',
  text: 'Reload the page to go on. An order that was placed is shown again.',
};
/** Outside a browser the module can be imported too, for its functions. */
const Base = globalThis.HTMLElement ?? class {};

let sheet;

export class PeekerCheckout extends Base {
  static observedAttributes = ['endpoint', 'session'];

  #container;
  #canvas;
  #host;
  #checkout;
  #pending = false;

  /** Origin of the order proxy; empty means the page's own. */
  get endpoint() {
    return this.getAttribute('endpoint') ?? '';
  }

  set endpoint(value) {
    this.#reflect('endpoint', value);
  }

  /** The session token. */
  get session() {
    return this.getAttribute('session') ?? '';
  }

  set session(value) {
    this.#reflect('session', value);
  }

  connectedCallback() {
    for (const name of PeekerCheckout.observedAttributes) this.#upgrade(name);
    if (!this.#container) this.#build();
    for (const kind of KINDS) this.shadowRoot.addEventListener(kind, this);
    document.addEventListener('visibilitychange', this);
    this.#connect();
  }

  disconnectedCallback() {
    for (const kind of KINDS) this.shadowRoot.removeEventListener(kind, this);
    document.removeEventListener('visibilitychange', this);
    this.#run((checkout) => checkout.disconnect());
  }

  /** Moved by moveBefore(): nothing to do, everything goes on. */
  connectedMoveCallback() {}

  attributeChangedCallback(name, before, now) {
    if (this.isConnected && this.#container && before !== now) this.#connect();
  }

  /** Elements name their action in `data-do` and `data-with`, inputs their field in `data-field`. */
  handleEvent(event) {
    const { type, target } = event;
    if (type === 'visibilitychange') return this.#run((checkout) => checkout.hide(document.hidden));
    // What the page puts into a slot is the page's.
    if (target.getRootNode() !== this.shadowRoot) return;
    const { field } = target.dataset;
    if (type === 'click') {
      this.#act(target.closest('button[data-do]'));
    } else if (type === 'submit') {
      event.preventDefault();
      this.#act(target);
    } else if (type === 'keydown') {
      if (field !== 'query' || event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      this.#run((checkout) => checkout.entered() && event.preventDefault());
    } else if (field) {
      this.#run((checkout) => (type === 'input' ? checkout.typed(field, target.value) : checkout.left(field)));
    }
  }

  #act(element) {
    if (element) this.#run((checkout) => checkout.act(element.dataset.do, element.dataset.with ?? ''));
  }

  /** Several changes in one turn of the page make one connection. */
  #connect() {
    if (this.#pending || !this.session) return;
    this.#pending = true;
    ready().then(
      () => {
        this.#pending = false;
        if (!this.isConnected || !this.session) return;
        this.#checkout ??= new Checkout();
        this.#run((checkout) => checkout.connect(this.#host, document.hidden));
      },
      (error) => {
        this.#pending = false;
        this.#fail(UNAVAILABLE, error);
      },
    );
  }

  /** A trap leaves the module unusable: say so, instead of a dead form. */
  #run(use) {
    try {
      if (this.#checkout) use(this.#checkout);
    } catch (error) {
      this.#checkout = undefined;
      this.#fail(STOPPED, error);
    }
  }

  #build() {
    const shadow = this.attachShadow({ mode: 'open' });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    shadow.adoptedStyleSheets = [sheet];
    this.#container = make('div', { class: 'root' });
    const card = make('section', { class: 'card', part: 'card', 'aria-label': 'Checkout', 'aria-busy': 'true' });
    card.append(make('p', { class: 'unseen' }, 'Loading the checkout'), ...BONES.map((bone) => make('div', { class: bone })));
    this.#container.append(card);
    shadow.append(this.#container);
    this.#canvas = new Canvas(shadow, this.#container);
    this.#host = new Host(this, this.#canvas, (use) => this.#run(use));
  }

  /** An honest message, and what the page offers instead. */
  #fail({ code, title, text }, error) {
    if (!this.#container) return;
    this.#canvas.clear();
    const card = make('section', { class: 'card', part: 'card', 'aria-label': 'Checkout' });
    const message = make('div', { class: 'message', role: 'alert' });
    message.append(make('h2', { class: 'title', part: 'title' }, title), make('p', {}, text));
    message.append(make('slot', { name: 'fallback' }));
    card.append(message);
    this.#container.append(card);
    this.#host.tell('peeker-error', { code, message: String(error?.message ?? error) }, false);
  }

  #reflect(name, value) {
    if (value == null) this.removeAttribute(name);
    else this.setAttribute(name, String(value));
  }

  /** A property set before the element was defined shadows the accessor: put it through. */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete this[name];
    this[name] = value;
  }
}

/** Registers the element, once per tag, whoever else does. */
export function define(tag = 'peeker-checkout') {
  const registry = globalThis.customElements;
  if (!registry || registry.get(tag)) return;
  // A class can be registered under one tag only.
  registry.define(tag, tag === 'peeker-checkout' ? PeekerCheckout : class extends PeekerCheckout {});
}

function make(tag, attributes, text) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}
