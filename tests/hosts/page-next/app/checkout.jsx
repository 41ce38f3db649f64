'use client';

// What a page does with the package: the element is defined by the import, functions come by a ref, and the rules answer on
// their own.

import '@peeker-checkout/element/define';
import { ready, validateDomain } from '@peeker-checkout/element/rules';

const settings = {
  fetchSession: async () => 'a.b.c',
  approve: async () => ({ refused: 'Not today.' }),
  messages: { place: 'Buy now' },
};

/** React leaves functions, objects and handlers out where it takes over markup of the server. */
function configure(checkout) {
  const abort = new AbortController();
  Object.assign(checkout, settings);
  checkout.addEventListener('peeker-step', () => answer(checkout), { signal: abort.signal });
  return () => abort.abort();
}

async function answer(checkout) {
  await ready();
  const hasAll = checkout.noDraft && Object.entries(settings).every(([name, value]) => checkout[name] === value);
  document.documentElement.dataset.verdict = hasAll ? validateDomain('mail.acme.com').code : 'settings_lost';
}

export function Checkout() {
  return <peeker-checkout ref={configure} endpoint="https://checkout.example" noDraft></peeker-checkout>;
}
