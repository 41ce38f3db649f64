// The hosts: projects without a word of configuration for the package, and how each is built, served and started.
//
// `pages` are the folders of its sources. Of a run, `build` is a command that ends, `serve` one that serves a page at
// `port` until it is stopped, `folder` what is served without one, and `page` its page. `module` says where the WASM
// module comes from: from its `file`, or from the `copy` inside a script where a bundler leaves the file behind. Runs
// that are `usual` belong to every test run, the others to `--all`.

const vite = (dev, isUsual) => ({
  pages: ['page'],
  runs: {
    dev: { serve: (port) => ['vite', '--host', '127.0.0.1', '--port', port, '--strictPort'], module: dev, isUsual },
    build: { build: ['vite', 'build'], folder: 'dist', module: 'file' },
  },
});

const next = (isUsual) => ({
  pages: ['page-next'],
  runs: {
    dev: { serve: (port) => ['next', 'dev', '--hostname', '127.0.0.1', '--port', port], module: 'file' },
    build: { build: ['next', 'build'], serve: (port) => ['next', 'start', '--hostname', '127.0.0.1', '--port', port], module: 'file', isUsual },
  },
});

const esbuild = (...options) => ({ build: ['esbuild', 'main.js', '--bundle', ...options], folder: '.', module: 'copy', isUsual: true });

export const hosts = {
  'vite-5': vite('copy', true),
  'vite-6': vite('copy', false),
  'vite-7': vite('copy', false),
  'vite-8': vite('file', true),
  webpack: {
    pages: ['page', 'page-script'],
    runs: { build: { build: ['webpack', './main.js', '--mode', 'production'], folder: 'dist', also: 'index.html', module: 'file', isUsual: true } },
  },
  'next-15': next(false),
  'next-16': next(true),
  esbuild: {
    pages: ['page'],
    runs: { 'build, --splitting': esbuild('--format=esm', '--splitting', '--outdir=.', '--allow-overwrite'), build: esbuild('--outfile=main.js', '--allow-overwrite') },
  },
  rollup: {
    pages: ['page'],
    runs: { build: { build: ['rollup', '--plugin', 'node-resolve', '--dir', 'dist', 'main.js'], folder: 'dist', also: 'index.html', module: 'copy' } },
  },
  parcel: {
    pages: ['page'],
    runs: {
      dev: { serve: (port) => ['parcel', 'serve', 'index.html', '--port', port], module: 'file' },
      build: { build: ['parcel', 'build', 'index.html'], folder: 'dist', module: 'file' },
    },
  },
  'import-map': {
    pages: ['page', 'page-import-map'],
    runs: { 'import map': { folder: '.', module: 'file', isUsual: true }, 'script tag': { folder: '.', page: 'tag.html', module: 'file', isUsual: true } },
  },
  propshaft: {
    pages: ['page', 'page-import-map'],
    runs: {
      'import map': { folder: '.', hasDigests: true, module: 'file', isUsual: true },
      'script tag': { folder: '.', hasDigests: true, page: 'tag.html', module: 'file', isUsual: true },
    },
  },
};
