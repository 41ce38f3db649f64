// Domains that the customer has already: a box to name them, the nameservers to set, and the state of each.

import { h } from '../dom.js';
import { button, copy, explained, icon, named, problem } from './pieces.js';

export function ownedDomains({ picker, say }) {
  const { text, jobs, isAsking, failure, wrong } = picker.owned;
  const rows = picker.ownedRows();
  const waiting = new Set(rows.filter(isOpen).map(({ domain }) => domain));
  const problems = [...wrong, failure].filter(Boolean);
  const said = (notice) => (notice.input ? `${notice.input}: ` : '') + explained(say, notice);
  return h(
    'details.owned',
    { key: 'owned' },
    h('summary.subtitle', null, say.say('owned_title')),
    h(
      'div.field',
      null,
      h('label.label', { for: 'owned', part: 'label' }, say.say('owned_label')),
      h('textarea.input', { key: 'owned', id: 'owned', 'data-field': 'owned', part: 'input', value: text, rows: 2, autocapitalize: 'none', spellcheck: 'false', 'aria-describedby': problems.length ? 'owned-problem owned-hint' : 'owned-hint', 'aria-invalid': String(problems.length > 0) }),
      problems.length > 0 && h('div', { id: 'owned-problem' }, problems.map((notice) => problem(said(notice)))),
      h('p.hint', { id: 'owned-hint' }, say.say('owned_hint')),
      button('secondary', say.say('connect'), 'import', { disabled: isAsking }),
    ),
    rows.length > 0 && [
      nameserversOf(jobs, waiting).map(({ nameservers, domains }) =>
        h(
          'div.note',
          { key: nameservers.join() },
          h('p', null, say.say('nameservers')),
          h('ul.plain', null, nameservers.map((name) => h('li.copied', { key: name }, h('code', null, name), copy(say, name)))),
          h('p.hint.wrap', null, say.say('nameservers_for', { names: domains.join(', ') })),
        )),
      h(
        'div.results-head',
        null,
        h('h3.subtitle', { id: 'owned-list' }, say.say('owned_list')),
        waiting.size > 0 && button('link', say.say('look_now'), 'look', { disabled: isAsking }),
      ),
      h('ul.rows', { 'aria-labelledby': 'owned-list' }, rows.map((domain) => row({ picker, say }, domain))),
    ],
  );
}

/** The nameservers that are still to be set, each set of them once, with the domains that wait for it. */
function nameserversOf(jobs, waiting) {
  const groups = new Map();
  for (const { nameservers, domains } of jobs.flatMap((job) => job.nameserver_groups ?? [])) {
    const key = nameservers.join();
    const names = [...(groups.get(key)?.domains ?? []), ...domains.filter((name) => waiting.has(name))];
    groups.set(key, { nameservers, domains: [...new Set(names)] });
  }
  return [...groups.values()].filter(({ domains }) => domains.length);
}

const isOpen = ({ status }) => !['completed', 'failed'].includes(status);

function row({ picker, say }, { domain, status, reason, message }) {
  const isPicked = picker.isPicked(domain);
  const look = { completed: '.good', failed: '.bad', action_required: '.warn' }[status] ?? '';
  // Connected, and on an order: only the check of the name says so.
  const isUsed = status === 'completed' && picker.row(domain)?.reason === 'in_use';
  const why = reason === 'taken' ? say.say('owned_taken') : reason && (say.has(`reason_${reason}`) ? say.say(`reason_${reason}`) : message ?? say.name('reason', reason));
  const label = say.say(isPicked ? 'added_mark' : 'add');
  const set = { type: 'button', part: 'button button-add', 'data-do': 'toggle', 'data-with': domain, 'data-on': isPicked, 'aria-pressed': String(isPicked), 'aria-label': `${label} ${domain}` };
  return h(
    'li.row',
    { key: domain },
    h('span.row-name', null, named(domain)),
    h(`span.row-note.state${look}`, null, [say.name('import', status), isUsed ? say.say('reason_in_use') : why].filter(Boolean).join(': ')),
    isOpen({ status }) && h('button.button.link', { type: 'button', part: 'button', 'data-do': 'release', 'data-with': domain, disabled: picker.owned.isAsking, 'aria-label': `${say.say('release')} ${domain}` }, h('span', null, say.say('release'))),
    (isPicked || picker.row(domain)?.available) && h('button.button.small', set, icon(isPicked ? 'check' : 'plus'), h('span', null, label)),
  );
}
