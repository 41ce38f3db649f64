// What the demo adds to the partner's page: brands, languages, and things that can go wrong.

import { startPayment } from './payment.mjs';
import { startPlayground } from './playground.mjs';

/** What each partner calls itself and says. */
const BRANDS = {
  acme: {
    name: 'Acme Outreach',
    eyebrow: 'Last step',
    title: 'Choose your sending domains',
    lead: 'We register the domains and set up the inboxes. You can watch.',
    fact1: 'Ready to send in minutes',
    fact2: 'SPF, DKIM and DMARC are set for you',
    fact3: 'Renewal prices shown before you pay',
  },
  fernwood: {
    name: 'Fernwood & Daughters',
    eyebrow: 'Your letterhead',
    title: 'Names your letters will carry',
    lead: 'Pick the addresses that we write from on your behalf. We take care of everything behind them.',
    fact1: 'Prepared by our studio',
    fact2: 'Each inbox set up with care',
    fact3: 'Domains are part of your plan',
  },
  nightshift: {
    name: 'nightshift',
    eyebrow: '$ nightshift init --step 3',
    title: 'Domains while you sleep',
    lead: 'Pick names. We do DNS, inboxes and the boring rest.',
    fact1: 'no tickets, no calls',
    fact2: 'spf/dkim/dmarc: done',
    fact3: 'renewal price before commit',
  },
};

/** The element; the sign-in page has none. */
const checkout = document.querySelector('peeker-checkout');
const said = document.getElementById('said');
const { page } = document.documentElement.dataset;
/** What a new session is for: the page of orders needs no plan. */
const query = page === 'My orders' ? '?orders' : '';
let domains = [];
let order;
let mayRenew = true;

/** A new session for the customer who is signed in here. */
async function newSession(kind = query) {
  const response = await fetch(`/demo/session${kind}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()).token;
}

function listen() {
  checkout.fetchSession = async () => {
    // A visitor of this demo let the session expire: there is no other one.
    return mayRenew ? newSession() : undefined;
  };
  checkout.addEventListener('peeker-change', ({ detail }) => {
    domains = detail.domains;
  });
  for (const event of ['peeker-ordered', 'peeker-status']) {
    checkout.addEventListener(event, ({ detail }) => {
      order = detail.id;
    });
  }
}

function showBrand(brand) {
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = BRANDS[brand][node.dataset.text];
  document.title = `${page} – ${BRANDS[brand].name}`;
}

/** Whether the visitor changed `select` before this script ran. */
function isChanged(select) {
  return !select.selectedOptions[0].defaultSelected;
}

/** A brand has its looks and its prices, so it needs a session of its own. */
function startBrand() {
  const select = document.getElementById('brand');
  const change = () => location.assign(`/new?prices=${select.value}`);
  select.addEventListener('change', change);
  showBrand(document.documentElement.dataset.brand);
  if (isChanged(select)) change();
}

function showLanguage(lang) {
  if (checkout) checkout.lang = lang;
}

/** Selects keep their choice over a reload. */
function choose(id, show) {
  const select = document.getElementById(id);
  const kept = sessionStorage.getItem(`demo-${id}`);
  const change = () => {
    sessionStorage.setItem(`demo-${id}`, select.value);
    show(select.value);
  };
  if (!isChanged(select) && [...select.options].some(({ value }) => value === kept)) select.value = kept;
  select.addEventListener('change', change);
  change();
}

if (checkout) {
  listen();
  startPayment(checkout);
  startPlayground(checkout);
}
startBrand();
choose('lang', showLanguage);

const TROUBLES = {
  ended: async () => {
    mayRenew = false;
    checkout.session = await newSession('?ended');
    return 'The session is over. The page offers a new one in the element’s slot.';
  },
  picture: async () => 'In the step of the people, name a picture such as https://acme.com/unreachable.png, then order.',
};

async function make(what) {
  const body = JSON.stringify({ what, domains, order });
  const response = await fetch('/demo/trouble', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return (await response.json()).said;
}

document.getElementById('troubles')?.addEventListener('click', async ({ target }) => {
  const { trouble } = target.dataset;
  if (trouble) said.textContent = await (TROUBLES[trouble]?.() ?? make(trouble));
});

document.getElementById('again')?.addEventListener('click', async () => {
  mayRenew = true;
  checkout.session = await newSession();
});
