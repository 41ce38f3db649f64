// What the customer filled in, and what became of it. Judging is the rules', drawing is the view's, calling is the
// host's; here is what changes when something happens.

import { owned } from './owned.js';
import { checkPicks, fit, search, solveSplit } from './rules.js';
import { partsOf, steps } from './steps.js';
import { orders } from './orders.js';

/** Milliseconds without a keystroke before names are asked about. */
const DEBOUNCE = 300;
/** Milliseconds until names that could not be checked are asked about again by themselves, once. */
const RECHECK_AFTER = 1_500;
/** Ideas of a company name: enough to choose from, and one call to ask about. */
const IDEAS = 24;
/** Ideas as long as nothing is known of any: what the list shows without scrolling, so that typing stays quick. */
export const IN_SIGHT = 6;

export class Picker {
  phase = 'loading';
  step = 'domains';
  session = null;
  text = '';
  isList = false;
  /** What the text is, as the rules read it. */
  query = { kind: '', cut: 0, rows: [] };
  /** Names that were asked about: a row of the server, `'pending'`, or `'unsettled'`. */
  known = new Map();
  #retried = new Set();
  /** Names of the check under way. */
  #asked = [];
  /** Counts the keystrokes: an answer or a timer of an older turn is out of date. */
  #turn = 0;
  failure = null;
  shortage = null;
  /** `{name, redirect}`, in the order picked. */
  picks = [];
  people = [person(1)];
  #made = 1;
  forwarding = '';
  /** Fields that were left once: from then on their problems are shown while typing. */
  left = new Set();
  /** Steps that the customer tried to leave: all their problems are shown. */
  tried = new Set();
  /** What the server blamed, until the blamed thing changes. */
  reported = [];
  notice = null;
  /** The newest sentence for screen readers: its word, and what goes into it. */
  said = ['', {}];
  hidden = false;

  constructor(host) {
    this.host = host;
    this.#takeParts();
  }

  #takeParts() {
    Object.assign(this, steps(this), orders(this), owned(this));
  }

  /** Another customer or another plan: nothing of what was filled in belongs to it. */
  startOver() {
    const { host, session, hidden } = this;
    host.stop();
    Object.assign(this, new Picker(host), { session, hidden });
    this.#takeParts();
  }

  get required() {
    return this.session?.plan.required_domains ?? { google: 0, microsoft: 0, total: 0 };
  }

  say(word, about = {}) {
    this.said = [word, about];
  }

  /** A message at the top: its code is what it is translated by, its words are for codes without a translation. */
  notify(code, more = {}) {
    this.notice = { code, ...more };
    this.host.changed('troubles');
  }

  // Search

  type(text) {
    this.text = text;
    this.#turn += 1;
    this.shortage = this.failure = null;
    this.read();
    this.host.typed();
  }

  /** Reads the text, and asks about its names once typing has paused. */
  read() {
    this.#look(IN_SIGHT);
    if (!this.isList && this.query.rows.some(([name]) => this.row(name))) this.#look(IDEAS);
    this.#dropCheck();
    this.host.rest(DEBOUNCE, () => this.ask());
  }

  /** A check under way is about to be given up: of its names nothing is known. */
  #dropCheck() {
    for (const name of this.#asked) if (this.known.get(name) === 'pending') this.known.delete(name);
    this.#asked = [];
  }

  #look(most) {
    this.query = search(this.isList, this.session?.tlds ?? [], most, this.text);
  }

  /** Between a box for one name and one for a list; what was typed stays. */
  list(isList, text = this.text) {
    this.isList = isList;
    this.type(text);
    this.host.changed('query');
  }

  /** Asks about the names that nothing is known of. */
  ask() {
    // A list has no ideas, and is long to judge once more.
    if (!this.isList) this.#look(IDEAS);
    return this.#check(this.#names((known) => !known));
  }

  /** Asks about names that could not be checked. */
  askAgain(isFirst = false) {
    return this.#check(this.unsettled.filter((name) => !isFirst || !this.#retried.has(name)));
  }

  get unsettled() {
    return this.#names((known) => known === 'unsettled');
  }

  /** Names on the page, and those of picks. */
  #names(isWanted) {
    const all = [...this.query.rows, ...this.picks.map(({ name }) => [name])];
    return [...new Set(all.filter(([name, , code]) => !code && isWanted(this.known.get(name))).map(([name]) => name))];
  }

  async #check(names) {
    const asked = names.slice(0, this.session?.limits.availability_names ?? 0);
    if (!asked.length) return;
    const turn = this.#turn;
    this.failure = null;
    this.#dropCheck();
    this.#asked = asked;
    for (const name of asked) {
      if (this.known.has(name)) this.#retried.add(name);
      this.known.set(name, 'pending');
    }
    this.host.changed();
    const answer = await this.host.call('/v1/domains/availability', { body: { domains: asked }, group: 'check' });
    if (this.expired(answer)) return;
    this.learn(asked, answer);
    if (turn === this.#turn) {
      this.failure = answer.data ? null : this.failed(answer, 'names_not_checked');
      this.shortage = null;
      this.say('checked');
      if (!this.failure) {
        this.ask();
        if (this.unsettled.some((name) => !this.#retried.has(name))) {
          this.host.after(RECHECK_AFTER, () => turn === this.#turn && this.askAgain(true));
        }
      }
    }
    this.host.changed();
    this.goOn();
  }

  /** Available, taken, or nobody could say: what the server did not answer about is not known. */
  learn(names, { data }) {
    const rows = new Map((data?.domains ?? []).map((row) => [row.domain, row]));
    for (const name of names) {
      const row = rows.get(name);
      this.known.set(name, !row || ['errored', 'stale'].includes(row.reason) ? 'unsettled' : row);
    }
  }

  /** The server's answer about a name. */
  row(name) {
    const known = this.known.get(name);
    return typeof known === 'object' ? known : undefined;
  }

  // Picks

  isPicked(name) {
    return this.picks.some((pick) => pick.name === name);
  }

  toggle(name) {
    if (this.isPicked(name)) this.#drop(name);
    else if (this.row(name)?.available) this.#add([name], 'added', { name });
  }

  /** Drops a pick in the list of picks, where its button goes: the focus moves to a neighbour. */
  remove(name) {
    const index = this.picks.findIndex((pick) => pick.name === name);
    this.#drop(name);
    const neighbour = this.picks[index] ?? this.picks.at(-1);
    this.host.changed(neighbour ? `remove-${neighbour.name}` : 'picks');
  }

  #drop(name) {
    this.picks = this.picks.filter((pick) => pick.name !== name);
    this.reported = this.reported.filter(({ at }) => at !== `pick-${name}` && at !== `redirect-${name}`);
    this.#changed('removed', { name });
  }

  /** Names shown that can be picked, the picks first, as the solver takes them. */
  #candidates() {
    const shown = this.query.rows.map(([name]) => name).filter((name) => !this.isPicked(name));
    const free = shown.filter((name) => this.row(name)?.available);
    const as = (keep) => (name) => {
      const { price_cents = 0, usable_for = [], available } = this.row(name) ?? {};
      return { name, price_cents, usable_for: available ? usable_for : [], keep };
    };
    return [...this.picks.map(({ name }) => as(true)(name)), ...free.map(as(false))];
  }

  /** The names to be picked next, in the order shown, that each bring the plan nearer. */
  get fitting() {
    const candidates = this.#candidates();
    return fit(this.required, candidates).map((place) => candidates[place].name);
  }

  fill() {
    this.#add(this.fitting, 'filled');
    this.host.changed('picks');
  }

  /** Picks the cheapest of the names shown that fill the plan, beside what was picked; or says what is missing. */
  choose() {
    const candidates = this.#candidates();
    const solution = solveSplit(this.required, candidates);
    if (!solution.ok) {
      this.shortage = solution;
      this.say('shortage', solution);
      return this.host.changed();
    }
    const chosen = solution.chosen.map((place) => candidates[place]).filter(({ keep }) => !keep);
    this.#add(chosen.map(({ name }) => name), 'filled');
    return this.host.changed('picks');
  }

  #add(names, word, about = { count: names.length }) {
    for (const name of names) this.picks.push({ name, redirect: '' });
    this.#changed(word, about);
  }

  #changed(word, about) {
    this.reported = this.reported.filter(({ at }) => at !== 'picks');
    this.notice = this.shortage = null;
    this.dropQuote();
    this.say(word, about);
    this.told();
    this.host.changed();
  }

  told() {
    const { ok, required, google, microsoft } = this.report();
    const domains = this.picks.map(({ name }) => name);
    this.host.tell('peeker-change', { step: this.step, domains, ok, required, google, microsoft });
  }

  /** What the shared rule says of the picks. */
  report() {
    const unknown = { available: false, reason: 'errored' };
    const picks = this.picks.map(({ name }) => {
      const { available, reason, usable_for } = this.row(name) ?? unknown;
      return { domain: name, available, usable_for, reason };
    });
    return checkPicks(this.required, picks);
  }

  // People and forwarding

  /** A field's text: the box of the search, of a person, or of an address. */
  edit(field, text) {
    if (field === 'query') return this.type(text);
    const [what, of] = partsOf(field);
    const human = this.people.find(({ number }) => String(number) === of);
    const pick = this.picks.find(({ name }) => name === of);
    if (field === 'forwarding') this.forwarding = text;
    else if (field === 'owned') this.owned.text = text;
    else if (what === 'redirect' && pick) pick.redirect = text;
    else if (human) human[what] = text;
    this.reported = this.reported.filter(({ at }) => at !== field && at !== 'people');
    return this.host.changed();
  }

  /** The focus left a field: from now on its problem is shown, unless it was left empty. */
  leave(field, text) {
    if (text.trim()) this.left.add(field);
    this.host.changed();
  }

  addPerson() {
    if (this.people.length >= this.session.limits.personas) return;
    this.#made += 1;
    this.people.push(person(this.#made));
    this.say('person_added', { count: this.people.length });
    this.told();
    this.host.changed(`first_name-${this.#made}`);
  }

  /** One person less; the last one stays. */
  removePerson(number) {
    const index = this.people.findIndex((human) => human.number === number);
    if (index < 0 || this.people.length < 2) return;
    this.people.splice(index, 1);
    this.reported = this.reported.filter(({ at }) => at !== 'people' && partsOf(at)[1] !== String(number));
    this.say('person_removed', { count: index + 1 });
    this.told();
    this.host.changed(`first_name-${(this.people[index] ?? this.people.at(-1)).number}`);
  }

  /** The people as the server takes them. */
  get personas() {
    return this.people.map((human) => ({
      first_name: human.first_name.trim(),
      last_name: human.last_name.trim(),
      profile_picture_url: human.profile_picture_url.trim() || null,
    }));
  }

  /** The order as it is sent. */
  draft() {
    const draft = {
      domains: this.picks.map(({ name, redirect }) => {
        const url = redirect.trim();
        return url ? { domain: name, forwarding_url: url } : { domain: name };
      }),
      personas: this.personas,
    };
    if (this.forwarding.trim()) draft.forwarding_url = this.forwarding.trim();
    if (this.quote?.token) draft.quote = this.quote.token;
    return draft;
  }

  // What is kept of an unfinished order: nothing of a person

  get kept() {
    const { step, forwarding, picks } = this;
    return { step, forwarding, picks, job: this.owned.job?.id };
  }

  resume({ step, forwarding, picks, job }) {
    this.step = step === 'domains' ? 'domains' : 'people';
    this.forwarding = String(forwarding ?? '');
    this.picks = (picks ?? []).map(({ name, redirect }) => ({ name: String(name), redirect: String(redirect ?? '') }));
    if (job) this.lookAtJob(String(job));
  }
}

function person(number) {
  return { number, first_name: '', last_name: '', profile_picture_url: '' };
}
