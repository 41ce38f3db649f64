// The entry for one script tag: has the rest of the script and the WASM module fetched at the same time. A page that pins
// this file by its hash has pinned both.

import file from 'peeker-module/file';
import { address, integrity } from 'peeker-script';
import { inTime } from './in_time.js';
import { untilTriedAgain } from './unavailable.js';

type Script = typeof import('../ui/script.js');

/** Milliseconds for the rest of the script to arrive, also on a bad mobile connection. */
const ARRIVE_WITHIN = 60_000;

export const {
  PeekerCheckout,
  checkForwardingUrl,
  checkPersonas,
  checkPicks,
  define,
  ready,
  solveSplit,
  validateDomain,
} = await start();

define();

async function start(): Promise<Script> {
  if (typeof document !== 'object') return import(addressOf(0).href);
  try {
    return await load(0);
  } catch (error) {
    const later = retry(error);
    if (isTag()) return later;
    // The page that has imported this file hears of it; its customers can try again nevertheless.
    later.then((script) => script.define());
    throw error;
  }
}

/** Tries as often as a customer wants to. */
async function retry(error: unknown, turn = 1): Promise<Script> {
  await untilTriedAgain(String(error));
  return load(turn).catch((next: unknown) => retry(next, turn + 1));
}

async function load(turn: number): Promise<Script> {
  const url = addressOf(turn);
  const module = fetch(file.address(), { integrity: file.integrity });
  // Without an element on the page no code waits for the result.
  module.catch(() => {});
  await inTime(checked(url.href), ARRIVE_WITHIN, url.href);
  const script: Script = await import(url.href);
  script.arriving(module);
  return script;
}

/** A script that did not load is not asked for again under the same address. */
function addressOf(turn: number): URL {
  const url = address();
  // An address of its own, such as `?2`, is a copy of its own, also of what this file starts.
  url.search = new URL(import.meta.url).search;
  if (turn) url.searchParams.set('retry', String(turn));
  return url;
}

/** Whether this file stands in a tag, where nobody takes up what it throws. Its address is another one after a redirect. */
function isTag(): boolean {
  return [...document.scripts].some(({ src }) => src === import.meta.url || src.includes('peeker-checkout.js'));
}

/** Resolves when the script is there and is the one that was built with this file: `import()` takes no hash. */
function checked(url: string): Promise<void> {
  const canPreload = document.createElement('link').relList.supports('modulepreload');
  const tag = document.createElement(canPreload ? 'link' : 'script');
  const kind = canPreload ? { rel: 'modulepreload', href: url } : { type: 'module', src: url };
  return new Promise((resolve, reject) => {
    const onerror = () => reject(new Error(`${url} did not load`));
    Object.assign(tag, kind, { integrity, crossOrigin: 'anonymous', onload: () => resolve(), onerror });
    document.head.append(tag);
  });
}
