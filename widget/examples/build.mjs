// Builds every example into DIR/NAME: a page and its scripts, and for the script tag the package's files.
//
//   node build.mjs DIR

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compile, compileModule } from 'svelte/compiler';
import { compileScript, parse } from 'vue/compiler-sfc';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'dist'));
const dist = join(here, '..', 'dist');
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

/** `<script setup>` with its template compiled into it; custom elements are left to the browser. */
const vue = {
  name: 'vue',
  setup(builder) {
    builder.onLoad({ filter: /\.vue$/ }, ({ path }) => {
      const { descriptor, errors } = parse(readFileSync(path, 'utf8'), { filename: path });
      if (errors.length) return { errors: errors.map(({ message }) => ({ text: message })) };
      const compilerOptions = { isCustomElement: (tag) => tag === 'peeker-checkout' };
      const { content } = compileScript(descriptor, { id: 'app', inlineTemplate: true, templateOptions: { compilerOptions } });
      return { contents: content, loader: 'js' };
    });
  },
};

const svelte = {
  name: 'svelte',
  setup(builder) {
    builder.onLoad({ filter: /\.svelte(\.js)?$/ }, ({ path }) => {
      const compiler = path.endsWith('.js') ? compileModule : compile;
      const { js, warnings } = compiler(readFileSync(path, 'utf8'), { filename: path });
      return { contents: js.code, warnings: warnings.map(({ message }) => ({ text: message })) };
    });
  },
};

async function example(name, entry, plugins = []) {
  const folder = join(out, name);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(here, name, 'index.html'), join(folder, 'index.html'));
  copyFileSync(join(dist, 'reserve.css'), join(folder, 'reserve.css'));
  if (name === 'plain') cpSync(dist, folder, { recursive: true, filter: (file) => file === dist || /\.(js|wasm)$/.test(file) || file.endsWith('locales') });
  await build({
    entryPoints: [join(here, name, entry)],
    outdir: folder,
    entryNames: 'main',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['browser', 'development'],
    // React checks its components by mounting them twice in this mode.
    define: { 'process.env.NODE_ENV': '"development"', __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
    jsx: 'automatic',
    logLevel: 'warning',
    plugins,
  });
}

execFileSync(process.execPath, [tsc, '--project', join(here, 'react')], { stdio: 'inherit' });
await example('plain', 'main.js');
await example('react', 'main.tsx');
await example('vue', 'main.js', [vue]);
await example('svelte', 'main.js', [svelte]);
await example('headless', 'main.js');
