// A page that draws its own form on the headless client: names in, price shown, one order, its status.

import { Checkout, ready } from '@peeker-checkout/element/headless';

const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
const list = document.querySelector('ul');
const order = document.querySelector('#order');

/** The partner's backend mints sessions: docs/backends has it in several languages. */
const mint = async () => (await fetch('/checkout-session', { method: 'POST' })).json();

const [{ endpoint, token }] = await Promise.all([mint(), ready()]);
const checkout = new Checkout({ endpoint, session: token, fetchSession: async () => (await mint()).token });
let draft;
let price = '';

/** What to say of the order and the session, in the page's own words. */
function sentence({ session, order: placed, can_place }) {
  if (session.state === 'failed') return session.problem.message || 'The checkout cannot be reached.';
  if (session.state === 'ended') return 'Your session has ended. Load the page again.';
  if (placed.state === 'placed') return `Order ${placed.id}: ${placed.status.replaceAll('_', ' ')}.`;
  if (placed.state === 'unconfirmed') return 'We do not know yet whether you ordered. You can safely order again.';
  if (placed.state === 'doubt') return 'We are looking for your order.';
  if (placed.state !== 'none') return 'Placing your order…';
  if (placed.not_placed) return 'Your order was not placed.';
  return placed.problem?.message ?? (can_place ? price : 'Loading…');
}

function draw() {
  const { state } = checkout;
  status.textContent = sentence(state);
  order.hidden = !draft || !state.can_place;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { domains, first, last } = Object.fromEntries(new FormData(form));
  const names = domains.split(/\s+/).filter(Boolean);
  [draft, price] = [undefined, 'Checking…'];
  draw();
  try {
    const rows = await checkout.check(names);
    list.replaceChildren(...rows.map(({ domain, reason }) => Object.assign(document.createElement('li'), { textContent: `${domain}: ${reason ?? 'available'}` })));
    const { token: quote, total_cents: cents, currency } = await checkout.quote(names);
    price = cents === undefined ? 'Ready to order.' : `Total: ${(cents / 100).toFixed(2)} ${currency.toUpperCase()}`;
    const personas = [{ first_name: first, last_name: last, profile_picture_url: null }];
    draft = { domains: names.map((domain) => ({ domain })), personas, quote };
  } catch (problem) {
    price = problem.details?.findings?.map(({ message }) => message).join(' ') || problem.message || 'That did not work. Try again.';
  }
  draw();
});
// What becomes of it is in the state, also when the answer gets lost.
order.addEventListener('click', () => checkout.place(draft).catch(() => {}));
document.addEventListener('visibilitychange', () => checkout.hidden(document.hidden));
checkout.subscribe(draw);
checkout.start();
