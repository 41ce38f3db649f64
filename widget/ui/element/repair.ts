// Takes back what others have changed inside of the card, such as a translator that replaces texts: the renderer
// compares with what it drew last, and would leave old and new words side by side.

export class Repair {
  readonly #observer: MutationObserver;
  #foreign: MutationRecord[] = [];

  constructor(container: Node) {
    this.#observer = new MutationObserver((records) => this.#foreign.push(...records));
    const what = { childList: true, characterData: true, characterDataOldValue: true, subtree: true };
    this.#observer.observe(container, what);
  }

  /** Draws on what was drawn last, whatever has become of it since. */
  around(draw: () => void): void {
    const records = [...this.#foreign, ...this.#observer.takeRecords()];
    this.#foreign = [];
    for (const record of records.reverse()) takeBack(record);
    try {
      draw();
    } finally {
      this.#observer.takeRecords();
    }
  }
}

function takeBack({ type, target, oldValue, addedNodes, removedNodes, nextSibling }: MutationRecord): void {
  if (type === 'characterData') {
    (target as CharacterData).data = oldValue ?? '';
    return;
  }
  for (const node of addedNodes) if (node.parentNode === target) target.removeChild(node);
  const before = nextSibling?.parentNode === target ? nextSibling : null;
  for (const node of removedNodes) target.insertBefore(node, before);
}
