// The order after it was placed: how far it is, domain by domain, what has to be done, what happened.

import { h } from '../dom.js';
import { bar, button, icon, title } from './pieces.js';

const MARKS = { completed: ['good', 'check'], action_required: ['warn', 'alert'], failed: ['bad', 'cross'], cancel_scheduled: ['', 'cross'], cancelled: ['', 'cross'] };
const CONNECTED = ['connected', 'completed', 'active'];
const LOST = ['failed', 'cancelled'];

export function status(v) {
  const { picker, say } = v;
  const order = picker.order ?? {};
  if (!order.id) return h('div.body', null, title(say.say('order_placing')), h('p.lead', null, say.say('order_placing_text')), waiting(say.say('order_placing')));
  if (!order.domains) return h('div.body', null, title(say.say('order_fresh')), h('p.lead', null, say.say('order_fresh_text')), waiting(say.say('order_fresh_text')), lost(v), facts(v, order));
  const [look, drawing] = MARKS[order.status] ?? ['busy', 'clock'];
  const key = say.has(`status_${order.status}`) ? `status_${order.status}` : 'status_other';
  return h(
    'div.body',
    null,
    h('div.status-head', null, h(`span.mark${look && `.${look}`}`, null, icon(drawing)), h('div', null, title(say.say(key)), h('p.lead', null, say.has(`${key}_text`) ? say.say(`${key}_text`) : say.name('status', order.status)))),
    lost(v),
    actions(v, order),
    progress(v, order),
    domains(v, order),
    timeline(v, order),
    facts(v, order),
  );
}

const waiting = (label) => h('progress.bar', { 'aria-label': label });

/** The newest look failed: what is shown may be old. */
const lost = ({ picker, say }) => picker.isLost && h('p.note', null, say.say('lost'));

function actions({ say }, { pending_actions: all = [] }) {
  if (!all.length) return null;
  return h(
    'section.group',
    { key: 'actions', part: 'actions' },
    h('h3.subtitle', null, say.say('to_do')),
    h('ul.plain.todos', null, all.map((action) => h('li.todo', { key: action.id }, h('p.todo-title', null, actionName(say, action)), h('p', null, action.domain), h('p', { dir: 'auto' }, action.what_to_do ?? action.message), action.who === 'partner' && h('p.hint', null, say.say('for_partner'))))),
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

function domains({ say }, { domains: all, status: now, final, pending_actions: waiting = [] }) {
  if (!all.length) return null;
  return h(
    'section.group',
    { key: 'domains', part: 'domains' },
    h('h3.subtitle', { id: 'domains' }, say.say('domains')),
    h('ul.rows', { 'aria-labelledby': 'domains' }, all.map(({ domain, status: word, provider }) => {
      const isSet = CONNECTED.includes(word) || (now === 'completed' && !LOST.includes(word));
      // Once an order is over, nothing is being set up any more.
      const state = isSet ? 'connected' : final && !LOST.includes(word) ? 'not_set_up' : word;
      const look = { connected: '.good', action_required: '.warn', failed: '.bad', cancelled: '.bad' }[state] ?? '';
      const due = waiting.filter((action) => action.domain === domain);
      return h(
        'li.row',
        { key: domain },
        h('span.row-name', null, domain),
        provider && h('span.row-note', null, say.name('provider', provider)),
        h(`span.state${look}`, null, say.name('domain', state)),
        due.map((action) => h('p.row-due', null, actionName(say, action))),
      );
    })),
  );
}

function timeline({ say }, { timeline: all = [] }) {
  if (!all.length) return null;
  return h(
    'section.group',
    { key: 'timeline', part: 'timeline' },
    h('h3.subtitle', null, say.say('happened')),
    h('ol.timeline', null, all.map(({ event_id: key, type, at, domain }) => h('li', { key }, h('span', null, [say.name('event', type), domain].filter(Boolean).join(' · ')), h('time.muted', { datetime: at }, say.time(at))))),
  );
}

/** Which order it is. Its total has the licences of the inboxes in it; the price that was reviewed is that of the domains. */
function facts({ say, ui }, { id, costs, updated_at: at }) {
  const all = [['order', id], ['order_total', costs && say.money(costs.total_cents, costs.currency)], ['last_change', at && say.time(at)]];
  const link = ui.link(id);
  return [
    h('dl.facts', { key: 'facts' }, all.filter(([, value]) => value).map(([label, value]) => h('div', { key: label }, h('dt', null, say.say(label)), h('dd', null, value)))),
    link && h('p', { key: 'link' }, button('link', say.say('copy_link'), 'copy', { 'data-with': link })),
  ];
}
