// What is typed into the search box, the names that it stands for, and what the server says of them.

import { search } from './rules.js';

/** Milliseconds without a keystroke before names are asked about. */
const DEBOUNCE = 300;
/** Milliseconds until names that could not be checked are asked about again by themselves, once. */
const RECHECK_AFTER = 1_500;
/** Ideas of a company name: enough to choose from, and one call to ask about. */
const IDEAS = 24;
/** Ideas as long as nothing is known of any: what the list shows without scrolling, so that typing stays quick. */
export const IN_SIGHT = 6;

/** The part of the picker that finds names; `picker` is the whole. */
export function names(picker) {
  const { host } = picker;
  /** Counts the keystrokes: an answer or a timer of an older turn is out of date. */
  let turns = 0;
  /** Names of the check under way. */
  let asked = [];
  const retried = new Set();

  function type(text) {
    turns += 1;
    picker.text = text;
    picker.shortage = picker.failure = null;
    read();
    host.typed();
  }

  /** Reads the text, and asks about its names once typing has paused. */
  function read() {
    look(IN_SIGHT);
    if (!picker.isList && picker.query.rows.some(([name]) => row(name))) look(IDEAS);
    dropCheck();
    host.rest(DEBOUNCE, ask);
  }

  function look(most) {
    picker.query = search(picker.isList, picker.session?.tlds ?? [], most, picker.text);
  }

  /** A check under way is about to be given up: of its names nothing is known. */
  function dropCheck() {
    for (const name of asked) if (picker.known.get(name) === 'pending') picker.known.delete(name);
    asked = [];
  }

  /** Asks about the names that nothing is known of. */
  function ask() {
    // A list has no ideas, and is long to judge once more.
    if (!picker.isList) look(IDEAS);
    return check(those((known) => !known));
  }

  /** Asks about names that could not be checked. */
  function askAgain(isFirst = false) {
    return check(unsettled().filter((name) => !isFirst || !retried.has(name)));
  }

  function unsettled() {
    return those((known) => known === 'unsettled');
  }

  /** Names on the page, and those of picks. */
  function those(isWanted) {
    const all = [...picker.query.rows, ...picker.picks.map(({ name }) => [name])];
    return [...new Set(all.filter(([name, , code]) => !code && isWanted(picker.known.get(name))).map(([name]) => name))];
  }

  async function check(wanted) {
    const some = wanted.slice(0, picker.session?.limits.availability_names ?? 0);
    if (!some.length) return;
    const turn = turns;
    picker.failure = null;
    dropCheck();
    asked = some;
    // A name that is new looks like one that is being asked about.
    const isSeen = some.some((name) => picker.known.has(name));
    for (const name of some) {
      if (picker.known.has(name)) retried.add(name);
      picker.known.set(name, 'pending');
    }
    if (isSeen || !picker.isList) host.changed();
    const answer = await host.call('/v1/domains/availability', { body: { domains: some }, group: 'check' });
    if (picker.expired(answer)) return;
    learn(some, answer);
    if (turn === turns) {
      picker.failure = answer.data ? null : picker.failed(answer, 'names_not_checked');
      picker.shortage = null;
      picker.say('checked');
      if (picker.failure && answer.wait) {
        host.after(answer.wait, () => turn === turns && askAgain(true));
      } else if (!picker.failure) {
        ask();
        if (unsettled().some((name) => !retried.has(name))) {
          host.after(RECHECK_AFTER, () => turn === turns && askAgain(true));
        }
      }
    }
    host.changed();
    picker.goOn();
  }

  /** Asks about the picks once more, whatever is known of them. */
  async function askPicks() {
    const most = picker.session.limits.availability_names;
    const picks = picker.picks.map(({ name }) => name);
    for (let from = 0; from < picks.length; from += most) {
      const some = picks.slice(from, from + most);
      const answer = await host.call('/v1/domains/availability', { body: { domains: some }, group: 'picks' });
      if (picker.expired(answer)) return;
      if (answer.data) learn(some, answer);
    }
    picker.told();
    host.changed();
  }

  /** Available, taken, or nobody could say: what the server did not answer about is not known. */
  function learn(some, { data }) {
    const rows = new Map((data?.domains ?? []).map((answer) => [answer.domain, answer]));
    for (const name of some) {
      const answer = rows.get(name);
      picker.known.set(name, !answer || ['errored', 'stale'].includes(answer.reason) ? 'unsettled' : answer);
    }
  }

  /** The server's answer about a name. */
  function row(name) {
    const known = picker.known.get(name);
    return typeof known === 'object' ? known : undefined;
  }

  return {
    text: '',
    isList: false,
    /** What the text is, as the rules read it. */
    query: { kind: '', cut: 0, rows: [] },
    /** Names that were asked about: a row of the server, `'pending'`, or `'unsettled'`. */
    known: new Map(),
    failure: null,
    type,
    read,
    ask,
    askAgain,
    askPicks,
    unsettled,
    learn,
    row,
    /** Between a box for one name and one for a list; what was typed stays. */
    list(isList, text = picker.text) {
      picker.isList = isList;
      type(text);
      host.changed('query');
    },
  };
}
