// Tells JSX of React 19 of <peeker-checkout>.

import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { PeekerCheckout, PeekerCheckoutProps } from './define.js';

export * from './define.js';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'peeker-checkout': Omit<DetailedHTMLProps<HTMLAttributes<PeekerCheckout>, PeekerCheckout>, keyof PeekerCheckoutProps> & PeekerCheckoutProps;
    }
  }
}
