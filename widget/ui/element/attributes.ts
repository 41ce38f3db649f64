// The attributes of the element as typed properties: texts are empty when absent, flags are present or not.

/** Outside of a browser the module can be imported too, for its functions. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/** Attributes that are followed when they change. */
export const ATTRIBUTES = [
  'endpoint',
  'session',
  'order',
  'order-link',
  'color-scheme',
  'no-draft',
  'picture-preview',
] as const;

export type Attribute = (typeof ATTRIBUTES)[number];

/** Properties that a page may set before the element is defined. */
const PROPERTIES = [
  'endpoint',
  'session',
  'order',
  'orderLink',
  'colorScheme',
  'noDraft',
  'picturePreview',
  'messages',
  'fetchSession',
  'approve',
] as const;

export abstract class AttributesElement extends Base {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;

  /** Origin of the order proxy; empty means the page's own. */
  get endpoint(): string {
    return this.#text('endpoint');
  }

  set endpoint(value: string | null | undefined) {
    this.#setText('endpoint', value);
  }

  /** The session's token; until there is one, a skeleton is shown. */
  get session(): string {
    return this.#text('session');
  }

  set session(value: string | null | undefined) {
    this.#setText('session', value);
  }

  /** The id of one of the customer's orders, to show in place of the form; another id brings the form and says so. */
  get order(): string {
    return this.#text('order');
  }

  set order(value: string | null | undefined) {
    this.#setText('order', value);
  }

  /**
   * Where an order can be looked at again, with `{id}` in place of its id: brings a button that copies it. The page there
   * shows it by `order`, with any session of the customer.
   */
  get orderLink(): string {
    return this.#text('order-link');
  }

  set orderLink(value: string | null | undefined) {
    this.#setText('order-link', value);
  }

  /** `light` or `dark`; otherwise the element follows the page's `color-scheme`, or the system where the page has none. */
  get colorScheme(): string {
    return this.#text('color-scheme');
  }

  set colorScheme(value: string | null | undefined) {
    this.#setText('color-scheme', value);
  }

  /** Nothing of an unfinished order is kept in the browser. */
  get noDraft(): boolean {
    return this.#flag('no-draft');
  }

  set noDraft(value: boolean) {
    this.#setText('no-draft', value ? '' : null);
  }

  /** Pictures of people are shown; the page's policy has to allow where they come from. */
  get picturePreview(): boolean {
    return this.#flag('picture-preview');
  }

  set picturePreview(value: boolean) {
    this.#setText('picture-preview', value ? '' : null);
  }

  #flag(name: Attribute): boolean {
    return this.hasAttribute(name) || this.hasAttribute(renderedName(name));
  }

  /** Templates leave blanks and line breaks around a value. */
  #text(name: Attribute): string {
    return (this.getAttribute(name) ?? this.getAttribute(renderedName(name)) ?? '').trim();
  }

  #setText(name: Attribute, value: string | null | undefined): void {
    if (value !== null && value !== undefined) {
      this.setAttribute(name, value);
      return;
    }
    this.removeAttribute(name);
    this.removeAttribute(renderedName(name));
  }
}

/** A server that renders the property `noDraft` as an attribute writes `nodraft`. */
function renderedName(name: Attribute): string {
  return name.replaceAll('-', '');
}

/** A property that was set before the element was defined hides its accessor: it is set once more. */
export function upgradeProperties(element: HTMLElement): void {
  const own = element as unknown as Record<string, unknown>;
  for (const name of PROPERTIES) {
    if (!Object.hasOwn(own, name)) continue;
    const value = own[name];
    delete own[name];
    own[name] = value;
  }
}
