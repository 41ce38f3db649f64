// Calls the rules of the WASM module, once it runs.

import * as module from './generated/wasm.js';
import { assertStarted } from './start.js';

type Module = typeof module;

/** The functions that pages call. */
type Rule = Exclude<keyof Module, 'default' | 'onPanic' | 'report_panics' | 'Checkout'>;

/** Calls a function of the module. */
export function ask<Name extends Rule>(name: Name, ...given: Parameters<Module[Name]>): ReturnType<Module[Name]> {
  assertStarted(name);
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: the module is one file, of which nothing can be left out
  return (module[name] as (...given: Parameters<Module[Name]>) => ReturnType<Module[Name]>)(...given);
}
