// A customer's hand for the stories: finds things by their names, as a person does, and waits for them.

/** Milliseconds that anything may take to appear; nothing here waits for a network. */
const TIMEOUT = 8_000;

export class Hand {
  #host;
  #root;
  #isWanted;

  /** Works inside `host`, as long as `isWanted()`. */
  constructor(host, isWanted) {
    this.#host = host;
    this.#root = host.shadowRoot;
    this.#isWanted = isWanted;
  }

  /** Uses the button, link or option with that name. */
  async press(name) {
    const controls = 'button:not(:disabled, [aria-disabled="true"]), a, [role="option"]:not([aria-disabled="true"]), summary';
    const button = await this.#find(`the button ${name}`, controls, (node) => fits(nameOf(node), name));
    button.click();
  }

  /** Writes into the input with that label. */
  async type(label, text) {
    const input = await this.#find(`the input ${label}`, 'input, textarea', (node) => fits(labelOf(node), label));
    input.focus({ preventScroll: true });
    input.value = text;
    input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  }

  /** The page exchanges the session. */
  async renewsSession() {
    this.#host.setAttribute('session', 'd.e.f');
  }

  /** Waits until the text is there. */
  async sees(text) {
    await this.#find(`the text ${text}`, '*', (node) => [...node.childNodes].some((child) => child.nodeType === 3 && fits(child.data, text)));
  }

  async #find(what, selector, test) {
    const end = performance.now() + TIMEOUT;
    while (performance.now() < end && this.#isWanted()) {
      const node = [...this.#root.querySelectorAll(selector)].find(test);
      if (node) return node;
      await new Promise((next) => setTimeout(next, 16));
    }
    throw new Error(`${what} is not there`);
  }
}

function fits(text, wanted) {
  return wanted instanceof RegExp ? wanted.test(text.trim()) : text.trim() === wanted;
}

function nameOf(node) {
  return node.getAttribute('aria-label') ?? node.textContent;
}

function labelOf(node) {
  return node.getAttribute('aria-label') ?? node.labels?.[0]?.textContent ?? '';
}
