// Pieces that several views share: buttons, fields with their problem, alerts, icons, rows.

import { h } from '../dom.js';

const ICONS = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  clock: 'M8 4.5V8l2.5 1.5M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5z',
  alert: 'M8 5v3.5M8 11h.01M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5z',
};

/** What is said of the rest of a long list that is not one of domains. */
const SAID_AS = { actions: 'show_all_entries', changes: 'show_all_entries', found: 'show_all_names', timeline: 'show_all_entries', troubles: 'show_all_entries' };
/** Letters of a name that fit into a line everywhere. */
const LONG_NAME = 20;
/** Problems that are listed at first. */
const MOST_TROUBLES = 10;

/** An icon says nothing to a screen reader: the words beside it do. */
export const icon = (name) => h('svg.icon', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, h('path', { d: ICONS[name] }));

/** The heading of a view. It takes the focus when its view comes up, and only then. */
export const title = (text) => h('h2.title', { part: 'title', id: 'title', tabindex: -1 }, text);

/** A button that does something, of one of the looks. */
export function button(look, label, action, more = {}) {
  const [what, on] = {
    primary: ['button.button.primary', 'button button-primary'],
    secondary: ['button.button', 'button'],
    link: ['button.link', 'link'],
  }[look];
  return h(what, { type: 'button', part: on, 'data-do': action, ...more }, label);
}

/** What is wrong, right where it is. */
export const problem = (words) => h('p.problem', { part: 'problem' }, icon('alert'), h('span', null, words));

/** A labelled input with its problem and its hint. */
export function field({ problems, say }, id, label, value, { hint, tag = 'input', ...more } = {}) {
  const wrong = problems[id];
  const about = [wrong && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(' ');
  const set = { type: tag === 'input' ? 'text' : undefined, part: 'input', autocomplete: 'off', 'aria-describedby': about || undefined, 'aria-invalid': String(Boolean(wrong)) };
  return h(
    'div.field',
    { key: id },
    h('label.label', { part: 'label', for: id }, label),
    h(`${tag}.input`, { key: id, id, 'data-field': id, value, ...set, ...more }),
    wrong && h('div', { id: `${id}-problem` }, problem(say.explain(wrong))),
    hint && h('p.hint', { id: `${id}-hint` }, hint),
  );
}

/** A message with what helps: the time to wait, the reference for support. */
export function explained(say, notice) {
  const wait = notice.seconds > 0 && say.say('wait', { count: notice.seconds });
  return [say.explain(notice), wait].filter(Boolean).join(' ');
}

/** Something went wrong; what can be done about it comes after. */
export function alert(key, heading, ...more) {
  const set = { key, part: 'alert', role: 'alert' };
  return h('div.alert', set, icon('alert'), h('p.alert-heading', null, heading), ...more);
}

/** A notice where there is no form. */
export const noticed = ({ picker, say }) => picker.notice && alert('notice', explained(say, picker.notice));

/**
 * What is drawn of a long list: its first `most`, those that have to be seen, and a button for the rest. Once all is
 * `shown`, `mark(index)` is where the focus goes.
 */
export function capped({ say, ui }, list, all, most, isNeeded = () => false) {
  const isWhole = ui.unfolded.has(list);
  const shown = isWhole ? all : all.filter((one, index) => index < most || isNeeded(one));
  const more = shown.length < all.length && h('p', { key: `${list}-all` }, button('link', say.say(SAID_AS[list] ?? 'show_all_domains', { count: all.length }), 'unfold', { 'data-with': list }));
  return { shown, more, mark: (index) => isWhole && index === most && { id: `${list}-rest`, tabindex: -1 } };
}

/** What is in the way: the notice, and a list whose items lead to their places. Takes the focus when it comes up. */
export function troubles(v) {
  const { picker, say, troubles: all } = v;
  const { notice } = picker;
  if (!notice && !all.length) return null;
  const { shown, more, mark } = capped(v, 'troubles', all, MOST_TROUBLES);
  const heading = notice ? explained(say, notice) : say.say('mend', { count: all.length });
  const tree = alert(
    'troubles',
    heading,
    notice?.reference && h('p.hint', null, say.say('reference', notice)),
    all.length > 0 && h('ul.alert-list', null, shown.map((trouble, index) => h('li', mark(index), button('link', place(picker, say, trouble.at) + say.explain(trouble), 'show', { 'data-with': trouble.at })))),
    more,
  );
  Object.assign(tree.set, { id: 'troubles', tabindex: -1 });
  return tree;
}

/** `Person 2, first name: `; nothing where the message says it itself. */
function place(picker, say, at) {
  if (at === 'forwarding') return say.say('at_forwarding');
  const index = at.indexOf('-');
  const [what, of] = [at.slice(0, index), at.slice(index + 1)];
  if (what === 'redirect') return `${of}: `;
  const position = picker.people.findIndex(({ number }) => String(number) === of) + 1;
  return position > 0 ? say.say('at_field', { count: position, field: say.lower(say.say(what)) }) : '';
}

/** A long name may go on in the next line before its ending, and not inside of it. */
export function named(name = '') {
  const dot = name.indexOf('.');
  return name.length > LONG_NAME && dot > 0 ? [name.slice(0, dot), h('wbr'), h('span.ending', null, name.slice(dot))] : name;
}

/** Who can host a name. */
export const badges = (say, words = []) => h('span.badges', null, words.map((word) => h('span.badge', { part: 'badge' }, say.name('provider', word))));

/** The first year's price, and the renewal below it; a dash where the server named none. */
export function price(say, { price_cents: now, renewal_price_cents: later, currency, owned }) {
  if (owned) return h('span.price', { part: 'price' }, h('span.price-now', null, say.say('is_owned')));
  return h(
    'span.price',
    { part: 'price' },
    h('span.price-now', null, now === undefined ? '—' : say.money(now, currency)),
    later !== undefined && h('span.price-later', null, say.say('renewal', { price: say.money(later, currency) })),
  );
}

/** `Google 2 of 3` and the like, each with its numbers; what the plan does not ask for is left out. */
export function shares(say, { google, microsoft }) {
  const all = [['Google', google], ['Microsoft', microsoft]].filter(([, { required }]) => required);
  return all.map(([name, share]) => [say.say('of', { name, ...share }), share]);
}

/** A bar that shows how full something is. The value goes as text: a 0 would be left out, and the bar know nothing. */
export const bar = (done, of, more) => h('progress.bar', { max: of, value: `${done}`, 'data-full': done >= of, ...more });

/** The button that copies a text. */
export const copy = (say, text, name = text) => button('link', say.say('copy'), 'copy', { 'data-with': text, 'aria-label': say.say('copy_name', { name }) });

/** Exactly why no choice fills the plan. */
export function shortage(say, { missing, google, microsoft, surplus }) {
  if (surplus) return say.say('surplus', { count: surplus });
  const sure = [['short_google', google], ['short_microsoft', microsoft]].filter(([, count]) => count);
  const rest = missing - google - microsoft;
  const all = rest > 0 || !sure.length ? [['short', missing], ...sure] : sure;
  return all.map(([key, count]) => say.say(key, { count })).join(' ');
}
