// Writes the types of the package: those of the sources, by the TypeScript compiler, and a file beside each entry.

import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `entries` are the sources of the public scripts by name, relative to `widget`. */
export function writeTypes(widget, out, entries) {
  const compiler = join(widget, 'node_modules/typescript/bin/tsc');
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', widget, '--outDir', join(out, 'types')];
  execFileSync(process.execPath, [compiler, '--project', join(widget, 'ui'), ...options], { stdio: 'inherit' });
  // The compiler copies no declarations.
  cpSync(join(widget, 'module/generated'), join(out, 'types/module/generated'), { recursive: true });
  for (const [name, source] of Object.entries(entries)) {
    writeFileSync(join(out, `${name}.d.ts`), `export * from './types/${source.replace(/\.tsx?$/, '.js')}';\n`);
  }
}
