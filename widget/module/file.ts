// Where a WASM module comes from when the page does not say: the file beside this script, or, where a bundler moved the
// script and left the file behind, a copy inside a script that is loaded only then.

/** What the build says about a module. */
export interface ModuleFile {
  /** Its file name. */
  name: string;
  /** Its hash, as `integrity` attributes have it. */
  integrity: string;
  /** Address of the script that asks. */
  script(): string;
  /** Address of the file: bundlers that take files along write another one. */
  address(): URL;
  /** The module in base64. */
  embedded(): Promise<{ default: string }>;
}

/** `entry` is the public name of the script that asks, where it is not one with a digest. */
export async function fetchModule(file: ModuleFile, entry = ''): Promise<Response | ArrayBuffer> {
  if (!isMoved(file, entry)) return fetch(file.address(), { integrity: file.integrity });
  const { default: text } = await file.embedded();
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
}

/** A script that was moved has another name than the package gave it; the file was left behind if its address is unchanged. */
function isMoved({ name, script, address }: ModuleFile, entry: string): boolean {
  try {
    const [path = ''] = script().split(/[?#]/);
    const own = path.split('/').at(-1) ?? '';
    // Servers that put a digest into every name write `entry-<digest>.js`.
    const isOwn =
      own.endsWith('.digested.js') || (own.startsWith(entry) && /^(-\w+)?\.js$/.test(own.slice(entry.length)));
    return !isOwn && address().href === path.slice(0, -own.length) + name;
  } catch {
    // A script that is not a module has no address.
    return true;
  }
}
