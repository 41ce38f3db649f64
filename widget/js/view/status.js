// The order after it was placed: how far it is, domain by domain, what has to be done, what happened.

import { h } from '../dom.js';
import { bar, button, capped, copy, icon, named, noticed, title } from './pieces.js';

const MARKS = { completed: ['good', 'check'], action_required: ['warn', 'alert'], failed: ['bad', 'cross'], cancel_scheduled: ['', 'cross'], cancelled: ['', 'cross'] };
const CONNECTED = ['connected', 'completed', 'active'];
const LOST = ['failed', 'cancelled'];
/** Domains, domains with their inboxes, entries of the timeline and things to do that are drawn at first. */
const [MOST_DOMAINS, MOST_INBOXES, MOST_EVENTS, MOST_ACTIONS] = [50, 20, 20, 20];

export function status(v) {
  const { picker, say } = v;
  const order = picker.order ?? {};
  const others = picker.earlier.rows.some(({ id }) => id !== order.id);
  const toList = (picker.visit || others || !picker.session.plan) && h('p', { key: 'orders' }, button('link', say.say('all_orders'), 'orders'));
  return h('div.body', null, toList, noticed(v), inside(v, order));
}

function inside(v, order) {
  const { picker, say } = v;
  if (!order.id) return [title(say.say('order_placing')), h('p.lead', null, say.say('order_placing_text')), waiting(say.say('order_placing'))];
  if (!order.domains && picker.visit) return [title(say.say('order_reading')), waiting(say.say('order_reading')), lost(v), facts(v, order)];
  if (!order.domains) return [title(say.say('order_fresh')), h('p.lead', null, say.say('order_fresh_text')), waiting(say.say('order_fresh_text')), lost(v), facts(v, order)];
  const [look, drawing] = MARKS[order.status] ?? ['busy', 'clock'];
  const key = say.has(`status_${order.status}`) ? `status_${order.status}` : 'status_other';
  return [
    h('div.status-head', null, h(`span.mark${look && `.${look}`}`, null, icon(drawing)), h('div', null, title(say.say(key)), h('p.lead', null, say.has(`${key}_text`) ? say.say(`${key}_text`) : say.name('status', order.status)))),
    lost(v),
    actions(v, order),
    progress(v, order),
    domains(v, order),
    inboxes(v, order),
    timeline(v, order),
    facts(v, order),
  ];
}

const waiting = (label) => h('progress.bar', { 'aria-label': label });

/** The newest look failed: what is shown may be old. */
const lost = ({ picker, say }) => picker.isLost && h('p.note', null, say.say('lost'));

function actions(v, { pending_actions }) {
  const { say } = v;
  const all = pending_actions ?? [];
  if (!all.length) return null;
  const { shown, more, mark } = capped(v, 'actions', all, MOST_ACTIONS);
  return h(
    'section.group',
    { key: 'actions', part: 'actions' },
    h('h3.subtitle', null, say.say('to_do')),
    h('ul.plain.todos', null, shown.map((action, index) => h('li.todo', { key: action.id, ...mark(index) }, h('p.todo-title', null, actionName(say, action)), h('p', null, action.domain), h('p', { dir: 'auto' }, action.what_to_do ?? action.message), action.who === 'partner' && h('p.hint', null, say.say('for_partner'))))),
    more,
  );
}

const actionName = (say, { type = '', reason = '' }) => (reason && say.has(`action_${reason}`) ? say.say(`action_${reason}`) : say.name('action', type));

function progress({ say }, order) {
  const { domains: all, domain_count: count = 0, status: word, final } = order;
  if (!count || (final && word !== 'completed') || word === 'cancel_scheduled') return null;
  const connected = all.filter(({ status: state }) => CONNECTED.includes(state)).length;
  const done = word === 'completed' ? count : Math.min(connected, count);
  return h('div.progress', { key: 'progress', part: 'progress' }, h('p.split-words', { id: 'progress' }, say.say('progress', { done, count })), bar(done, count, { 'aria-labelledby': 'progress' }));
}

function domains(v, { domains: all, status: now, final, pending_actions }) {
  const { say } = v;
  if (!all.length) return null;
  const due = new Map((pending_actions ?? []).map((action) => [action.domain, []]));
  for (const action of pending_actions ?? []) due.get(action.domain).push(action);
  const needsAttention = ({ domain, status: word }) => due.has(domain) || LOST.includes(word) || word === 'action_required';
  // Those that need attention are among the first of a long list.
  const sorted = all.length > MOST_DOMAINS ? [...all.filter(needsAttention), ...all.filter((one) => !needsAttention(one))] : all;
  const { shown, more, mark } = capped(v, 'domains', sorted, MOST_DOMAINS);
  return h(
    'section.group',
    { key: 'domains', part: 'domains' },
    h('h3.subtitle', { id: 'domains' }, say.say('domains')),
    h('ul.rows', { 'aria-labelledby': 'domains' }, shown.map(({ domain, status: word, provider }, index) => {
      const isSet = CONNECTED.includes(word) || (now === 'completed' && !LOST.includes(word));
      // Once an order is over, nothing is being set up any more.
      const state = isSet ? 'connected' : final && !LOST.includes(word) ? 'not_set_up' : word;
      const look = { connected: '.good', action_required: '.warn', failed: '.bad', cancelled: '.bad' }[state] ?? '';
      return h(
        'li.row',
        { key: domain, ...mark(index) },
        h('span.row-name', null, named(domain)),
        provider && h('span.row-note', null, say.name('provider', provider)),
        h(`span.state${look}`, null, say.name('domain', state)),
        due.get(domain)?.map((action) => h('p.row-due', null, actionName(say, action))),
      );
    })),
    more,
  );
}

/** The addresses that were set up, by domain, to be copied one by one, by domain, or all at once. */
function inboxes(v, { inboxes: list }) {
  const { say } = v;
  const all = Array.isArray(list) ? list.filter(({ address }) => address) : [];
  if (!all.length) return null;
  const groups = new Map();
  for (const inbox of all) {
    const domain = inbox.domain ?? inbox.address.split('@').at(-1);
    groups.set(domain, [...(groups.get(domain) ?? []), inbox]);
  }
  const { shown, more, mark } = capped(v, 'inboxes', [...groups], MOST_INBOXES);
  return h(
    'section.group',
    { key: 'inboxes', part: 'inboxes' },
    h('div.results-head', null, h('h3.subtitle', { id: 'inboxes' }, say.say('inboxes', { count: all.length })), button('link', say.say('copy_all'), 'copy-inboxes', { 'aria-label': say.say('copy_all_inboxes') })),
    h('ul.rows', { 'aria-labelledby': 'inboxes' }, shown.map(([domain, of], index) =>
      h(
        'li.row.inboxes',
        { key: domain, ...mark(index) },
        h('span.row-name', null, named(domain)),
        h('span.row-note', null, [...new Set(of.map(({ provider }) => provider && say.name('provider', provider)))].filter(Boolean).join(', ')),
        copy(say, of.map(({ address }) => address).join('\n'), domain),
        h('ul.addresses', null, of.map(({ address }) => h('li.wrap', { key: address }, address))),
      ))),
    more,
  );
}

function timeline(v, { timeline: list }) {
  const { say } = v;
  const all = list ?? [];
  if (!all.length) return null;
  // What happened last is what somebody looks for.
  const isWhole = v.ui.unfolded.has('timeline');
  const shown = isWhole ? all : all.slice(-MOST_EVENTS);
  const { more } = capped(v, 'timeline', all, MOST_EVENTS);
  return h(
    'section.group',
    { key: 'timeline', part: 'timeline' },
    h('h3.subtitle', null, say.say('happened')),
    more,
    h('ol.timeline', null, shown.map(({ event_id: key, type, at, domain }, index) => h('li', { key, ...(isWhole && index === 0 && { id: 'timeline-rest', tabindex: -1 }) }, h('span', null, [say.name('event', type), domain].filter(Boolean).join(' · ')), h('time.muted', { datetime: at }, say.time(at))))),
  );
}

/** Which order it is. Its total has the licences of the inboxes in it; the price that was reviewed is that of the domains. */
function facts({ say, ui }, { id, status: word, costs, charge, updated_at: at, renews_at: renews, cancels_at: ends }) {
  const amount = charge ?? costs;
  const isOver = LOST.includes(word);
  const all = [
    ['order', id],
    ['order_total', Number.isFinite(amount?.total_cents) && say.money(amount.total_cents, amount.currency)],
    [isOver ? 'ended' : 'ends', ends && say.day(ends)],
    ['renews', !ends && !isOver && renews && say.day(renews)],
    ['last_change', at && say.time(at)],
  ];
  const link = ui.link(id);
  return [
    h('dl.facts', { key: 'facts' }, all.filter(([, value]) => value).map(([label, value]) => h('div', { key: label }, h('dt', null, say.say(label)), h('dd', null, value)))),
    link && h('p', { key: 'link' }, button('link', say.say('copy_link'), 'copy', { 'data-with': link })),
  ];
}
