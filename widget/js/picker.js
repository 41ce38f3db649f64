// What the customer filled in, and what became of it. Judging is the rules', drawing is the view's, calling is the
// host's; here is what changes when something happens.

import { owned } from './owned.js';
import { placing } from './placing.js';
import { checkPicks, checkRedirect, fit, solveSplit } from './rules.js';
import { partsOf, steps } from './steps.js';
import { orders } from './orders.js';
import { quotes } from './quotes.js';
import { earlier } from './earlier.js';
import { doubt } from './doubt.js';
import { names } from './names.js';

export class Picker {
  phase = 'loading';
  step = 'domains';
  session = null;
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
    Object.assign(this, names(this), steps(this), quotes(this), orders(this), placing(this), earlier(this), doubt(this), owned(this));
  }

  /** Another customer or another plan: nothing of what was filled in belongs to it. */
  startOver() {
    const { host, session, hidden } = this;
    host.stop();
    Object.assign(this, new Picker(host), { session, hidden });
    this.#takeParts();
  }

  get required() {
    return this.session?.plan?.required_domains ?? { google: 0, microsoft: 0, total: 0 };
  }

  say(word, about = {}) {
    this.said = [word, about];
  }

  /**
   * A message at the top: its code is what it is translated by, its words are for codes without a translation. One that
   * `isAlone` says nothing of the form.
   */
  notify(code, more = {}) {
    this.notice = { code, ...more };
    this.host.changed('troubles');
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
    const picked = new Set(this.picks.map(({ name }) => name));
    const shown = this.query.rows.map(([name]) => name).filter((name) => !picked.has(name));
    const free = shown.filter((name) => this.row(name)?.available);
    const as = (keep) => (name) => {
      const { price_cents, usable_for = [], available } = this.row(name) ?? {};
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

  /** What the server refused cannot be had any more, whatever it said of it before. */
  learnGone(findings) {
    for (const { code, field = '' } of findings) {
      const [, index] = /^domains\[(\d+)\]/.exec(field) ?? [];
      const { name } = this.picks[index] ?? {};
      const reason = { domain_unavailable: 'taken', domain_not_connected: 'not_connected', domain_in_use: 'in_use' }[code];
      if (name && reason) this.known.set(name, { ...this.row(name), domain: name, available: false, reason });
    }
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
    const [what, of] = partsOf(field);
    const pick = what === 'redirect' && this.picks.find(({ name }) => name === of);
    const human = what === 'profile_picture_url' && this.people.find(({ number }) => String(number) === of);
    if (field === 'forwarding') this.forwarding = this.completed(this.forwarding);
    else if (pick) pick.redirect = this.completed(pick.redirect);
    else if (human) human[what] = this.completed(text, []);
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
      profile_picture_url: this.completed(human.profile_picture_url, []) || null,
    }));
  }

  /** A web address as it is sent, with the scheme that was left out; what is wrong stays as typed. */
  completed(typed, names = this.picks.map(({ name }) => name)) {
    const { ok, url } = checkRedirect(typed, names);
    return ok ? url : typed.trim();
  }

  /** The order as it is sent. */
  draft() {
    const draft = {
      domains: this.picks.map(({ name, redirect }) => {
        const url = this.completed(redirect);
        return url ? { domain: name, forwarding_url: url } : { domain: name };
      }),
      personas: this.personas,
    };
    const forwarding = this.completed(this.forwarding);
    if (forwarding) draft.forwarding_url = forwarding;
    if (this.quote?.token) draft.quote = this.quote.token;
    return draft;
  }

  // What is kept of an unfinished order: nothing of a person

  get kept() {
    const { step, forwarding, picks } = this;
    return { step, forwarding, picks, jobs: this.keptJobs() };
  }

  resume({ step, forwarding, picks, jobs }) {
    this.step = step === 'domains' ? 'domains' : 'people';
    this.forwarding = String(forwarding ?? '');
    this.picks = (picks ?? []).map(({ name, redirect }) => ({ name: String(name), redirect: String(redirect ?? '') }));
    this.resumeJobs(Array.isArray(jobs) ? jobs : []);
  }
}

function person(number) {
  return { number, first_name: '', last_name: '', profile_picture_url: '' };
}
