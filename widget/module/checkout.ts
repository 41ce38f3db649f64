// The class of the headless client: the one of the WASM module, which cannot be made before that runs, and which ends for good
// when it is freed.

import { Checkout as Client, type ClientOptions, endCheckout } from './generated/wasm.js';
import { assertStarted } from './start.js';

/** A headless checkout: sessions, availability, quotes, imports, and one order. Everything that a page shows is in `state`. */
export class Checkout extends Client {
  constructor(options: ClientOptions) {
    assertStarted('new Checkout');
    super(options);
  }

  /**
   * Stops the client for good and forgets the page's functions. What is known can still be read; whatever else is called then
   * throws or rejects. The module's memory is given back once the page does not know the client any more.
   */
  override free(): void {
    endCheckout(this);
  }
}

// `using checkout = new Checkout(…)` frees it, where the engine knows that.
const { dispose } = Symbol as { dispose?: symbol };
if (dispose) Object.defineProperty(Checkout.prototype, dispose, { value: Checkout.prototype.free, configurable: true });
