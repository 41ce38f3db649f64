// What JSX can set on the element: its properties, its attributes and handlers of its events.

import type { PeekerCheckoutEventMap } from '../flow/events.js';
import type { Attribute } from './attributes.js';
import type { PeekerCheckout } from './checkout.js';

type Property = Exclude<keyof PeekerCheckout, keyof HTMLElement | `${string}Callback`>;

type Properties = { [Name in Property]?: PeekerCheckout[Name] | undefined };

type Attributes = { [Name in Exclude<Attribute, Property>]?: string | boolean | undefined };

type Handlers = {
  [Name in keyof PeekerCheckoutEventMap as `on${Name}`]?: ((event: PeekerCheckoutEventMap[Name]) => void) | undefined;
};

export type PeekerCheckoutProps = Properties & Attributes & Handlers;
