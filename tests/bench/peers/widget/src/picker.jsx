// The picker as one would write it with Preact: search or paste, pick, people, review, order, status.

import { render } from 'preact';
import { useEffect, useReducer, useRef } from 'preact/hooks';
import isEmail from 'validator/es/lib/isEmail';
import isURL from 'validator/es/lib/isURL';
import { Api } from './api.mjs';
import { validate } from './validate.mjs';
import './picker.css';

const PAUSE = 350;
const POLL = 3_000;
const WORDS = ['', 'get', 'try', 'team', 'go', 'use', 'hello', 'mail'];
const money = (cents) => new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(cents / 100);

const start = { step: 'pick', text: '', session: null, rows: [], picks: [], people: [{ first: '', last: '' }], url: '' };

function reduce(state, { type, ...change }) {
  switch (type) {
    case 'set':
      return { ...state, ...change };
    case 'pick': {
      const rest = state.picks.filter((pick) => pick.domain !== change.row.domain);
      return { ...state, picks: rest.length < state.picks.length ? rest : [...rest, { ...change.row, provider: 'google' }] };
    }
    case 'provider':
      return { ...state, picks: state.picks.map((p) => (p.domain === change.domain ? { ...p, provider: change.provider } : p)) };
    case 'person':
      return { ...state, people: state.people.map((p, i) => (i === change.index ? { ...p, ...change.person } : p)) };
    case 'more':
      return { ...state, people: [...state.people, { first: '', last: '' }] };
    default:
      return state;
  }
}

function candidates(text, tlds) {
  const typed = text.split(/[\s,;]+/).filter(Boolean);
  if (typed.some((word) => word.includes('.'))) return typed.map((input) => ({ input, ...validate(input) }));
  const stem = typed.join('').replace(/[^a-z0-9-]/gi, '').toLowerCase();
  if (stem.length < 2) return [];
  return WORDS.flatMap((word) => tlds.map((tld) => ({ ok: true, domain: `${word}${stem}.${tld}` })));
}

function lacking(picks, required) {
  const of = (provider) => picks.filter((pick) => pick.provider === provider).length;
  return Object.entries({ google: required.google, microsoft: required.microsoft })
    .filter(([provider, count]) => of(provider) !== count)
    .map(([provider, count]) => `${of(provider)} of ${count} ${provider} domains`);
}

function Picker({ endpoint, token }) {
  const [state, dispatch] = useReducer(reduce, start);
  const api = useRef(new Api(endpoint, token)).current;
  const set = (change) => dispatch({ type: 'set', ...change });
  const attempt = (work) => work().catch((error) => set({ problem: error.message, busy: false }));

  useEffect(() => {
    attempt(async () => set({ session: await api.session() }));
  }, []);

  useEffect(() => {
    if (!state.session) return undefined;
    const checked = candidates(state.text, state.session.tlds);
    set({ checked });
    const names = checked.filter((name) => name.ok).map((name) => name.domain);
    if (names.length === 0) return undefined;
    const timer = setTimeout(
      () => attempt(async () => set({ rows: (await api.availability(names.slice(0, 200))).domains, problem: null })),
      PAUSE,
    );
    return () => clearTimeout(timer);
  }, [state.text, state.session]);

  useEffect(() => {
    if (!state.order || state.order.final) return undefined;
    const timer = setInterval(() => attempt(async () => set({ order: await api.status(state.order.id) })), POLL);
    return () => clearInterval(timer);
  }, [state.order]);

  if (!state.session) return <p role="status">{state.problem ?? 'Loading…'}</p>;
  const steps = { pick: Pick, people: People, review: Review, status: Status };
  const Step = steps[state.step];
  return (
    <div class="picker">
      {state.problem && <p role="alert">{state.problem}</p>}
      <Step state={state} dispatch={dispatch} set={set} api={api} attempt={attempt} />
    </div>
  );
}

function Pick({ state, dispatch, set }) {
  const { required_domains: required } = state.session.plan;
  const missing = lacking(state.picks, required);
  const picked = new Set(state.picks.map((pick) => pick.domain));
  return (
    <section>
      <h2>Pick {required.total} domains</h2>
      <label>
        Company name or domains
        <textarea value={state.text} onInput={(event) => set({ text: event.currentTarget.value })} />
      </label>
      {(state.checked ?? []).filter((name) => !name.ok).map((name) => (
        <p key={name.input} class="wrong">{name.input}: {name.message}</p>
      ))}
      <ul>
        {state.rows.map((row) => (
          <li key={row.domain}>
            <label>
              <input
                type="checkbox"
                disabled={!row.available || (!picked.has(row.domain) && picked.size >= required.total)}
                checked={picked.has(row.domain)}
                onChange={() => dispatch({ type: 'pick', row })}
              />
              {row.domain}
            </label>
            <span>{row.available ? `${money(row.price_cents)} a year, then ${money(row.renewal_cents)}` : row.reason}</span>
          </li>
        ))}
      </ul>
      <h3>Picked ({state.picks.length} of {required.total})</h3>
      <ul>
        {state.picks.map((pick) => (
          <li key={pick.domain}>
            {pick.domain}
            <select value={pick.provider} onChange={(event) => dispatch({ type: 'provider', domain: pick.domain, provider: event.currentTarget.value })}>
              <option value="google">Google</option>
              <option value="microsoft">Microsoft</option>
            </select>
            <button type="button" onClick={() => dispatch({ type: 'pick', row: pick })}>Remove</button>
          </li>
        ))}
      </ul>
      <p role="status">{missing.join(', ')}</p>
      <button type="button" disabled={missing.length > 0} onClick={() => set({ step: 'people' })}>Continue</button>
    </section>
  );
}

function People({ state, dispatch, set }) {
  const named = state.people.every(({ first, last }) => first.trim() && last.trim() && !isEmail(first) && !isEmail(last));
  const reachable = state.url === '' || isURL(state.url, { protocols: ['https', 'http'], require_protocol: true });
  return (
    <section>
      <h2>Who is sending?</h2>
      {state.people.map((person, index) => (
        <fieldset key={index}>
          <label>First name <input value={person.first} onInput={(event) => dispatch({ type: 'person', index, person: { first: event.currentTarget.value } })} /></label>
          <label>Last name <input value={person.last} onInput={(event) => dispatch({ type: 'person', index, person: { last: event.currentTarget.value } })} /></label>
        </fieldset>
      ))}
      <button type="button" onClick={() => dispatch({ type: 'more' })}>Add a person</button>
      <label>Redirect visitors to <input value={state.url} onInput={(event) => set({ url: event.currentTarget.value })} /></label>
      {!reachable && <p class="wrong">This is not a web address.</p>}
      <button type="button" onClick={() => set({ step: 'pick' })}>Back</button>
      <button type="button" disabled={!named || !reachable} onClick={() => set({ step: 'review' })}>Continue</button>
    </section>
  );
}

function Review({ state, set, api, attempt }) {
  const total = state.picks.reduce((sum, pick) => sum + pick.price_cents, 0);
  const place = () =>
    attempt(async () => {
      set({ busy: true });
      const order = await api.order({
        domains: state.picks.map(({ domain, provider }) => ({ domain, provider })),
        personas: state.people.map(({ first, last }) => ({ first_name: first, last_name: last, profile_picture_url: null })),
        forwarding_url: state.url || undefined,
      });
      set({ order, step: 'status', busy: false });
    });
  return (
    <section>
      <h2>Review your order</h2>
      <table>
        {state.picks.map((pick) => (
          <tr key={pick.domain}><td>{pick.domain}</td><td>{pick.provider}</td><td>{money(pick.price_cents)}</td></tr>
        ))}
        <tr><td>Total</td><td /><td>{money(total)}</td></tr>
      </table>
      <button type="button" onClick={() => set({ step: 'people' })}>Back</button>
      <button type="button" disabled={state.busy} onClick={place}>Place order</button>
    </section>
  );
}

function Status({ state }) {
  const { order } = state;
  return (
    <section>
      <h2 role="status">{order.status.replace('_', ' ')}</h2>
      <ul>{(order.domains ?? []).map((row) => <li key={row.domain}>{row.domain}: {row.status}</li>)}</ul>
      <ol>{(order.timeline ?? []).map((entry) => <li key={entry.event_id}>{entry.type} {entry.at}</li>)}</ol>
    </section>
  );
}

class PreactCheckout extends HTMLElement {
  connectedCallback() {
    render(<Picker endpoint={this.getAttribute('endpoint')} token={this.getAttribute('session')} />, this);
  }

  disconnectedCallback() {
    render(null, this);
  }
}

customElements.define('preact-checkout', PreactCheckout);
