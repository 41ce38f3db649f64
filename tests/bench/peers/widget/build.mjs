// Bundles the peers' browser code as one would for production: `node build.mjs --out DIR`.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const here = import.meta.dirname;

await build({
  absWorkingDir: here,
  entryPoints: { picker: 'src/picker.jsx', react: 'src/react.mjs', validate: 'src/validate.mjs' },
  outdir: join(values.out),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
});
