// Modules that the build makes (`build/plugins.mjs`): what is known about the WASM module's binary, and the script of the tag.

declare module 'peeker-module/file' {
  const file: import('./file.js').ModuleFile;
  export default file;
}

declare module 'peeker-script' {
  /** Address and hash of the script that the script tag's entry starts. */
  export function address(): URL;
  export const integrity: string;
}
