// The card: header with the steps, the step that the customer is on, and the states without a form.

import type { ComponentChildren } from 'preact';
import { noticeOf } from '../form/notice.js';
import { planPrice } from '../form/price.js';
import { STEPS } from '../form/state.js';
import type { WordKey } from '../words/locale.js';
import type { Speech } from '../words/speech.js';
import { DomainsStep } from './domains.js';
import { LiveRegion } from './live_region.js';
import { OrderCard } from './order.js';
import { OrderAgain, OrdersCard } from './orders.js';
import { PeopleStep } from './people.js';
import { Alert, Bar, Button, explained, Icon, Title, whenOff } from './pieces.js';
import { ReviewStep } from './review.js';
import type { Scene } from './scene.js';

const STEP_VIEWS = { domains: DomainsStep, people: PeopleStep, review: ReviewStep };

/** Codes of sessions that could not be opened, with words of their own; others are explained by `session_claims`. */
const SESSION_CODES = ['session_claims', 'session_audience', 'origin_not_allowed', 'not_set_up'];

export function Card({ scene }: { scene: Scene }) {
  return (
    <>
      <LiveRegion scene={scene} />
      <Current scene={scene} />
    </>
  );
}

function Current({ scene }: { scene: Scene }) {
  const { say, form } = scene;
  switch (scene.screen) {
    case 'loading':
      return <Skeleton say={say} />;
    case 'failed':
      return <FailedSession scene={scene} />;
    case 'expired':
      return <ExpiredSession scene={scene} />;
    case 'doubt':
      return (
        <Section say={say} key="doubt">
          <Doubt scene={scene} />
        </Section>
      );
    case 'orders':
      return (
        <Section say={say} key="orders">
          <OrdersCard scene={scene} />
        </Section>
      );
    case 'order':
      return (
        <Section say={say} key="order">
          <OrderCard scene={scene} />
        </Section>
      );
    case 'form': {
      const StepView = STEP_VIEWS[form.step];
      return (
        <Section say={say} key="form">
          <Header scene={scene} />
          <StepView scene={scene} />
        </Section>
      );
    }
  }
}

function Section({ say, children }: { say: Speech; children: ComponentChildren }) {
  return (
    <section class="card" part="card" aria-label={say.say('checkout')}>
      {children}
    </section>
  );
}

function Header({ scene }: { scene: Scene }) {
  const { act, isBusy, say, state, view } = scene;
  const { rows, placing } = state.orders;
  const plan = view?.plan;
  const required = plan?.required_domains ?? { google: 0, microsoft: 0, total: 0 };
  const split = [
    { name: 'Google', count: required.google },
    { name: 'Microsoft', count: required.microsoft },
  ].filter(({ count }) => count);
  const words = split.map(({ name, count }) => `${say.number(count)} ${name}`).join(' + ');
  return (
    <header class="header" part="header">
      <div>
        <p class="plan-name">
          <bdi>{plan?.name}</bdi>
        </p>
        <p class="plan-split">
          {say.say('plan', { split: words, count: required.total })}
          <PlanRate scene={scene} />
          {placing > 0 && ` · ${say.say('orders_placing')}`}
          {(rows.length > 0 || placing > 0) && (
            <>
              {' · '}
              <Button look="link" isOff={isBusy} onClick={act.listOrders}>
                {say.say('earlier_orders')}
              </Button>
            </>
          )}
        </p>
      </div>
      <Steps scene={scene} />
    </header>
  );
}

/** What the plan costs for each of its periods, where it has a price. */
function PlanRate({ scene: { say, view } }: { scene: Scene }) {
  const plan = planPrice(view);
  if (!plan) return null;
  const price = say.money(plan.price_cents, view?.pricing?.currency);
  return <>{` · ${say.say(plan.per === 'year' ? 'plan_rate_year' : 'plan_rate_month', { price })}`}</>;
}

function Steps({ scene: { act, form, isBusy, say } }: { scene: Scene }) {
  const now = STEPS.indexOf(form.step);
  return (
    <nav part="steps" aria-label={say.say('steps')}>
      <ol class="steps">
        {STEPS.map((step, index) => (
          <li key={step}>
            <button
              type="button"
              class="step"
              aria-current={index === now ? 'step' : undefined}
              data-done={index < now ? '' : undefined}
              {...whenOff(isBusy, () => act.go(step))}
            >
              <span class="step-mark" aria-hidden="true">
                {index < now ? <Icon name="check" /> : say.number(index + 1)}
              </span>
              <span class="step-name">{say.say(step)}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The card while the session is read, as high as the form will be. */
export function Skeleton({ say }: { say: Speech }) {
  return (
    <section class="card" part="card" aria-label={say.say('checkout')} aria-busy="true" key="loading">
      <p class="unseen">{say.say('loading')}</p>
      <div class="bone bone-short" />
      <div class="bone bone-title" />
      <div class="bone bone-input" />
      <div class="bone bone-row" />
      <div class="bone bone-row" />
      <div class="bone bone-row" />
      <div class="bone bone-row" />
    </section>
  );
}

function FailedSession({ scene }: { scene: Scene }) {
  const { act, say, state } = scene;
  const { session } = state;
  if (session.state !== 'failed') return null;
  const notice = noticeOf(session.problem);
  const isKnown = !session.is_final || SESSION_CODES.includes(notice.code);
  return (
    <Section say={say} key="failed">
      <div class="message">
        <Title>{say.say('stuck')}</Title>
        <p role="alert">{explained(say, isKnown ? notice : { ...notice, code: 'session_claims' })}</p>
        <Sent scene={scene} />
        {!session.is_final && (
          <Button look="primary" onClick={act.reload}>
            {say.say('try_again')}
          </Button>
        )}
        <slot name="fallback" />
      </div>
    </Section>
  );
}

function ExpiredSession({ scene }: { scene: Scene }) {
  const { act, say } = scene;
  return (
    <Section say={say} key="expired">
      <div class="message">
        <Title>{say.say('session_over')}</Title>
        <slot name="expired">
          <p>{say.say('session_over_text')}</p>
        </slot>
        <Sent scene={scene} isEnd />
        <Button look="primary" onClick={act.reload}>
          {say.say('try_again')}
        </Button>
      </div>
    </Section>
  );
}

/** What became of an order that was sent in a session that is over, or that there was none. */
function Sent({ scene: { say, state, view }, isEnd = false }: { scene: Scene; isEnd?: boolean }) {
  const { order } = state;
  if (order.state === 'doubt' || order.state === 'unconfirmed') return <p role="alert">{say.say('maybe_placed')}</p>;
  return isEnd && view?.plan && order.state === 'none' ? <p>{say.say('nothing_ordered')}</p> : null;
}

/** Whether an order was placed is not known: it is being looked for, and the customer can look, too. */
function Doubt({ scene }: { scene: Scene }) {
  const { act, say, state } = scene;
  const { order, orders } = state;
  const hasLooked = order.state === 'doubt' && order.has_looked;
  return (
    <div class="body">
      <Title>{say.say('doubt_title')}</Title>
      <Alert heading={say.say('order_in_doubt')} />
      {orders.placing > 0 && <p class="note">{say.say('orders_placing')}</p>}
      <Bar aria-label={say.say('doubt_title')} />
      <p>
        <Button look={hasLooked ? 'link' : 'primary'} onClick={act.listOrders}>
          {say.say('earlier_orders')}
        </Button>
      </p>
      <OrderAgain scene={scene} />
    </div>
  );
}

interface BrokenProps {
  say: Speech;
  failure: 'not_loaded' | 'wasm_unavailable' | 'checkout_stopped';
  tryAgain: () => void;
}

/** The module did not arrive, cannot run, or has stopped: what can be done, and what the page offers instead. */
export function Broken({ say, failure, tryAgain }: BrokenProps) {
  const text: WordKey = `${failure}_text`;
  return (
    <Section say={say} key="broken">
      <div class="message" role="alert">
        <Title>{say.say(failure)}</Title>
        <p>{say.say(text)}</p>
        {failure === 'not_loaded' && (
          <Button look="primary" onClick={tryAgain}>
            {say.say('try_again')}
          </Button>
        )}
        <slot name="fallback" />
      </div>
    </Section>
  );
}
