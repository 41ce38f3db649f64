// Starts the WASM module, once, for the element, for the client and for the rules that a page calls itself.

import file from 'peeker-module/file';
import { fetchModule } from './file.js';
import start, { onPanic } from './generated/wasm.js';
import { inTime } from './in_time.js';

/** What the module can be started from. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

type Source = ModuleSource | Promise<ModuleSource>;

/** Milliseconds for the module's server to answer, and for the module to arrive then, also on a bad mobile connection. */
const [ANSWER_WITHIN, ARRIVE_WITHIN] = [20_000, 60_000];

let starting: Promise<void> | undefined;
let isStarted = false;
/** The module on its way, before anybody asked for it. */
let early: Promise<Response> | undefined;

/**
 * Resolves when the module runs. Without `input` the module beside this script is loaded, and has to be the one that was
 * built with it; `input` may be its URL, its bytes, a `Response` or a compiled module, or a promise of one of these.
 */
export function ready(input?: Source): Promise<void> {
  return startFrom(() => input ?? besideThisScript());
}

/** The same with a function that fetches the module, called when it is not started yet. */
export function startFrom(source: () => Source): Promise<void> {
  starting ??= begin(source).catch((error: unknown) => {
    // The next call may try again, with another input or when the network is back.
    starting = undefined;
    throw error;
  });
  return starting;
}

/** The entry for a script tag has the module fetched while the rest of the script is on its way. */
export function arriving(module: Promise<Response>): void {
  early = module;
}

/** Throws where the module does not run yet; `name` is the function that was called. */
export function assertStarted(name: string): void {
  if (!isStarted) throw new Error(`await ready() before ${name}()`);
}

const listeners = new Set<(message: string) => void>();
let isListening = false;

/**
 * Calls `listener` when the module panics: nothing of it works afterwards, and a page has to be loaded again. Gives a function
 * that ends this.
 */
export function whenPanicked(listener: (message: string) => void): () => void {
  if (typeof listener !== 'function') throw new TypeError('listener must be a function');
  assertStarted('onPanic');
  if (!isListening) onPanic(tellAll);
  isListening = true;
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A function of its own: one inside of another keeps what that was called with. */
function tellAll(message: string): void {
  for (const tell of [...listeners]) {
    try {
      tell(message);
    } catch (error) {
      // biome-ignore lint/suspicious/noConsole: the fault is the listener's, its developer has to see it, and the others go on.
      console.error(error);
    }
  }
}

async function begin(source: () => Source): Promise<void> {
  const answer = await inTime(answerOf(source), ANSWER_WITHIN, 'The answer to the request for the WASM module');
  const from = await inTime(bytesOf(answer), ARRIVE_WITHIN, 'The WASM module');
  await start({ module_or_path: from });
  isStarted = true;
}

async function answerOf(source: () => Source): Promise<Response | BufferSource | WebAssembly.Module> {
  const from = await source();
  return typeof from === 'string' || from instanceof URL || from instanceof Request ? fetch(from) : from;
}

function bytesOf<Other>(from: Response | Other): Promise<ArrayBuffer> | Other {
  if (!(from instanceof Response)) return from;
  if (!from.ok) throw new Error(`${from.url} could not be fetched: ${from.status}`);
  return from.arrayBuffer();
}

function besideThisScript(): Source {
  const module = early ?? fetchModule(file);
  early = undefined;
  return module;
}
