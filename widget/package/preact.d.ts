// Tells JSX of Preact of <peeker-checkout>.

import type { HTMLAttributes } from 'preact';
import type { PeekerCheckout, PeekerCheckoutProps } from './define.js';

export * from './define.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'peeker-checkout': Omit<HTMLAttributes<PeekerCheckout>, keyof PeekerCheckoutProps> & PeekerCheckoutProps;
    }
  }
}
