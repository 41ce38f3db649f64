// The part of the package that needs no session: the rules, for pages of their own and for Node.

import file from 'peeker-module/file';
import { fetchModule } from './file.js';
import { type ModuleSource, startFrom } from './start.js';

export { type ListEntry, type NameList, readFile, readList, validateDomains } from './lists.js';
export * from './public_rules.js';
export type { ModuleSource } from './start.js';

/** As `ready` of the element, for a script of this name. */
export const ready = (input?: ModuleSource | Promise<ModuleSource>): Promise<void> =>
  startFrom(() => input ?? fetchModule(file, 'rules'));
