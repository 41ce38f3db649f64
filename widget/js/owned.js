// Domains that the customer has already: connected by import, watched until their nameservers answer, then picked.

import { search } from './rules.js';

/** The shortest pause between looks, in seconds, whatever the server says. */
const SHORTEST_PAUSE = 2;
/** The longest pause that grows by itself, in seconds: nameservers take hours. */
const LONGEST_PAUSE = 60;
const IMPORT = '/v1/domains/import';
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
    if (names.length) return call(IMPORT, { domains: names });
    picker.owned.failure = null;
    return host.changed('owned');
  }

  /** Looks at an import, now. */
  function lookAtJob(id = picker.owned.job?.id) {
    if (!id || picker.owned.isAsking) return undefined;
    if (picker.hidden) return later();
    return call(`${IMPORT}/${encodeURIComponent(id)}`);
  }

  /** Gives up a domain that is not connected: others may use it then. */
  function releaseOwned(name) {
    const id = picker.owned.job?.id;
    if (!id || picker.owned.isAsking) return undefined;
    return call(`${IMPORT}/${encodeURIComponent(id)}/release`, { domains: [name] });
  }

  async function call(path, body) {
    looks += 1;
    Object.assign(picker.owned, { isAsking: true, failure: null });
    host.changed();
    const answer = await host.call(path, { body, group: 'import' });
    picker.owned.isAsking = false;
    if (picker.expired(answer)) return;
    if (answer.data?.id) {
      picker.owned.job = answer.data;
      if (path === IMPORT) picker.owned.text = picker.owned.wrong.map(({ input }) => input).join('\n');
      await ask();
    } else {
      picker.owned.failure = picker.failed(answer);
      if (answer.status === 404) picker.owned.job = undefined;
    }
    later(answer.wait);
    host.changed();
  }

  /** Names that became usable are asked about, so that they can be picked. */
  async function ask() {
    const done = picker.owned.job.domains.filter(({ status }) => status === 'completed').map(({ domain }) => domain);
    const names = done.filter((name) => !picker.row(name)?.owned).slice(0, picker.session.limits.availability_names);
    if (!names.length) return;
    const answer = await host.call('/v1/domains/availability', { body: { domains: names }, group: 'owned' });
    if (answer.data) picker.learn(names, answer);
  }

  /** The next look, as long as something may change. */
  function later(wait = 0) {
    const { job } = picker.owned;
    if (!job || [job, ...job.domains].every(({ status }) => OVER.includes(status))) return;
    looks += 1;
    const mine = looks;
    const now = JSON.stringify(job);
    pause = now === seen ? Math.min(pause * 1.5, LONGEST_PAUSE) : SHORTEST_PAUSE;
    seen = now;
    const seconds = Math.max(Number(job.poll_after_seconds) || 0, pause);
    host.after(Math.max(seconds * 1_000, wait), () => mine === looks && lookAtJob());
  }

  return {
    /**
     * `text` of the box and what is `wrong` with its entries, the `job` as the server described it, whether one
     * `isAsking`, and the newest `failure`.
     */
    owned: { text: '', wrong: [], isAsking: false },
    importOwned,
    lookAtJob,
    releaseOwned,
  };
}
