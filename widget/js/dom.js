// Paints a drawing into the page. The only file that touches nodes: it makes elements and text, never HTML.
//
// A drawing is the text that the Rust view writes: marks, each with what follows it (`view/pen.rs`). The tree painted
// last is kept beside its nodes, so that only differences are written, and a node that stays the same element stays
// the same node, with its focus, its selection and its scroll position.

const [BEGIN, END, TEXT, ATTRIBUTE, KEY] = '\x01\x02\x03\x04\x05';
const MARKS = /([\x01-\x06])/;
const SVG = 'http://www.w3.org/2000/svg';

export class Canvas {
  #root;
  #container;
  #painted = [];

  /** Takes over `container`, an element inside the shadow root `root`. */
  constructor(root, container) {
    this.#root = root;
    this.#container = container;
  }

  /** Lets everything go that was painted. */
  clear() {
    this.#painted = [];
    this.#container.replaceChildren();
  }

  /** Makes the page look like `drawing`. A focus that would get lost goes to the heading. */
  paint(drawing) {
    if (!this.#painted.length) this.#container.replaceChildren();
    const focused = this.#root.activeElement;
    this.#painted = patch(this.#container, this.#painted, read(drawing));
    if (!focused || this.#root.activeElement) return;
    if (focused.isConnected) focused.focus();
    if (!this.#root.activeElement) this.focus('title');
  }

  /** Puts the focus on the element with `id`. */
  focus(id) {
    this.#root.getElementById(id)?.focus();
  }
}

/** A drawing as a tree. */
function read(drawing) {
  const open = [{ children: [] }];
  const [, ...marks] = drawing.split(MARKS);
  for (let index = 0; index < marks.length; index += 2) {
    const [mark, text] = marks.slice(index, index + 2);
    const parent = open.at(-1);
    if (mark === BEGIN) {
      const element = begin(text);
      parent.children.push(element);
      open.push(element);
    } else if (mark === END) {
      open.pop();
    } else if (mark === TEXT) {
      parent.children.push({ text });
    } else if (mark === ATTRIBUTE) {
      assign(parent.attributes, text);
    } else if (mark === KEY) {
      parent.key = text;
    } else {
      parent.value = text;
    }
  }
  return open[0].children;
}

/** `p.hint.wrap|id=x` is a tag, its classes, and its fixed attributes. */
function begin(what) {
  const [name, ...fixed] = what.split('|');
  const [tag, ...classes] = name.split('.');
  const attributes = {};
  if (classes.length) attributes.class = classes.join(' ');
  for (const attribute of fixed) assign(attributes, attribute);
  return { tag, attributes, children: [] };
}

function assign(attributes, text) {
  const [name, ...value] = text.split('=');
  attributes[name] = value.join('=');
}

function patch(parent, old, fresh) {
  const left = [...old];
  const known = fresh.map((node) => {
    const index = left.findIndex((other) => isSame(other, node));
    return index < 0 ? undefined : left.splice(index, 1)[0];
  });
  for (const { node } of left) node.remove();
  let next = parent.firstChild;
  fresh.forEach((tree, index) => {
    update(tree, known[index] ?? create(tree));
    if (next === tree.node) next = next.nextSibling;
    else parent.insertBefore(tree.node, next);
  });
  return fresh;
}

/** The same element as before: by its key, or by its tag and class. */
function isSame(old, fresh) {
  if (old.tag !== fresh.tag || old.key !== fresh.key) return false;
  return old.key !== undefined || old.attributes?.class === fresh.attributes?.class;
}

/** A new node, known to be empty. */
function create({ tag, text }) {
  if (!tag) return { node: document.createTextNode(text), text };
  const isDrawing = tag === 'svg' || tag === 'path';
  const node = isDrawing ? document.createElementNS(SVG, tag) : document.createElement(tag);
  return { node, attributes: {}, children: [] };
}

/** Writes what differs between a tree and what its node was painted from. */
function update(tree, { node, text, attributes, children }) {
  tree.node = node;
  if (!tree.tag) {
    if (tree.text !== text) node.data = tree.text;
    return;
  }
  for (const name in attributes) if (!(name in tree.attributes)) node.removeAttribute(name);
  for (const name in tree.attributes) {
    if (tree.attributes[name] !== attributes[name]) node.setAttribute(name, tree.attributes[name]);
  }
  tree.children = patch(node, children, tree.children);
  // Writing an input's text moves the caret.
  if (tree.value !== undefined && node.value !== tree.value) node.value = tree.value;
}
