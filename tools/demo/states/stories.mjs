// A story per state of the element: what the endpoint answers, and what a customer does until the state is there.

import { CHOOSING } from './choosing.mjs';
import { ORDERED } from './ordered.mjs';
import { ORDERING } from './ordering.mjs';

/** By group, in the order of the customer's way. */
export const STORIES = { ...CHOOSING, ...ORDERING, ...ORDERED };
