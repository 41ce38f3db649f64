// Plugins of the bundler: the modules that only the build knows, and the style sheets.

import { bundle as bundleStyles } from 'lightningcss';

/**
 * The oldest syntax that is written. Chrome and Edge 97 run it, too: for 97 the bundler would rewrite every private
 * field, because of a fault in static fields that redefine `name` or `length`, of which there are none here.
 */
export const syntax = ['chrome98', 'edge98', 'firefox102', 'safari16.4'];

/** The same for styles: a version is three bytes, major, minor and patch. */
const targets = { chrome: 97 << 16, edge: 97 << 16, firefox: 102 << 16, safari: (16 << 16) | (4 << 8) };

/**
 * Modules that only the build has: wasm-bindgen's output, of which `module/generated` has the types; `peeker-module/file`, what
 * is known about the binary; `peeker-script`, the file that the script tag's entry starts.
 */
export function modules({ digested, integrity, bytes, bindings }, script) {
  const texts = new Map();
  texts.set('peeker-module/embedded', `export default ${JSON.stringify(bytes.toString('base64'))};`);
  texts.set('peeker-module/file', `export default {
    name: ${JSON.stringify(digested)},
    integrity: ${JSON.stringify(integrity)},
    script: () => import.meta.url,
    address: () => new URL('./${digested}', import.meta.url),
    embedded: () => import('peeker-module/embedded'),
  };`);
  if (script) {
    texts.set('peeker-script', `
      export const integrity = ${JSON.stringify(script.integrity)};
      export const address = () => new URL('./${script.name}', import.meta.url);`);
  }
  return {
    name: 'wasm',
    resolveId: (id) => (id.endsWith('/generated/wasm.js') ? bindings : texts.has(id) ? `\0${id}.js` : undefined),
    load: (id) => texts.get(id.slice(1, -'.js'.length)),
  };
}

/** A style sheet is a text, with what it imports, for `CSSStyleSheet`. */
export function styles() {
  return {
    name: 'styles',
    load: {
      filter: { id: /\.css$/ },
      handler: (filename) => {
        const { code } = bundleStyles({ filename, minify: true, targets });
        return { code: `export default ${JSON.stringify(code.toString())};`, moduleType: 'js' };
      },
    },
  };
}
