// The first step: the search box, what it found, the customer's own domains, and the picks.

import { shortage } from './card.js';
import { IN_SIGHT } from '../picker.js';
import { ownedDomains } from './owned.js';
import { alert, badges, bar, button, explained, icon, price, problem, shares, title, troubles } from './pieces.js';
import { h, kept } from '../dom.js';

/** Lines that the box for a list grows to before it scrolls. */
const [LEAST_LINES, MOST_LINES] = [4, 8];

export function domains(v) {
  const { picker, say, steady } = v;
  const top = () => [troubles(v), title(say.say('choose_domains', { count: picker.required.total }))];
  const body = [steady('top', top), searchBox(v), results(v), steady('owned', () => ownedDomains(v)), steady('picks', () => picks(v))];
  return h('div.step-view', { key: 'domains' }, h('div.body', null, body), steady('footer', () => footer(v)));
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
  const { isList, text, query } = picker;
  const isOpen = query.rows.length > 0;
  const lines = Math.min(Math.max(text.split('\n').length, LEAST_LINES), MOST_LINES);
  // What is typed stands in the box already: a letter more changes nothing here.
  return kept(ui, 'search', [ui.turn, say, isOpen, lines, ui.active], (key) => {
    const set = { key: isList ? 'list' : 'search', id: 'query', part: 'input search', 'data-field': 'query', value: text, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', 'aria-describedby': 'query-hint' };
    const combobox = {
      type: 'text',
      role: 'combobox',
      enterkeyhint: 'search',
      'aria-autocomplete': 'list',
      'aria-expanded': String(isOpen),
      'aria-controls': isOpen && 'results',
      'aria-activedescendant': isOpen && ui.active >= 0 && `option-${ui.active}`,
    };
    return h(
      'div.field',
      { key },
      h(
        'div.results-head',
        null,
        h('label.label', { part: 'label', for: 'query' }, say.say(isList ? 'list_label' : 'search_label')),
        button('link', say.say(isList ? 'to_search' : 'to_list'), 'list', { 'data-with': isList ? '' : '1' }),
      ),
      isList ? h('textarea.input.search', { ...set, rows: lines }) : h('input.input.search', { ...set, ...combobox }),
      h('p.hint', { id: 'query-hint' }, say.say(isList ? 'list_hint' : 'search_hint')),
    );
  });
}

function results(v) {
  const { picker, say, ui } = v;
  const { kind, rows, cut } = picker.query;
  // Without names the list is out of sight, and not out of the page: a first letter is to be as quick as the next ones.
  ui.options = [];
  if (!kind) return [ui.found && { ...ui.found, set: { 'data-off': '' } }, picker.text.trim() && problem(say.say('no_name'))];
  const isIdeas = kind === 'company';
  const isTaken = ([name]) => isIdeas && picker.row(name)?.available === false;
  const taken = rows.filter(isTaken).map(([name]) => name);
  const isOpen = isIdeas && rows.every(([name]) => (picker.known.get(name) ?? 'pending') === 'pending');
  const shown = rows.filter((row, index) => !isTaken(row) && (!isOpen || index < IN_SIGHT));
  const heading = isIdeas ? 'ideas' : rows.length === 1 ? 'your_name' : 'your_names';
  const free = rows.filter(([name]) => picker.row(name)?.available).length;
  const fit = free && picker.fitting.length;
  ui.options = shown.map(([name]) => name);
  ui.found = h(
    'section.results',
    { key: 'results' },
    h(
      'div.results-head',
      null,
      h('h3.subtitle', { id: 'results-title' }, say.say(heading), ' ', !isIdeas && rows.length > 1 && h('span.tally', null, say.say('tally', { free, all: rows.length }))),
      free > 0 && picker.picks.length < picker.required.total && h('div.tools', null, button('secondary', say.say('choose'), 'choose'), fit > 0 && button('secondary', say.say('fill', { count: fit }), 'fill')),
    ),
    picker.shortage && h('p.note', { key: 'shortage' }, shortage(say, picker.shortage)),
    recheck(v),
    h('ul.rows', { id: 'results', 'data-open': isOpen, part: 'results', role: 'listbox', tabindex: 0, 'aria-multiselectable': 'true', 'aria-activedescendant': ui.active >= 0 && `option-${ui.active}`, 'aria-labelledby': 'results-title' }, shown.map((row, index) => option(v, row, index))),
    cut > 0 && h('p.hint', null, say.say('list_cut', { count: cut })),
    taken.length > 0 && h('p.hint.wrap', null, say.say('not_available', { names: taken.join(', ') })),
  );
  return ui.found;
}

function recheck({ picker, say }) {
  const count = picker.unsettled.length;
  if (!count) return null;
  const heading = picker.failure ? explained(say, picker.failure) : say.say('some_unsettled', { count });
  return alert('recheck', heading, button('link', say.say('check_again'), 'recheck'));
}

/** A row of the results: 500 of them stay quick, because a row is made anew only when what it shows has changed. */
function option(v, [name, line, code, message], index) {
  const { picker, say, ui } = v;
  const known = code ?? picker.known.get(name);
  const isPicked = picker.isPicked(name);
  const isActive = ui.active === index;
  const at = picker.isList && line;
  return kept(ui, `option-${index}`, [name, at, known, isPicked, isActive, say], (id) => {
    const isFree = known?.available;
    const set = { key: id, id, part: 'result', role: 'option', 'aria-selected': String(isPicked), 'aria-disabled': !isFree && !isPicked && 'true', 'data-active': isActive, 'data-do': (isFree || isPicked) && 'toggle', 'data-with': name };
    return h(`li.row${code ? '.bad' : isFree ? '.free' : '.gone'}`, set, h('span.row-name', null, name), kept(ui, `inside-${index}`, [known, at, message, isPicked, say], () => inside(say, known, at, code, message, isPicked)));
  });
}

/** What stands beside a name: made anew for another name only if something else is known of it. */
function inside(say, known, line, code, message, isPicked) {
  const where = line ? `${say.say('line', { line })}: ` : '';
  if (code) return problem(where + say.explain({ code, message }));
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
  return say.has(`reason_${word}`) ? say.say(`reason_${word}`) : (message ?? say.name('reason', word));
}

function picks(v) {
  const { picker, say, problems } = v;
  return h(
    'section.picks',
    { key: 'picks', part: 'picks' },
    h('h3.subtitle', { id: 'picks', tabindex: -1 }, say.say('picked', { count: picker.picks.length, required: picker.required.total })),
    problems.picks && problem(say.explain(problems.picks)),
    picker.picks.length ? h('ul.rows', { 'aria-labelledby': 'picks' }, picked(v, true)) : h('p.hint', null, say.say('no_picks')),
  );
}

/** The rows of the picks, with what is wrong with each; with a button to drop it where it can be dropped. */
export function picked({ picker, say, problems }, canDrop, lines) {
  return picker.picks.map(({ name }) => {
    const row = picker.row(name);
    const wrong = problems[`pick-${name}`];
    const label = say.say('remove_name', { name });
    return h(
      'li.row',
      { key: name, part: 'pick' },
      h('span.row-name', null, name),
      row && [badges(say, row.usable_for), price(say, { ...row, ...lines?.get(name) })],
      canDrop && h('button.button.icon-only', { id: `remove-${name}`, type: 'button', part: 'button button-remove', 'data-do': 'remove', 'data-with': name, 'aria-label': label }, icon('cross')),
      wrong && problem(say.explain(wrong)),
    );
  });
}
