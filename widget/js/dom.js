// Paints a tree into the page. The only file that touches nodes: it makes elements and text, never HTML.
//
// The tree painted last is kept beside its nodes, so that only differences are written, and a node that stays the same
// element stays the same node, with its focus, its selection and its scroll position. A branch that is the very same
// object as before is not looked at.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element of a tree: `h('p.hint', { id: 'x' }, 'text', …)`. Children may be lists; what is false or nothing is left
 * out, among attributes too. `key` names it among its siblings, `value` is the text of an input.
 */
export function h(what, attributes, ...children) {
  const [tag, ...classes] = what.split('.');
  const { key, value, ...rest } = attributes ?? {};
  const set = classes.length ? { class: classes.join(' ') } : {};
  for (const name in rest) if (rest[name] !== undefined && rest[name] !== false && rest[name] !== null) set[name] = rest[name] === true ? '' : String(rest[name]);
  return { tag, key, value, set, children: list(children) };
}

function list(children) {
  const all = children.flat(Infinity).filter((child) => child || child === 0);
  return all.map((child) => (typeof child === 'object' ? child : { text: String(child) }));
}

/** The tree made before under this id, as long as the parts that it was made of are the same. */
export function kept(memory, id, parts, make) {
  const { [id]: old } = memory;
  if (old?.parts.every((part, index) => part === parts[index])) return old.tree;
  const tree = make(id);
  memory[id] = { parts, tree };
  return tree;
}

export class Canvas {
  #root;
  #container;
  #painted = [];

  /** Takes over `container`, an element inside the shadow root `root`. */
  constructor(root, container) {
    this.#root = root;
    this.#container = container;
  }

  /** Makes the page look like `trees`. A focus that would get lost goes to the heading. */
  paint(trees) {
    const focused = this.#root.activeElement;
    this.#painted = patch(this.#container, this.#painted, list([trees]));
    if (!focused || this.#root.activeElement) return;
    if (focused.isConnected) focused.focus();
    if (!this.#root.activeElement) this.focus('title');
  }

  /** Puts the focus on the element with `id`. */
  focus(id) {
    const node = this.#root.getElementById(id);
    node?.closest('details')?.setAttribute('open', '');
    node?.focus();
  }

  /** Scrolls the element with `id` into sight. */
  reveal(id) {
    this.#root.getElementById(id)?.scrollIntoView({ block: 'nearest' });
  }
}

function patch(parent, old, fresh) {
  const keyed = new Map();
  const plain = [];
  for (const tree of old) {
    if (tree.key === undefined) plain.push(tree);
    else keyed.set(tree.tag + tree.key, tree);
  }
  const known = fresh.map((tree) => {
    if (tree.key !== undefined) {
      const id = tree.tag + tree.key;
      const found = keyed.get(id);
      keyed.delete(id);
      return found;
    }
    const index = plain.findIndex((other) => other.tag === tree.tag && other.set?.class === tree.set?.class);
    return index < 0 ? undefined : plain.splice(index, 1)[0];
  });
  for (const { node } of [...keyed.values(), ...plain]) node.remove();
  let next = parent.firstChild;
  fresh.forEach((tree, index) => {
    if (known[index] !== tree) update(tree, known[index] ?? create(tree));
    if (next === tree.node) next = next.nextSibling;
    else parent.insertBefore(tree.node, next);
  });
  return fresh;
}

/** A new node, known to be empty. */
function create({ tag, text }) {
  if (!tag) return { node: document.createTextNode(text), text };
  const isDrawing = tag === 'svg' || tag === 'path';
  const node = isDrawing ? document.createElementNS(SVG, tag) : document.createElement(tag);
  return { node, set: {}, children: [] };
}

/** Writes what differs between a tree and what its node was painted from. */
function update(tree, { node, text, set, children }) {
  tree.node = node;
  if (!tree.tag) {
    if (tree.text !== text) node.data = tree.text;
    return;
  }
  for (const name in set) if (!(name in tree.set)) node.removeAttribute(name);
  for (const name in tree.set) if (tree.set[name] !== set[name]) node.setAttribute(name, tree.set[name]);
  tree.children = patch(node, children, tree.children);
  // Writing an input's text moves the caret.
  if (tree.value !== undefined && node.value !== tree.value) node.value = tree.value;
}
