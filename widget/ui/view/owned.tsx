// Domains that the customer has already: a box to name them, the nameservers to set, and the state of each.

import type { ImportJob, ImportRow } from '../client.js';
import { noticeOf } from '../form/notice.js';
import { isAvailable, isPicked, rowOf } from '../form/picks.js';
import { Button, Copy, explained, Icon, Name, ProblemText, typing } from './pieces.js';
import type { Scene } from './scene.js';
import { Unfolding } from './unfolding.js';

const LOOKS: Record<string, string> = { completed: ' good', failed: ' bad', action_required: ' warn' };

export function OwnedDomains({ scene }: { scene: Scene }) {
  const { act, say, state } = scene;
  const { jobs, rows, is_asking: isAsking } = state.owned;
  const waiting = new Set(rows.filter(isWaiting).map(({ domain }) => domain));
  return (
    <Unfolding class="owned" isDue={waiting.size > 0} onOpen={act.seeOwned}>
      <summary class="subtitle">
        {say.say('owned_title')}
        {waiting.size > 0 && <span class="tally"> {say.say('owned_waiting', { count: waiting.size })}</span>}
      </summary>
      <OwnedBox scene={scene} />
      {rows.length > 0 && (
        <>
          {nameserversOf(jobs, waiting).map((group) => (
            <Nameservers key={group.nameservers.join()} scene={scene} {...group} />
          ))}
          <div class="results-head">
            <h3 class="subtitle" id="owned-list">
              {say.say('owned_list')}
            </h3>
            {waiting.size > 0 && (
              <Button look="link" isOff={isAsking} onClick={act.lookAtImports}>
                {say.say('look_now')}
              </Button>
            )}
          </div>
          <ul class="rows" aria-labelledby="owned-list">
            {rows.map((row) => (
              <OwnedRow key={row.domain} scene={scene} of={row} />
            ))}
          </ul>
        </>
      )}
    </Unfolding>
  );
}

function OwnedBox({ scene: { act, form, say, state } }: { scene: Scene }) {
  const { is_asking: isAsking, problem } = state.owned;
  const wrong = form.owned.wrong.map((finding) => (finding.domain ? `${finding.domain}: ` : '') + say.explain(finding));
  const problems = problem ? [...wrong, explained(say, noticeOf(problem))] : wrong;
  return (
    <div class="field">
      <label class="label" part="label" for="owned">
        {say.say('owned_label')}
      </label>
      <textarea
        class="input"
        part="input"
        id="owned"
        data-field="owned"
        rows={2}
        value={form.owned.text}
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={problems.length ? 'owned-problem owned-hint' : 'owned-hint'}
        aria-invalid={problems.length > 0}
        {...typing('owned', act)}
      />
      {problems.length > 0 && (
        <div id="owned-problem">
          {problems.map((words) => (
            <ProblemText key={words}>{words}</ProblemText>
          ))}
        </div>
      )}
      <p class="hint" id="owned-hint">
        {say.say('owned_hint')}
      </p>
      <Button look="secondary" isOff={isAsking} onClick={act.importOwned}>
        {say.say('connect')}
      </Button>
    </div>
  );
}

interface Group {
  nameservers: string[];
  domains: string[];
}

function Nameservers({ scene, nameservers, domains }: { scene: Scene } & Group) {
  const { say } = scene;
  return (
    <div class="note">
      <p>{say.say('nameservers')}</p>
      <ul class="plain">
        {nameservers.map((name) => (
          <li class="copied" key={name}>
            <code>{name}</code>
            <Copy scene={scene} text={name} />
          </li>
        ))}
      </ul>
      <p class="hint wrap">{say.say('nameservers_for', { names: domains.join(', ') })}</p>
    </div>
  );
}

/** The nameservers that are still to be set, each set of them once, with the domains that wait for it. */
function nameserversOf(jobs: readonly ImportJob[], waiting: ReadonlySet<string>): Group[] {
  const groups = new Map<string, Group>();
  for (const { nameservers, domains } of jobs.flatMap(({ view }) => view?.nameserver_groups ?? [])) {
    const known = groups.get(nameservers.join())?.domains ?? [];
    const all = new Set([...known, ...domains.filter((name) => waiting.has(name))]);
    groups.set(nameservers.join(), { nameservers, domains: [...all] });
  }
  return [...groups.values()].filter(({ domains }) => domains.length);
}

const isWaiting = ({ status }: ImportRow) => status !== 'completed' && status !== 'failed';

function OwnedRow({ scene, of }: { scene: Scene; of: ImportRow }) {
  const { act, form, row, say, state } = scene;
  const { domain, status } = of;
  const isTicked = isPicked(form.picks, domain);
  const label = say.say(isTicked ? 'added_mark' : 'add');
  return (
    <li class="row">
      <span class="row-name">
        <Name>{domain}</Name>
      </span>
      <span class={`row-note state${LOOKS[status] ?? ''}`}>
        {[say.name('import', status), why(scene, of)].filter(Boolean).join(': ')}
      </span>
      {isWaiting(of) && (
        <Button
          look="link"
          isOff={state.owned.is_asking}
          aria-label={`${say.say('release')} ${domain}`}
          onClick={() => act.release(domain)}
        >
          {say.say('release')}
        </Button>
      )}
      {(isTicked || isAvailable(row(domain))) && (
        <button
          type="button"
          class="button small"
          part="button button-add"
          data-on={isTicked ? '' : undefined}
          aria-pressed={isTicked}
          aria-label={`${label} ${domain}`}
          onClick={() => act.toggle(domain)}
        >
          <Icon name={isTicked ? 'check' : 'plus'} />
          <span>{label}</span>
        </button>
      )}
    </li>
  );
}

/** Why a domain is not connected, or cannot be picked though it is. */
function why({ row, say }: Scene, { domain, status, reason, message }: ImportRow): string | undefined {
  // Connected, and on an order: only the check of the name says so.
  if (status === 'completed' && rowOf(row(domain))?.reason === 'in_use') return say.say('reason_in_use');
  if (reason === 'taken') return say.say('owned_taken');
  return reason ? (say.known(`reason_${reason}`) ?? message ?? say.name('reason', reason)) : undefined;
}
