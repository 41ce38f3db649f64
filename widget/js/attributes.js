// The element's attributes that are properties, too: `order-link` is `orderLink`.

/** Texts, empty when absent, and flags. */
const [TEXTS, FLAGS] = [['endpoint', 'session', 'order', 'order-link'], ['no-draft', 'picture-preview']];

export const ATTRIBUTES = [...TEXTS, ...FLAGS];

export function propertyOf(attribute) {
  return attribute.replace(/-(.)/g, (all, letter) => letter.toUpperCase());
}

/** Gives each attribute its property on `prototype`. */
export function reflect(prototype) {
  for (const attribute of TEXTS) {
    property(prototype, attribute, (element) => element.getAttribute(attribute) ?? '', (element, value) => {
      if (value === null || value === undefined) element.removeAttribute(attribute);
      else element.setAttribute(attribute, value);
    });
  }
  for (const attribute of FLAGS) {
    property(prototype, attribute, (element) => element.hasAttribute(attribute), (element, value) => element.toggleAttribute(attribute, Boolean(value)));
  }
}

function property(prototype, attribute, read, write) {
  Object.defineProperty(prototype, propertyOf(attribute), {
    enumerable: true,
    configurable: true,
    get() {
      return read(this);
    },
    set(value) {
      write(this, value);
    },
  });
}
