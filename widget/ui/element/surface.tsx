// Where the element draws: its shadow root with the styles, the focus in it, and the keys that stay inside.

import { render, type VNode } from 'preact';
import css from '../css/element.css';
import { Repair } from './repair.js';

/** How the card is drawn. */
export interface Setting {
  /** Language and direction of the words. */
  lang: string;
  dir: 'ltr' | 'rtl';
  /** The colours; empty where the system decides. */
  scheme: '' | 'light' | 'dark';
}

let sheet: CSSStyleSheet | undefined;

export class Surface {
  readonly #host: HTMLElement;
  readonly #root: ShadowRoot;
  readonly #container: HTMLElement;
  readonly #repair: Repair;
  /** The focus went with what had it, and there was no heading to take it. */
  #isLost = false;
  /** The customer took the focus out of the element, and has not come back. */
  #hasLeft = false;

  constructor(host: HTMLElement) {
    this.#host = host;
    // The script tag's entry has drawn into it where the rest of the script came late (`module/unavailable.ts`).
    this.#root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    this.#isLost = this.#root.activeElement !== null;
    this.#root.replaceChildren();
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    this.#root.adoptedStyleSheets = [sheet];
    this.#container = document.createElement('div');
    this.#container.className = 'root';
    this.#root.append(this.#container);
    this.#repair = new Repair(this.#container);
    for (const kind of ['keydown', 'keypress', 'keyup'] as const) this.#root.addEventListener(kind, keepInside);
    this.#root.addEventListener('focusout', () => (this.#hasLeft = true));
    // A button that was clicked has not got the focus in every browser.
    for (const kind of ['focusin', 'click']) this.#root.addEventListener(kind, () => (this.#hasLeft = false));
  }

  /**
   * Draws `tree`, and puts the focus on the element with the id `focus`, unless the customer is elsewhere in the page by now.
   * A focus that would get lost goes to the heading, as soon as there is one.
   */
  paint(tree: VNode, { lang, dir, scheme }: Setting, focus?: string): void {
    const container = this.#container;
    const focused = this.#root.activeElement;
    // Written again, even the same words make the browser look at every style again.
    if (container.lang !== lang) Object.assign(container, { lang, dir });
    const name = scheme ? `root ${scheme}` : 'root';
    if (container.className !== name) container.className = name;
    const hasLeft = this.#hasLeft && !focused;
    this.#repair.around(() => render(tree, container));
    this.#hasLeft = hasLeft;
    const isFree = !hasLeft && !isElsewhere(this.#host);
    if (focus && isFree) this.#focus(focus);
    const isLost = (focused || this.#isLost) && isFree && !this.#root.activeElement;
    if (isLost && focused?.isConnected) this.#put(focused as HTMLElement);
    if (isLost && !this.#root.activeElement) this.#focus('title');
    this.#isLost = Boolean(isLost && !this.#root.activeElement);
  }

  #focus(id: string): void {
    const node = this.#root.getElementById(id);
    if (!node) return;
    node.closest('details')?.setAttribute('open', '');
    this.#put(node);
  }

  /** Whoever has scrolled the element out of sight reads something else: the page stays where it is. */
  #put(node: HTMLElement): void {
    const { top, bottom } = this.#host.getBoundingClientRect();
    node.focus({ preventScroll: bottom <= 0 || top >= window.innerHeight });
  }
}

/** Whether something else in the page has the focus: a field that is not in `host` or in its slots, and not around it. */
function isElsewhere(host: Element): boolean {
  const root = host.getRootNode();
  if (!(root instanceof Document || root instanceof ShadowRoot)) return false;
  const { activeElement: focused } = root;
  if (focused) return !focused.contains(host) && !host.contains(focused);
  return root instanceof ShadowRoot && isElsewhere(root.host);
}

/** Letters typed into a field are no shortcuts of the page. */
function keepInside(event: Event): void {
  const { key, ctrlKey, metaKey, altKey } = event as KeyboardEvent;
  const [target] = event.composedPath();
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  if (!isField || target.getRootNode() !== event.currentTarget) return;
  const isShortcut = ctrlKey || metaKey || altKey || (key === 'Escape' && !event.defaultPrevented);
  if (!isShortcut) event.stopPropagation();
}
