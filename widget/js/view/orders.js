// The customer's orders: a list to open one of them from, a page at a time.

import { h } from '../dom.js';
import { alert, button, explained, noticed, title } from './pieces.js';

/** The words and the colour of a status in a line of the list. */
const LOOKS = { completed: '.good', action_required: '.warn', failed: '.bad' };

export function orderList(v) {
  const { picker, say } = v;
  const { rows, next, placing, isRead, isReading, wrong } = picker.earlier;
  const isEmpty = isRead && !rows.length && !next && !placing;
  return h(
    'div.body.stack',
    null,
    noticed(v),
    picker.session.plan && h('p', { key: 'back' }, button('link', say.say('back'), 'leave')),
    title(say.say('orders_title')),
    !isRead && !wrong && h('progress.bar', { key: 'reading', 'aria-label': say.say('orders_title') }),
    placing > 0 && h('p.note', { key: 'placing' }, say.say('orders_placing')),
    isEmpty && h('p', { key: 'none' }, say.say('no_orders')),
    rows.length > 0 && h('ul.rows', { key: 'rows', part: 'orders', 'aria-labelledby': 'title' }, rows.map((order) => line(say, order))),
    wrong && alert('wrong', explained(say, wrong), button('link', say.say('try_again'), 'orders')),
    next && h('p', { key: 'more' }, button('secondary', say.say('more_orders'), 'more-orders', { disabled: isReading })),
  );
}

function line(say, { id, status, domain_count: count = 0, created_at: at, renews_at: renews, cancels_at: ends }) {
  const day = at && say.day(at);
  const due = ends ? 'ends' : status !== 'cancelled' && renews && 'renews';
  return h(
    'li.row.order',
    { key: id },
    h('span.row-name', null, day || id),
    h('span.badges', null, h('span.row-note', null, [say.say('domain_count', { count }), due && `${say.say(due)} ${say.day(ends ?? renews)}`].filter(Boolean).join(' · ')), h(`span.state${LOOKS[status] ?? ''}`, null, say.name('state', status))),
    button('secondary', say.say('open'), 'open', { 'data-with': id, 'aria-label': say.say('open_order', { id, day: day || '' }) }),
  );
}
