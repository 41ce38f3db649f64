// Paints a tree into the page. The only file that touches nodes: it makes elements and text, never HTML.
//
// The tree painted last is kept beside its nodes, so that only differences are written, and a node that stays the same
// element stays the same node, with its focus, its selection and its scroll position. A branch that is the very same
// object as before is not looked at.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element of a tree: `h('p.hint', { id: 'x' }, 'text', …)`. Children may be lists; what is false or nothing is left
 * out, among attributes too. `key` names it among its siblings, where it has classes always or never; `value` is the text
 * of an input, or what a list is of: of something else, it is shown from its start.
 */
export function h(what, attributes, ...children) {
  const [tag, classes] = what.split(/\.(.*)/);
  // Its own: it is written over when the next tree is painted.
  const set = { ...attributes };
  return { tag, classes, set, key: set.key, children: list(children) };
}

function list(children) {
  const all = children.flat(Infinity).filter((child) => child === 0 || child);
  return all.map((child) => (typeof child === 'object' ? child : { text: String(child) }));
}

/** The tree made before under this id, as long as the parts that it was made of are the same. */
export function kept(memory, id, parts, make) {
  const { [id]: old } = memory;
  if (old?.parts.every((part, index) => part === parts[index])) return old.tree;
  const tree = make();
  memory[id] = { parts, tree };
  return tree;
}

/** Writes another text where a text stands: `tree` was painted as `{ text }`. */
export function rewrite(tree, text) {
  tree.text = tree.node.data = text;
  return text;
}

/** Writes other attributes where `tree` was painted. */
export function alter({ node, set }, fresh) {
  for (const name in fresh) if (set[name] !== fresh[name]) write(node, name, (set[name] = fresh[name]));
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
  const rest = [...old];
  const known = fresh.map((tree) => {
    const index = rest.findIndex((other) => isSame(other, tree));
    return index < 0 ? undefined : rest.splice(index, 1)[0];
  });
  for (const { node } of rest) node.remove();
  let next = parent.firstChild;
  fresh.forEach((tree, index) => {
    if (known[index] !== tree) update(tree, known[index] ?? create(tree));
    if (next === tree.node) next = next.nextSibling;
    else parent.insertBefore(tree.node, next);
  });
  return fresh;
}

/** Whether the node of one can become the other: by the name among siblings, or without one by its look. */
function isSame(tree, other) {
  return tree.tag === other.tag && tree.key === other.key && (tree.key !== undefined || tree.classes === other.classes);
}

/** A new node, known to be empty. */
function create({ tag, text }) {
  if (!tag) return { node: document.createTextNode(text), text };
  const isDrawing = tag === 'svg' || tag === 'path';
  const node = isDrawing ? document.createElementNS(SVG, tag) : document.createElement(tag);
  return { node, set: {}, children: [] };
}

/** Writes what differs between a tree and what its node was painted from. */
function update(tree, { node, text, classes, set, children }) {
  tree.node = node;
  if (!tree.tag) {
    if (tree.text !== text) node.data = tree.text;
    return;
  }
  if (tree.classes !== classes) node.setAttribute('class', tree.classes.replaceAll('.', ' '));
  for (const name in set) if (!(name in tree.set)) write(node, name);
  alter({ node, set }, tree.set);
  tree.children = patch(node, children, tree.children);
  const { value } = tree.set;
  // Writing an input's text moves the caret.
  if (value !== undefined && node.value !== value) Object.assign(node, { value, scrollTop: 0 });
}

/** One attribute; what is false or nothing is none. */
function write(node, name, is) {
  if (name === 'key' || name === 'value') return;
  if ((is ?? false) === false) node.removeAttribute(name);
  else node.setAttribute(name, is === true ? '' : is);
}
