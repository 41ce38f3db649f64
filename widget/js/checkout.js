// The class behind <peeker-checkout>: attributes and properties in, events out, and what the page and the reader do
// forwarded to the picker.

// In this order, and in those of picker.js and view/, brotli needs the fewest bytes for the bundle.
import { Speech, english, inEnglish, languageOf, load } from './words.js';
import { Picker } from './picker.js';
import { Host, PLACING } from './host.js';
import { Canvas } from './dom.js';
import { forget, keep, keepSent, recall, recallSent } from './drafts.js';
import { ATTRIBUTES, propertyOf, reflect } from './attributes.js';
import css from './css/element.css';
import { onTrap, ready } from './rules.js';
import { broken, card, skeleton } from './view/card.js';

/** What the element listens to inside its shadow root. */
const KINDS = ['click', 'input', 'submit', 'focusout', 'keydown', 'paste', 'dragover', 'drop'];
/** Milliseconds before its end at which a session is exchanged, and the least between two exchanges. */
const [RENEW_BEFORE, RENEW_REST] = [60_000, 5_000];
const PROPERTIES = [...ATTRIBUTES, 'messages', 'fetch-session'].map(propertyOf);
/** What can be done while an order is being sent. */
const WHILE_SENDING = ['unfold', 'copy'];
/** The longest timer that browsers know. */
const LONGEST = 2 ** 31 - 1;
/** Bytes of a file, or characters, that are read as a list: 4 million. */
const MOST_READ = 2 ** 22;

/** Outside a browser the module can be imported too, for its functions. */
const Base = globalThis.HTMLElement ?? class {};

let sheet;

export class PeekerCheckout extends Base {
  static observedAttributes = ATTRIBUTES;

  #canvas;
  #container;
  #host;
  #picker;
  #speech = new Speech();
  #messages = {};
  #fetchSession;
  #languages;
  #failure;
  #renewed = -Infinity;
  #isConnecting = false;
  #isPainting = false;
  /** Whether an order in doubt is kept. */
  #wasSent = false;
  #focus;
  #ui = { steady: {}, active: -1, options: [], unfolded: new Set(), hasPictures: false, link: (id) => this.#link(id) };

  /** An async function that returns a new session's token: called when there is none, and before one ends. */
  get fetchSession() {
    return this.#fetchSession;
  }

  set fetchSession(value) {
    this.#fetchSession = value;
    if (this.#container && this.isConnected && !this.session) this.#connect();
  }

  /** Words of the page's own, by the keys of `locales/en.js`; they go before those of the language. */
  get messages() {
    return this.#messages;
  }

  set messages(value) {
    this.#messages = value ?? {};
    this.#speakWith(languageOf(this), this.#speech.words);
  }

  connectedCallback() {
    for (const name of PROPERTIES) this.#upgrade(name);
    if (!this.#container) this.#build();
    for (const kind of KINDS) this.shadowRoot.addEventListener(kind, this);
    document.addEventListener('visibilitychange', this);
    for (const node of [this, document.documentElement]) this.#languages.observe(node, { attributeFilter: ['lang'] });
    this.#connect();
  }

  disconnectedCallback() {
    for (const kind of KINDS) this.shadowRoot.removeEventListener(kind, this);
    document.removeEventListener('visibilitychange', this);
    this.#languages.disconnect();
    this.#host.stop();
  }

  /** Moved by moveBefore(): nothing to do, everything goes on. */
  connectedMoveCallback() {}

  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || !this.#container || before === now) return;
    if (['endpoint', 'session', 'order'].includes(name)) this.#connect();
    else this.#paintSoon();
  }

  handleEvent(event) {
    const { type, target } = event;
    if (type === 'visibilitychange') return this.#picker?.hide(document.hidden);
    // What the page puts into a slot is the page's.
    if (!this.#picker || target.getRootNode() !== this.shadowRoot) return undefined;
    const field = target.getAttribute('data-field');
    if (type === 'click') {
      const used = target.closest('button[data-do], [role=option][data-do]');
      return used && this.#act(used.dataset.do, used.dataset.with ?? '');
    }
    if (type === 'submit') {
      event.preventDefault();
      return this.#act(target.dataset.do);
    }
    if (type === 'keydown') return this.#press(event, field);
    if (type === 'input' && field) {
      this.#ui.active = -1;
      return this.#picker.sending ? this.#paintSoon() : this.#picker.edit(field, target.value);
    }
    if (type === 'focusout' && field) return this.#picker.leave(field, target.value);
    return field === 'query' && this.#receive(event);
  }

  /** Buttons and options name what they do in `data-do`, and with what in `data-with`. */
  #act(what, on) {
    const picker = this.#picker;
    const actions = {
      toggle: () => picker.toggle(on),
      remove: () => picker.remove(on),
      fill: () => picker.fill(),
      choose: () => picker.choose(),
      recheck: () => picker.askAgain(),
      list: () => picker.list(on === '1'),
      import: () => picker.importOwned(),
      look: () => picker.lookAtJobs(),
      release: () => picker.releaseOwned(on),
      continue: () => picker.move(1),
      back: () => picker.move(-1),
      go: () => picker.go(on),
      show: () => picker.show(on),
      'add-person': () => picker.addPerson(),
      'remove-person': () => picker.removePerson(Number(on)),
      price: () => picker.askPrice(),
      place: () => picker.placeOrder(),
      'order-again': () => picker.orderAgain(),
      orders: () => picker.listOrders('title'),
      'more-orders': () => picker.readOrders(picker.earlier.next),
      open: () => this.#open(on),
      leave: () => picker.leaveOrders('title'),
      unfold: () => this.#unfold(on),
      'copy-inboxes': () => this.#copy(picker.order.inboxes.map(({ address }) => address).join('\n')),
      reload: () => this.#reload(),
      copy: () => this.#copy(on),
    };
    // What is being ordered is not changed on the way.
    return picker.sending && !WHILE_SENDING.includes(what) ? undefined : actions[what]?.();
  }

  /** The keys of a combobox, and of the list below it. */
  #press(event, field) {
    const { key, target } = event;
    // A letter, long before anything is looked up for it.
    if (key?.length < 2 && key > ' ') return undefined;
    const isList = target.id === this.#ui.list;
    if (!(isList || (field === 'query' && !this.#picker.isList)) || event.isComposing) return undefined;
    const { active, options } = this.#ui;
    const last = options.length - 1;
    const moves = { ArrowDown: active < last ? active + 1 : 0, ArrowUp: active > 0 ? active - 1 : last };
    if (isList) Object.assign(moves, { Home: 0, End: last });
    if (key in moves && last >= 0) this.#ui.active = moves[key];
    else if ((key === 'Enter' || (isList && key === ' ')) && active >= 0) this.#picker.toggle(options[active]);
    else if (key === 'Enter') this.#picker.ask();
    else if (key === 'Escape' && active >= 0) this.#ui.active = -1;
    else return undefined;
    event.preventDefault();
    this.#paint();
    return this.#canvas.reveal(`${this.#ui.list}-${this.#ui.active}`);
  }

  /** A list or a file that is pasted or dropped into the search box becomes a list. */
  async #receive(event) {
    if (event.type === 'dragover') return event.preventDefault();
    const { clipboardData, dataTransfer } = event;
    const [file] = dataTransfer?.files ?? [];
    const pasted = (clipboardData ?? dataTransfer)?.getData('text') ?? '';
    if (!file && !/[\n\t]/.test(pasted.trim())) return undefined;
    event.preventDefault();
    const text = (file ? await file.slice(0, MOST_READ).text() : pasted.slice(0, MOST_READ)).replace(/\r\n?/g, '\n');
    const isCut = (file?.size ?? pasted.length) > MOST_READ;
    // Half a name at the cut would be another name.
    this.#picker.list(true, isCut ? text.slice(0, text.search(/[\s,;][^\s,;]*$/)) : text);
    return isCut && this.#picker.notify('list_too_long', { isAlone: true });
  }

  /** Shows an order, with its lists as short as at first. */
  #open(order) {
    this.#ui.unfolded.clear();
    this.#picker.openOrder(order, 'title');
  }

  /** A long list is shown whole from now on. */
  #unfold(list) {
    this.#ui.unfolded.add(list);
    this.#host.changed(`${list}-rest`);
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.#picker.say('copied');
      this.#host.changed();
    } catch {
      // The page does not let it: the text stands there to be marked.
    }
  }

  async #reload() {
    if (this.#picker.phase !== 'expired' || !(await this.#renew())) this.#picker.connect(this.order);
  }

  /** Asks the page for another session; `false` when it has none to give. */
  async #renew() {
    if (typeof this.fetchSession !== 'function' || performance.now() - this.#renewed < RENEW_REST) return false;
    this.#renewed = performance.now();
    const fetchIt = async () => this.fetchSession();
    const token = await fetchIt().catch(() => undefined);
    if (!token || !this.isConnected) return false;
    if (token === this.session) this.#connect();
    else this.session = token;
    return true;
  }

  /** A session was read: what was kept is resumed, and the next session fetched in time. */
  #opened(isOther) {
    const picker = this.#picker;
    const { endpoint } = this;
    // What is out of sight goes, too.
    if (isOther) Object.assign(this.#ui, { results: null, ideas: null, list: '', hasRoom: '', unfolded: new Set() });
    if (this.noDraft) return forget(endpoint, picker.session);
    picker.sent ??= recallSent(endpoint, picker.session) ?? null;
    this.#wasSent = Boolean(picker.sent);
    if (!picker.session.order?.id) {
      const draft = recall(endpoint, picker.session);
      if (draft) picker.resume(draft);
    }
    return undefined;
  }

  #renewInTime() {
    const left = Date.parse(this.#picker.session?.expires_at) - Date.now() - RENEW_BEFORE;
    // What only reads is exchanged when it is refused; only a form gets another session before.
    const renew = () => this.#picker.phase === 'filling' && !this.#picker.sending && this.#renew();
    if (this.fetchSession && left > 0 && left < LONGEST) this.#host.after(left, renew);
  }

  /** Several changes in one turn of the page make one connection. */
  async #connect() {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    try {
      await Promise.all([this.#speak(), ready()]);
      this.#failure = undefined;
    } catch (error) {
      this.#fail('wasm_unavailable', error);
    }
    this.#isConnecting = false;
    if (!this.isConnected || this.#failure) return;
    if (!this.session) {
      this.#host.stop(PLACING);
      this.#paintSoon();
      if (!(await this.#renew()) && !this.session) this.#picker?.endSession();
      return;
    }
    this.#host.stop(PLACING);
    this.#picker ??= new Picker(this.#host);
    this.#picker.hidden = document.hidden;
    await this.#picker.connect(this.order);
    this.#renewInTime();
  }

  /** Takes up the language around it. */
  async #speak() {
    const language = languageOf(this);
    const words = await load(language);
    if (language !== languageOf(this)) return;
    this.#speakWith(language, words);
  }

  /** Where there are no words, all is English, unless the page brings its own. */
  #speakWith(language, words) {
    this.#speech = new Speech(words === english && !Object.keys(this.#messages).length ? inEnglish(language) : language, words, this.#messages);
    this.#paintSoon();
  }

  /** What was typed into the search box changes nothing but what is found: all else `isSteady` then. */
  #paintSoon(focus, isSteady) {
    if (!isSteady) this.#ui.steady = {};
    this.#focus = focus ?? this.#focus;
    if (this.#isPainting) return;
    this.#isPainting = true;
    queueMicrotask(() => {
      this.#isPainting = false;
      if (this.isConnected) this.#paint();
    });
  }

  #paint() {
    if (!this.#container) return;
    const [say, picker] = [this.#speech, this.#picker];
    const focus = this.#focus;
    this.#focus = undefined;
    // Written anew, even the same words have the browser look at every style again.
    if (this.#container.lang !== say.tag) Object.assign(this.#container, { lang: say.tag, dir: say.direction });
    this.#ui.hasPictures = this.picturePreview;
    if (this.#failure) return this.#canvas.paint(broken(say, this.#failure));
    if (!picker) return this.#canvas.paint(skeleton(say));
    this.#canvas.paint(card({ picker, say, ui: this.#ui }));
    if (focus) this.#canvas.focus(focus);
    if (picker.session && !this.noDraft && (picker.sent || this.#wasSent)) keepSent(this.endpoint, picker.session, picker.sent);
    this.#wasSent = Boolean(picker.sent);
    const isOpen = picker.phase === 'filling' || picker.phase === 'doubt' || (picker.phase === 'watching' && picker.sent);
    if (isOpen && picker.session && !this.noDraft) keep(this.endpoint, picker.session, picker.kept);
    if (picker.phase === 'watching' && !picker.visit && !picker.sent) forget(this.endpoint, picker.session);
    return undefined;
  }

  /** An honest message, and what the page offers instead. */
  #fail(code, error) {
    this.#failure = code;
    this.#host.stop();
    this.#paintSoon();
    this.#host.tell('peeker-error', { code, message: String(error?.message ?? error) });
  }

  #build() {
    const shadow = this.attachShadow({ mode: 'open' });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    shadow.adoptedStyleSheets = [sheet];
    this.#container = document.createElement('div');
    this.#container.className = 'root';
    shadow.append(this.#container);
    this.#canvas = new Canvas(shadow, this.#container);
    this.#languages = new MutationObserver(() => this.#speak());
    this.#host = new Host(this, {
      paint: (focus) => this.#paintSoon(focus),
      typed: () => this.#ui.redraw?.() || this.#paintSoon(undefined, true),
      link: (id) => this.#link(id),
      renew: () => this.#renew(),
      opened: (isOther) => this.#opened(isOther),
    });
    onTrap((error) => this.isConnected && this.#fail('checkout_stopped', error));
    this.#paint();
  }

  /** Where an order can be looked at again: the page's `order-link`, with the id in place of `{id}`. */
  #link(id) {
    const link = this.orderLink;
    return link ? link.replace('{id}', encodeURIComponent(id)) : undefined;
  }

  /** A property set before the element was defined shadows the accessor: put it through. */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete this[name];
    this[name] = value;
  }
}

reflect(PeekerCheckout.prototype);

/** Registers the element, once per tag, whoever else does. */
export function define(tag = 'peeker-checkout') {
  const registry = globalThis.customElements;
  if (!registry || registry.get(tag)) return;
  // A class can be registered under one tag only.
  registry.define(tag, tag === 'peeker-checkout' ? PeekerCheckout : class extends PeekerCheckout {});
}
