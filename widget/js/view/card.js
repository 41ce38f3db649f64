// The card: header with the steps, the step that the customer is on, and the states without a form.

import { domains } from './domains.js';
import { h } from '../dom.js';
import { alert, button, explained, icon, shares, shortage, title } from './pieces.js';
import { review } from './review.js';
import { orderList } from './orders.js';
import { status } from './status.js';
import { people } from './people.js';

/** The whole card. `v` is what is drawn (`picker`), how it is said (`say`), and what only the page knows (`ui`). */
export function card(v) {
  const { picker, say, ui } = v;
  // Typing into the search box changes nothing but what is found; all else is made when something has happened.
  v.steady = (id, make) => (ui.steady[id] ??= make());
  v.report = v.steady('report', () => picker.report());
  // A live region has to be there before it speaks, so it always is.
  return [v.steady('live', () => h('p.unseen', { key: 'live', role: 'status' }, said(v))), phase(v, picker, say)];
}

function phase(v, picker, say) {
  switch (picker.phase) {
    case 'loading':
      return skeleton(say);
    case 'stuck':
      return message(v, 'stuck', say.say('stuck'), h('p', { role: 'alert' }, explained(say, picker.notice)), !picker.notice.isFinal);
    case 'expired':
      return message(v, 'expired', say.say('session_over'), h('slot', { name: 'expired' }, h('p', null, say.say('session_over_text'))), true);
    case 'doubt':
      return section(say, 'doubt', inDoubt(v));
    case 'listing':
      return section(say, 'orders', orderList(v));
    case 'watching':
      return section(say, 'status', status(v));
    default:
      v.domainTroubles = picker.step === 'people' ? [] : v.steady('troubles', () => picker.troubles('domains'));
      v.peopleTroubles = picker.step === 'domains' ? [] : picker.troubles('people');
      return section(say, 'form', v.steady('header', () => header(v)), form(v));
  }
}

/** The step, with what is wrong: at once at picks, at fields once they or their step were left. */
function form(v) {
  const { picker, domainTroubles, peopleTroubles } = v;
  const all = [...domainTroubles, ...peopleTroubles];
  const isReported = (trouble) => picker.reported.includes(trouble);
  const isDue = ({ at }) => picker.left.has(at) || (picker.tried.has('people') && at !== 'people');
  v.problems = {};
  for (const trouble of all) {
    const isShown = isReported(trouble) || trouble.at.startsWith('pick-') || (trouble.at !== 'picks' && isDue(trouble));
    if (isShown) v.problems[trouble.at] = trouble;
  }
  const isTold = picker.step === 'review' || picker.tried.has(picker.step) || picker.reported.length || (picker.notice && !picker.notice.isAlone);
  v.troubles = isTold ? all : [];
  return { domains, people, review }[picker.step](v);
}

function section(say, key, ...children) {
  return h('section.card', { key, part: 'card', 'aria-label': say.say('checkout') }, children);
}

function header({ picker, say }) {
  const { name, required_domains: required } = picker.session.plan;
  const { rows, placing } = picker.earlier;
  const split = [['Google', required.google], ['Microsoft', required.microsoft]].filter(([, count]) => count);
  const words = split.map(([provider, count]) => `${say.number(count)} ${provider}`).join(' + ');
  const steps = ['domains', 'people', 'review'];
  const now = steps.indexOf(picker.step);
  return h(
    'header.header',
    { part: 'header' },
    h(
      'div',
      null,
      h('p.plan-name', null, h('bdi', null, name)),
      h(
        'p.plan-split',
        null,
        say.say('plan', { split: words, count: required.total }),
        placing > 0 && [' · ', say.say('orders_placing')],
        (rows.length > 0 || placing > 0) && [' · ', button('link', say.say('earlier_orders'), 'orders', { disabled: Boolean(picker.sending) })],
      ),
    ),
    h(
      'nav',
      { part: 'steps', 'aria-label': say.say('steps') },
      h('ol.steps', null, steps.map((step, index) => {
        const set = { key: step, type: 'button', disabled: Boolean(picker.sending), 'data-do': 'go', 'data-with': step, 'aria-current': index === now && 'step', 'data-done': index < now };
        const mark = h('span.step-mark', { 'aria-hidden': 'true' }, index < now ? icon('check') : say.number(index + 1));
        return h('li', { key: step }, h('button.step', set, mark, h('span.step-name', null, say.say(step))));
      })),
    ),
  );
}

/** The card while the session is read, as high as the form will be. */
export function skeleton(say) {
  const bones = ['div.bone.bone-short', 'div.bone.bone-title', 'div.bone.bone-input', ...Array(4).fill('div.bone.bone-row')];
  const set = { key: 'loading', part: 'card', 'aria-label': say.say('checkout'), 'aria-busy': 'true' };
  return h('section.card', set, h('p.unseen', null, say.say('loading')), bones.map((bone) => h(bone)));
}

/** A state without a form: an honest message, and a way on. Of an order that was sent, it says where to look for it. */
function message({ picker, say }, key, heading, text, canReload) {
  const sent = picker.sent ? h('p', { key: 'sent', role: 'alert' }, say.say('maybe_placed')) : key === 'expired' && picker.session?.plan && !picker.order && h('p', { key: 'sent' }, say.say('nothing_ordered'));
  const fallback = key === 'stuck' && h('slot', { name: 'fallback' });
  return section(say, key, h('div.message', null, title(heading), text, sent, canReload && button('primary', say.say('try_again'), 'reload'), fallback));
}

/** Whether an order was placed is not known: it is being looked for, and the customer can look, too. */
function inDoubt({ picker, say }) {
  return h(
    'div.body',
    null,
    title(say.say('doubt_title')),
    alert('doubt', say.say('order_in_doubt')),
    picker.earlier.placing > 0 && h('p.note', { key: 'placing' }, say.say('orders_placing')),
    h('progress.bar', { 'aria-label': say.say('doubt_title') }),
    h('p', null, button(picker.hasLooked ? 'link' : 'primary', say.say('earlier_orders'), 'orders')),
    picker.hasLooked && !picker.earlier.placing && h('p', { key: 'again' }, button('secondary', say.say('order_again'), 'order-again')),
  );
}

/** The module cannot run: what the page offers instead. */
export function broken(say, code) {
  const words = h('div.message', { role: 'alert' }, title(say.say(code)), h('p', null, say.say(`${code}_text`)), h('slot', { name: 'fallback' }));
  return section(say, 'broken', words);
}

/** The newest sentence for screen readers. */
function said({ picker, say, report }) {
  const [word, about] = picker.said;
  if (!word) return '';
  if (word === 'doubt') return say.say('doubt_title');
  if (word === 'status') return say.name('status', about.status);
  if (word === 'shortage') return shortage(say, about);
  const names = picker.query.rows.filter(([, , code]) => !code);
  const free = names.filter(([name]) => picker.row(name)?.available).length;
  if (word === 'checked' && !names.some(([name]) => picker.row(name))) return names.length ? say.say('names_not_checked') : '';
  const price = picker.quote?.total_cents === undefined ? '' : say.money(picker.quote.total_cents, picker.quote.currency);
  return say.say(`said_${word}`, { shares: shares(say, report).map(([words]) => words).join(', '), free, all: names.length, price, ...about });
}
