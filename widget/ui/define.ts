// The package, with the element defined under its own name by the import.

import { define } from './element.js';

export * from './element.js';

define();
