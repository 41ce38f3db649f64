// The third step: everything once more, with the price as it is now, and the button that orders.

import { h } from '../dom.js';
import { picked } from './domains.js';
import { alert, button, capped, explained, title, troubles } from './pieces.js';

/** Changes that are named one by one before there is a button for the others. */
const MOST_CHANGES = 10;

export function review(v) {
  const { picker, say } = v;
  const lines = new Map((picker.quote?.lines ?? []).map((line) => [line.domain, line]));
  return h(
    'div.step-view',
    { key: 'review' },
    h(
      'div.body',
      null,
      troubles(v),
      changed(v),
      title(say.say('review_title')),
      part(v, 'domains', 'domains', picked(v, false, { 'aria-label': say.say('domains') }, lines), totals(v)),
      part(v, 'people', 'people', h('ul.plain', null, picker.personas.map(({ first_name, last_name }) => h('li.wrap', null, `${first_name} ${last_name}`)))),
      part(v, 'forwarding', 'people', h('p.wrap', null, picker.forwarding.trim() || say.say('none')), h('ul.plain', null, picker.picks.filter(({ redirect }) => redirect.trim()).map(({ name, redirect }) => h('li.wrap', null, `${name} → ${redirect.trim()}`)))),
      h('slot', { name: 'payment' }),
      h('slot', { name: 'challenge' }),
    ),
    footer(v),
  );
}

/** What got worse since the customer last saw the price. */
function changed(v) {
  const { picker, say } = v;
  const { worse = [], before } = picker.quote ?? {};
  if (!worse.length && !before) return null;
  const { shown, more, mark } = capped(v, 'changes', worse, MOST_CHANGES);
  const tree = alert(
    'changed',
    say.say('price_changed'),
    h('ul.alert-list', null, shown.map((finding, index) => h('li', mark(index), say.explain({ ...domainOf(picker, finding), ...finding })))),
    more,
    before?.total_cents !== undefined && h('p', null, `${say.say('total')}: ${say.money(picker.quote.total_cents, picker.quote.currency)} (${say.say('price_was', { price: say.money(before.total_cents, before.currency) })})`),
  );
  Object.assign(tree.set, { id: 'changed', tabindex: -1 });
  return tree;
}

function domainOf(picker, { field = '' }) {
  const [, index] = /^domains\[(\d+)\]/.exec(field) ?? [];
  return { domain: picker.quote.lines?.[index]?.domain ?? '' };
}

function part({ picker, say }, heading, step, ...inside) {
  return h(
    'section.review',
    { key: heading, part: 'review' },
    h('div.results-head', null, h('h3.subtitle', null, say.say(heading)), button('link', say.say('edit'), 'go', { 'data-with': step, 'aria-label': say.say(`edit_${heading}`), disabled: Boolean(picker.sending) })),
    inside,
  );
}

/** The amounts are the domains' alone: what the inboxes cost is agreed with the plan. */
function totals({ picker, say }) {
  const { quote } = picker;
  if (quote?.state === 'failed') return alert('price', explained(say, quote.failure));
  const isKnown = quote?.state === 'held';
  // A partner may show no amounts at all.
  if (isKnown && quote.total_cents === undefined) return null;
  const amount = (cents) => (isKnown ? say.money(cents, quote.currency) : h('span.bone.bone-price', null, say.say('reading_price')));
  return [
    h(
      'dl.totals',
      { part: 'totals', key: 'totals' },
      h('div', null, h('dt', null, say.say('total')), h('dd', null, amount(quote?.total_cents))),
      (!isKnown || quote.renewal_total_cents !== undefined) && h('div', null, h('dt', null, say.say('total_renewal')), h('dd', null, amount(quote?.renewal_total_cents))),
    ),
    h('p.hint', { key: 'only' }, say.say('domains_only'), isKnown && quote.expires_at && ` ${say.say('price_until', { time: say.time(quote.expires_at) })}`),
  ];
}

/** Without a price on show there is nothing to order: the price is read again instead. */
function footer({ picker, say }) {
  const { sending, quote } = picker;
  const disabled = Boolean(sending);
  const isLacking = !disabled && quote?.state !== 'held' && quote?.state !== 'asked';
  const label = { sent: 'placing', confirming: 'confirming' }[sending] ?? (isLacking ? 'price_again' : 'place');
  return h(
    'footer.footer',
    { part: 'footer' },
    sending === 'confirming' && h('p.hint', null, say.say('confirming_text')),
    h('div.actions', null, button('secondary', say.say('back'), 'back', { disabled }), button('primary', say.say(label), isLacking ? 'price' : 'place', { disabled: disabled || quote?.state === 'asked', 'aria-busy': disabled && 'true' })),
  );
}
