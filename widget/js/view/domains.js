// The first step: the search box, what it found, the customer's own domains, and the picks.

import { ownedDomains } from './owned.js';
import { alter, h, kept, rewrite } from '../dom.js';
import { IN_SIGHT } from '../names.js';
import { alert, badges, bar, button, capped, explained, icon, named, price, problem, shares, shortage, title, troubles } from './pieces.js';

/** Ideas before the first letter: they stand ready, so that this letter, too, writes names only. */
const BLANK = { kind: 'company', cut: 0, rows: Array(IN_SIGHT).fill(['\u200b']) };
/** Picks, and names of a list, that are drawn at first. */
const [MOST_PICKS, MOST_FOUND] = [50, 500];
/** Lines that the box for a list grows to before it scrolls. */
const [LEAST_LINES, MOST_LINES] = [4, 8];

export function domains(v) {
  const { picker, say, steady } = v;
  const around = () => [[troubles(v), title(say.say('choose_domains', { count: picker.required.total }))], [ownedDomains(v), picks(v)], footer(v)];
  const [above, below, foot] = steady('around', around);
  // The lists come first: the box says which of them stands below it.
  const found = lists(v);
  return h('div.step-view', { key: 'domains' }, h('div.body.stack', null, above, searchBox(v), found, below), foot);
}

function footer({ say, report }) {
  return h(
    'footer.footer',
    { part: 'footer' },
    h(
      'div.split',
      { part: 'split' },
      shares(say, report).map(([words, { filled, required }]) => h('div.share', null, h('p.split-words', null, words), bar(filled, required, { 'aria-hidden': 'true' }))),
    ),
    h('div.actions', null, button('primary', say.say('continue'), 'continue')),
  );
}

function searchBox({ picker, say, ui }) {
  const { isList, text } = picker;
  const lines = Math.min(Math.max(text.split('\n').length, LEAST_LINES), MOST_LINES);
  const key = isList ? 'list' : 'search';
  const set = { key, id: 'query', part: 'input search', 'data-field': 'query', value: text, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', 'aria-describedby': 'query-hint' };
  const combobox = {
    type: 'text',
    role: 'combobox',
    enterkeyhint: 'search',
    'aria-autocomplete': 'list',
    ...pointers(ui),
  };
  ui.box = isList ? h('textarea.input.search', { ...set, rows: lines }) : h('input.input.search', { ...set, ...combobox });
  return h(
    'div.field',
    { key: 'search' },
    h(
      'div.results-head',
      null,
      h('label.label', { part: 'label', for: 'query' }, say.say(isList ? 'list_label' : 'search_label')),
      button('link', say.say(isList ? 'to_search' : 'to_list'), 'list', { 'data-with': isList ? '' : '1' }),
    ),
    ui.box,
    h('p.hint', { id: 'query-hint' }, say.say(isList ? 'list_hint' : 'search_hint')),
  );
}

/** What the box says of the list below it. */
function pointers({ list, active }) {
  return { 'aria-expanded': list ? 'true' : 'false', 'aria-controls': list, 'aria-activedescendant': active >= 0 && `${list}-${active}` };
}

/** Whether nothing is known of any idea yet. */
function isUnknown(picker) {
  const { known, query } = picker;
  const isNew = ([name]) => (known.get(name) ?? 'pending') === 'pending' && !picker.isPicked(name);
  return query.kind === 'company' && query.rows.every(isNew);
}

/**
 * What was found, and the ideas of which nothing is known yet: a section each, so that a letter writes six names only.
 * The other one is out of sight and not out of the page: what comes next is written over it.
 */
function lists(v) {
  const { picker, say, ui } = v;
  const { kind } = picker.query;
  const nothing = !kind && picker.text.trim() && problem(say.say('no_name'));
  ui.hasRoom ||= ui.list;
  ui.list = Boolean(kind) && (isUnknown(picker) ? 'ideas' : 'results');
  // An emptied box keeps the room of what was shown: the page below stays where it is for the next word.
  const shown = ui.list || (ui.hasRoom && !nothing && !picker.isList && 'ideas');
  if (!ui.ideas || !kind) ui.ideas = list(v, 'ideas', BLANK);
  ui.options = [];
  if (kind) ui[ui.list] = list(v, ui.list, picker.query);
  const sections = ['results', 'ideas'].filter((id) => ui[id]).map((id) => (ui[id] = { ...ui[id], set: { 'data-off': id !== shown } }));
  const isSettled = !picker.picks.some(({ name }) => picker.known.get(name) === 'unsettled');
  // Ideas where nothing else has to be drawn: over the ideas that stand there, in sight or not.
  ui.redraw = () => {
    const { rows } = picker.query;
    const isAll = !nothing && ui.plain === say && ui.active < 0 && rows.length === ui.texts.length && isUnknown(picker) && isSettled;
    if (isAll) {
      ui.list = 'ideas';
      ui.options = ui.texts.map((tree, index) => rewrite(tree, rows[index][0]));
      for (const section of sections) alter(section, { 'data-off': section !== ui.ideas });
      alter(ui.rows, shows());
      alter(ui.box, pointers(ui));
    }
    return isAll;
  };
  return [sections, nothing];
}

/** Rows without names are for the eye only. */
function shows(isBlank) {
  return { tabindex: isBlank ? -1 : 0, 'aria-hidden': isBlank && 'true' };
}

/** One of the two lists, with its heading. */
function list(v, id, { kind, rows, cut }) {
  const { picker, say, ui } = v;
  const isIdeas = kind === 'company';
  const isTaken = ([name]) => isIdeas && picker.row(name)?.available === false;
  const taken = rows.filter(isTaken).map(([name]) => name);
  const wanted = rows.filter((row, index) => !isTaken(row) && (index < IN_SIGHT || id === 'results'));
  const { shown, more } = capped(v, 'found', wanted, MOST_FOUND);
  const heading = isIdeas ? 'ideas' : rows.length === 1 ? 'your_name' : 'your_names';
  const free = rows.filter(([name]) => picker.row(name)?.available).length;
  const fit = free && picker.fitting.length;
  ui.options = shown.map(([name]) => name);
  const again = recheck(v);
  let texts = ui.options;
  if (id === 'ideas') {
    texts = ui.texts = texts.map((text) => ({ text }));
    // Nothing in it but the names is of this moment.
    ui.plain = ui.active < 0 && !again && say;
  }
  const set = { id, value: free && isIdeas && rows[0][0], part: 'results', role: 'listbox', ...shows(rows === BLANK.rows), 'aria-multiselectable': 'true', 'aria-activedescendant': ui.active >= 0 && `${id}-${ui.active}`, 'aria-label': say.say(heading) };
  const all = h('ul.rows', set, shown.map((row, index) => option(v, row, `${id}-${index}`, ui.active === index, texts[index])));
  if (id === 'ideas') ui.rows = all;
  return h(
    `section.results.${id}`,
    { key: id },
    h(
      'div.results-head',
      null,
      h('h3.subtitle', null, say.say(heading), ' ', !isIdeas && rows.length > 1 && h('span.tally', null, say.say('tally', { free, all: rows.length }))),
      free > 0 && picker.picks.length < picker.required.total && h('div.tools', null, button('secondary', say.say('choose'), 'choose'), fit > 0 && button('secondary', say.say('fill', { count: fit }), 'fill')),
    ),
    picker.shortage && h('p.note', { key: 'shortage' }, shortage(say, picker.shortage)),
    again,
    all,
    more,
    cut > 0 && h('p.hint', null, say.say('list_cut', { count: cut })),
    taken.length > 0 && h('p.hint.wrap', null, say.say('not_available', { names: taken.join(', ') })),
  );
}

function recheck({ picker, say }) {
  const count = picker.unsettled().length;
  if (!count) return null;
  const heading = picker.failure ? explained(say, picker.failure) : say.say('some_unsettled', { count });
  return alert('recheck', heading, button('link', say.say('check_again'), 'recheck'));
}

/** A row of the results: 500 of them stay quick, because a row is made anew only when what it shows has changed. */
function option({ picker, say, ui }, [name, line, code, message], id, isActive, text) {
  const known = code ?? picker.known.get(name);
  const isPicked = picker.isPicked(name);
  const at = picker.isList && line;
  return kept(ui, id, [text, at, known, isPicked, isActive, message, say], () => {
    const isFree = known?.available;
    const isUsable = isFree || isPicked;
    const set = { key: id, id, role: 'option', part: 'result', 'aria-selected': String(isPicked), 'aria-disabled': !isUsable && 'true', 'data-active': isActive, 'data-do': isUsable && 'toggle', 'data-with': isUsable && name };
    return h(`li.row${code ? '.bad' : isFree ? '.free' : '.gone'}`, set, h('span.row-name', null, typeof text === 'string' ? named(text) : text), inside(say, name, known, at, code, message, isPicked));
  });
}

/** What stands beside a name. */
function inside(say, name, known, line, code, message, isPicked) {
  const where = line ? `${say.say('line', { line })}: ` : '';
  if (code) return problem(where + say.explain({ code, message, domain: name }));
  if (message) return [h('span.row-note', null, say.say('left_out', { text: message })), inside(say, name, known, line, code, '', isPicked)];
  if (known?.available) {
    const [mark, label] = isPicked ? ['check', 'added_mark'] : ['plus', 'add'];
    return [badges(say, known.usable_for), price(say, known), h('span.button.small', { part: 'button button-add', 'data-on': isPicked }, icon(mark), h('span', null, say.say(label)))];
  }
  if (typeof known === 'object') return h('span.row-note', null, where + reason(say, known));
  if (known === 'unsettled') return h('span.row-note', null, where + say.say('unsettled'));
  return h('span.row-note.bone.bone-price', null, say.say('checking'));
}

/** Why a name cannot be had. */
function reason(say, { reason: word = '', message }) {
  // What the rules of this page leave to the server: it says what is wrong with the name.
  if (word === 'invalid' && message) return `${say.say('reason_invalid')}: ${message}`;
  return say.has(`reason_${word}`) ? say.say(`reason_${word}`) : (message ?? say.name('reason', word));
}

function picks(v) {
  const { picker, say, problems } = v;
  return h(
    'section.picks',
    { key: 'picks', part: 'picks' },
    h('h3.subtitle', { id: 'picks', tabindex: -1 }, say.say('picked', { count: picker.picks.length, required: picker.required.total })),
    problems.picks && problem(say.explain(problems.picks)),
    picker.picks.length ? picked(v, true, { 'aria-labelledby': 'picks' }) : h('p.hint', null, say.say('no_picks')),
  );
}

/** The rows of the picks, with what is wrong with each; with a button to drop it where it can be dropped. */
export function picked(v, canDrop, set, lines) {
  const { picker, say, problems } = v;
  const { shown, more, mark } = capped(v, 'picked', picker.picks, MOST_PICKS, ({ name }) => problems[`pick-${name}`]);
  const rows = shown.map(({ name }, index) => {
    const row = picker.row(name);
    const wrong = problems[`pick-${name}`];
    const label = say.say('remove_name', { name });
    return h(
      'li.row',
      { key: name, part: 'pick', ...mark(index) },
      h('span.row-name', null, named(name)),
      row && [badges(say, row.usable_for), price(say, { ...row, ...lines?.get(name) })],
      canDrop && h('button.button.icon-only', { id: `remove-${name}`, type: 'button', part: 'button button-remove', 'data-do': 'remove', 'data-with': name, 'aria-label': label }, icon('cross')),
      wrong && problem(say.explain(wrong)),
    );
  });
  return [h('ul.rows', { key: 'picked', ...set }, rows), more];
}
