// Bundles the peers' functions as AWS recommends, one file each: `node build.mjs --out DIR`.

import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({ options: { out: { type: 'string' } } });

await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ['webhook.mjs', 'status.mjs', 'proxy.mjs'],
  outdir: values.out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // The SDK's own recipe for ES modules: some of its parts still ask for `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  mainFields: ['module', 'main'],
});
