// The browser's store, in which each thing belongs to one customer at one endpoint.

/** What the keys of `customer` begin with; there is no address in it. */
export const ownedBy = (endpoint: string, customer: string): string =>
  ['peeker-checkout', endpoint, digest(customer)].join('|');

/** 32 bits of a text (FNV-1a): enough to tell the customers of a browser apart, too few to find out who they are. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(36);
}

/** A browser may forbid its store, and a store may hold anything. */
export function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return undefined;
  }
}

export function write(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Nothing is kept then.
  }
}

/** The keys that begin with `start`. */
export function keys(start: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return [];
  }
}
