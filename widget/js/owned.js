// Domains that the customer has already: connected by import, watched until their nameservers answer, then picked.

import { search } from './rules.js';

/** The shortest pause between looks, in seconds, whatever the server says. */
const SHORTEST_PAUSE = 2;
/** The longest pause that grows by itself, in seconds: nameservers take hours. */
const LONGEST_PAUSE = 60;
const IMPORT = '/v1/domains/import';
/** Where domains are given up by their names: upstream's answer to their import was lost, and it has no id yet. */
const RELEASE = '/v1/domains/claims/release';
/** What the customer has asked for, wherever that was. */
const CLAIMS = '/v1/domains/claims';
const OVER = ['completed', 'failed'];

/** The part of the picker that talks about owned domains; `picker` is the whole. */
export function owned(picker) {
  const { host } = picker;
  /** Counts the looks: an older timer is out of date. */
  let looks = 0;
  /** Seconds until the next look, as long as nothing changes, and what the last one saw. */
  let [pause, seen] = [SHORTEST_PAUSE, ''];

  /** Connects the names in the box. Entries that are no name stay in it, each with what is wrong. */
  function importOwned() {
    const { rows } = search(true, [], 0, picker.owned.text);
    const bad = rows.filter(([, , code]) => code);
    const names = rows.filter(([, , code]) => !code).map(([name]) => name);
    picker.owned.wrong = bad.map(([input, , code, message]) => ({ input, code, message }));
    if (!rows.length) picker.owned.wrong = [{ code: 'domain_empty' }];
    if (names.length) return work(() => call(IMPORT, { domains: names }));
    picker.owned.failure = null;
    return host.changed('owned');
  }

  /** Looks at the imports that are not over, now, one after the other. */
  function lookAtJobs() {
    const open = picker.owned.jobs.filter(isOpen);
    if (!open.length || picker.owned.isAsking) return undefined;
    if (picker.hidden) return later();
    return work(async () => {
      let wait = 0;
      for (const job of open) wait = Math.max(wait, (await call(pathOf(job), undefined, job)) ?? 0);
      return wait;
    });
  }

  /** Gives up a domain that is not connected: others may use it then. */
  function releaseOwned(name) {
    const job = [...picker.owned.jobs].reverse().find(({ domains }) => domains.some(({ domain }) => domain === name));
    if (!job || picker.owned.isAsking) return undefined;
    return work(() => call(job.id ? `${pathOf(job)}/release` : RELEASE, { domains: [name] }, job));
  }

  /** Something is asked, and then looked at again later. */
  async function work(asks) {
    looks += 1;
    Object.assign(picker.owned, { isAsking: true, failure: null });
    host.changed();
    const wait = await asks();
    picker.owned.isAsking = false;
    later(wait);
    host.changed();
  }

  /** One call about the import `job`, or for a new one; gives the milliseconds that the server wants to be left alone. */
  async function call(path, body, job) {
    const answer = await host.call(path, { body, group: 'import' });
    const { owned } = picker;
    if (picker.expired(answer)) return answer.wait;
    const news = answer.data;
    if (Array.isArray(news?.domains)) {
      keep(news, job);
      if (path === IMPORT) owned.text = owned.wrong.map(({ input }) => input).join('\n');
      await ask(news);
    } else {
      owned.failure = picker.failed(answer);
      if (answer.error?.code === 'too_many_open_claims') await showClaims();
      if (answer.status === 404) owned.jobs = owned.jobs.filter((other) => (job?.id ? other.id !== job.id : other !== job));
    }
    return answer.wait;
  }

  /** Too many domains wait: all of them are shown, also those of other pages, so that some can be released. */
  async function showClaims() {
    const { data } = await host.call(CLAIMS, { group: 'owned' });
    if (!Array.isArray(data)) return;
    const shown = new Set(ownedRows().map(({ domain }) => domain));
    for (const { domain, import: id } of data.filter((claim) => !shown.has(claim.domain))) {
      const isSame = (job) => (id ? job.id === id : !job.id && isOpen(job));
      const rows = [{ domain: String(domain), status: 'in_progress' }];
      const job = picker.owned.jobs.find(isSame);
      if (job) job.domains = [...job.domains, ...rows];
      else picker.owned.jobs.push({ id: id ?? null, status: 'in_progress', domains: rows });
    }
  }

  /** What the server says of `job` now. One without an id began with nothing, and says why, or its id is not known yet. */
  function keep(news, job) {
    const { jobs } = picker.owned;
    const isSame = (other) => (news.id ? other.id === news.id : other === job);
    // An answer about some domains of a job without an id leaves the others as they are.
    const rest = job && !job.id ? job.domains.filter(({ domain }) => !news.domains.some((row) => row.domain === domain)) : [];
    const domains = [...rest, ...news.domains];
    if (!jobs.some(isSame)) jobs.push({ ...news, domains });
    else jobs[jobs.findIndex(isSame)] = news.id ? news : { ...news, domains };
    // Its id is known now.
    if (job && !job.id && news.id) picker.owned.jobs = jobs.filter((other) => other !== job);
  }

  /** Names that became usable are asked about, so that they can be picked. */
  async function ask({ domains }) {
    const done = domains.filter(({ status }) => status === 'completed').map(({ domain }) => domain);
    const isUsable = (name) => picker.row(name)?.owned && picker.row(name).available;
    const names = done.filter((name) => !isUsable(name)).slice(0, picker.session.limits.availability_names);
    if (!names.length) return;
    const answer = await host.call('/v1/domains/availability', { body: { domains: names }, group: 'owned' });
    if (answer.data) picker.learn(names, answer);
  }

  /** The next look, as long as something may change. */
  function later(wait = 0) {
    const open = picker.owned.jobs.filter(isOpen);
    if (!open.length) return;
    looks += 1;
    const mine = looks;
    const now = JSON.stringify(open);
    pause = now === seen ? Math.min(pause * 1.5, LONGEST_PAUSE) : SHORTEST_PAUSE;
    seen = now;
    const asked = Math.min(...open.map(({ poll_after_seconds: seconds }) => Number(seconds) || 0));
    host.after(Math.max(Math.max(asked, pause) * 1_000, wait), () => mine === looks && lookAtJobs());
  }

  /** What is known of each domain: what the newest import of it says. */
  function ownedRows() {
    const rows = picker.owned.jobs.flatMap(({ domains }) => domains);
    return [...new Map(rows.map((row) => [row.domain, row])).values()];
  }

  /** What is kept of the imports: the id, or the open domains as long as there is none. */
  function keptJobs() {
    return picker.owned.jobs.filter((job) => job.id || isOpen(job)).map(({ id, domains }) => id ?? domains.filter(({ status }) => !OVER.includes(status)).map(({ domain }) => domain));
  }

  function resumeJobs(kept) {
    const waiting = (names) => ({ id: null, status: 'in_progress', domains: names.map((name) => ({ domain: String(name), status: 'in_progress' })) });
    picker.owned.jobs = kept.map((entry) => (Array.isArray(entry) ? waiting(entry) : { id: String(entry), domains: [] }));
    if (picker.owned.jobs.length) lookAtJobs();
  }

  return {
    /**
     * `text` of the box and what is `wrong` with its entries, the `jobs` as the server described them, whether one
     * `isAsking`, and the newest `failure`.
     */
    owned: { text: '', wrong: [], jobs: [], isAsking: false },
    importOwned,
    lookAtJobs,
    releaseOwned,
    keptJobs,
    resumeJobs,
    ownedRows,
  };
}

/** Whether something may change yet. One of which only the id was kept is to be looked at. */
function isOpen({ id, status, domains }) {
  const isOver = (word) => OVER.includes(word);
  return id ? !(status && [status, ...domains.map((row) => row.status)].every(isOver)) : !domains.every((row) => isOver(row.status));
}

/** Where `job` is found: by its id, or by its domains as long as that is not known. */
function pathOf({ id, domains }) {
  if (id) return `${IMPORT}/${encodeURIComponent(id)}`;
  // An address has to stay short; the server finds the others of the same import by these.
  const open = domains.filter(({ status }) => !OVER.includes(status)).slice(0, 50);
  return `${IMPORT}?domains=${open.map(({ domain }) => encodeURIComponent(domain)).join(',')}`;
}
