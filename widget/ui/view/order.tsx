// The order after it was placed: how far it is, domain by domain, what has to be done, what happened.

import type { OrderDomain, OrderView, PendingAction, PlacedOrder } from '../client.js';
import { isEnding, nextDate } from '../form/price.js';
import type { WordKey } from '../words/locale.js';
import type { Speech } from '../words/speech.js';
import { Inboxes } from './inboxes.js';
import { restMark, ShowAll, shownOf } from './long_list.js';
import { Bar, Button, Icon, type IconName, Name, Noticed, Title } from './pieces.js';
import type { Scene } from './scene.js';

const MARKS: Record<string, [look: string, icon: IconName]> = {
  completed: [' good', 'check'],
  action_required: [' warn', 'alert'],
  failed: [' bad', 'cross'],
  cancel_scheduled: ['', 'cross'],
  cancelled: ['', 'cross'],
};
const LOOKS: Record<string, string> = {
  connected: ' good',
  action_required: ' warn',
  failed: ' bad',
  cancelled: ' bad',
};
const CONNECTED = ['connected', 'completed', 'active'];
const LOST = ['failed', 'cancelled'];
/** Domains, entries of the timeline and things to do that are drawn at first. */
const [MOST_DOMAINS, MOST_EVENTS, MOST_ACTIONS] = [50, 20, 20];

export function OrderCard({ scene }: { scene: Scene }) {
  const { act, say, state, view } = scene;
  const { order, orders } = state;
  const placed = order.state === 'placed' ? order : undefined;
  const isVisit = placed && !placed.is_own;
  const hasOthers = orders.rows.some(({ id }) => id !== placed?.id);
  return (
    <div class="body">
      {(isVisit || hasOthers || !view?.plan) && (
        <p>
          <Button look="link" onClick={act.listOrders}>
            {say.say('all_orders')}
          </Button>
        </p>
      )}
      <Noticed {...scene} />
      {placed ? (
        <Placed scene={scene} placed={placed} />
      ) : (
        <Waiting say={say} title="order_placing" text="order_placing_text" />
      )}
    </div>
  );
}

function Waiting({ say, title, text }: { say: Speech; title: WordKey; text?: WordKey }) {
  return (
    <>
      <Title>{say.say(title)}</Title>
      {text && <p class="lead">{say.say(text)}</p>}
      <Bar aria-label={say.say(text && title !== 'order_placing' ? text : title)} />
    </>
  );
}

function Placed({ scene, placed }: { scene: Scene; placed: PlacedOrder }) {
  const { say } = scene;
  const { order, is_stale: isStale } = placed;
  if (order) return <Record scene={scene} placed={placed} order={order} />;
  return (
    <>
      {placed.is_own ? (
        <Waiting say={say} title="order_fresh" text="order_fresh_text" />
      ) : (
        <Waiting say={say} title="order_reading" />
      )}
      {isStale && <p class="note">{say.say('lost')}</p>}
      <Facts scene={scene} of={{ ...placed.receipt, id: placed.id, status: placed.status }} />
    </>
  );
}

function Record({ scene, placed, order }: { scene: Scene; placed: PlacedOrder; order: OrderView }) {
  const { say } = scene;
  const [look, icon] = MARKS[order.status] ?? [' busy', 'clock'];
  const heading = say.known(`status_${order.status}`) ?? say.say('status_other');
  return (
    <>
      <div class="status-head">
        <span class={`mark${look}`}>
          <Icon name={icon} />
        </span>
        <div>
          <Title>{heading}</Title>
          <p class="lead">{say.known(`status_${order.status}_text`) ?? say.name('status', order.status)}</p>
        </div>
      </div>
      {placed.is_stale && <p class="note">{say.say('lost')}</p>}
      <ToDo scene={scene} order={order} />
      <Progress say={say} order={order} />
      <Domains scene={scene} order={order} />
      <Inboxes scene={scene} inboxes={order.inboxes} />
      <Timeline scene={scene} order={order} />
      <Facts scene={scene} of={{ ...placed.receipt, ...order }} />
    </>
  );
}

function ToDo({ scene, order }: { scene: Scene; order: OrderView }) {
  const { say } = scene;
  const all = order.pending_actions ?? [];
  if (!all.length) return null;
  const shown = shownOf(scene, 'actions', all, MOST_ACTIONS);
  return (
    <section class="group" part="actions">
      <h3 class="subtitle">{say.say('to_do')}</h3>
      <ul class="plain todos">
        {shown.map((action, index) => (
          <li class="todo" key={action.id ?? index} {...restMark(scene, 'actions', index === MOST_ACTIONS)}>
            <p class="todo-title">{actionName(say, action)}</p>
            <p>{action.domain}</p>
            <p dir="auto">{action.what_to_do ?? action.message}</p>
            {action.who === 'partner' && <p class="hint">{say.say('for_partner')}</p>}
          </li>
        ))}
      </ul>
      <ShowAll scene={scene} list="actions" shown={shown.length} count={all.length} />
    </section>
  );
}

function actionName(say: Speech, { type, reason }: PendingAction): string {
  return (reason && say.known(`action_${reason}`)) || say.name('action', type);
}

function Progress({ say, order }: { say: Speech; order: OrderView }) {
  const { domain_count: count = 0, domains = [], status, final: isFinal } = order;
  if (!count || (isFinal && status !== 'completed') || status === 'cancel_scheduled') return null;
  const connected = domains.filter((domain) => CONNECTED.includes(domain.status)).length;
  const done = status === 'completed' ? count : Math.min(connected, count);
  return (
    <div class="progress" part="progress">
      <p class="split-words" id="progress">
        {say.say('progress', { done, count })}
      </p>
      <Bar done={done} of={count} aria-labelledby="progress" />
    </div>
  );
}

function Domains({ scene, order }: { scene: Scene; order: OrderView }) {
  const { say } = scene;
  const all = order.domains ?? [];
  if (!all.length) return null;
  const due = groupByDomain(order.pending_actions);
  const needsAttention = ({ domain, status }: OrderDomain) =>
    due.has(domain) || LOST.includes(status) || status === 'action_required';
  // Those that need attention are among the first of a long list.
  const sorted =
    all.length > MOST_DOMAINS
      ? [...all.filter(needsAttention), ...all.filter((domain) => !needsAttention(domain))]
      : all;
  const shown = shownOf(scene, 'domains', sorted, MOST_DOMAINS);
  return (
    <section class="group" part="domains">
      <h3 class="subtitle" id="domains">
        {say.say('domains')}
      </h3>
      <ul class="rows" aria-labelledby="domains">
        {shown.map(({ domain, status, provider }, index) => {
          const state = stateOf(order, status);
          return (
            <li class="row" key={domain} {...restMark(scene, 'domains', index === MOST_DOMAINS)}>
              <span class="row-name">
                <Name>{domain}</Name>
              </span>
              {provider && <span class="row-note">{say.name('provider', provider)}</span>}
              <span class={`state${LOOKS[state] ?? ''}`}>{say.name('domain', state)}</span>
              {due.get(domain)?.map((action) => (
                <p class="row-due" key={action.id}>
                  {actionName(say, action)}
                </p>
              ))}
            </li>
          );
        })}
      </ul>
      <ShowAll scene={scene} list="domains" shown={shown.length} count={all.length} />
    </section>
  );
}

function groupByDomain(actions: readonly PendingAction[] = []): Map<string, PendingAction[]> {
  const groups = new Map<string, PendingAction[]>();
  for (const action of actions) {
    if (action.domain) groups.set(action.domain, [...(groups.get(action.domain) ?? []), action]);
  }
  return groups;
}

/** Once an order is over, nothing is being set up any more. */
function stateOf(order: OrderView, status: string): string {
  const isLost = LOST.includes(status);
  if (CONNECTED.includes(status) || (order.status === 'completed' && !isLost)) return 'connected';
  return order.final && !isLost ? 'not_set_up' : status;
}

function Timeline({ scene, order }: { scene: Scene; order: OrderView }) {
  const { form, say } = scene;
  const all = order.timeline ?? [];
  if (!all.length) return null;
  // What happened last is what somebody looks for.
  const isWhole = form.unfolded.has('timeline');
  const shown = isWhole ? all : all.slice(-MOST_EVENTS);
  return (
    <section class="group" part="timeline">
      <h3 class="subtitle">{say.say('happened')}</h3>
      <ShowAll scene={scene} list="timeline" shown={shown.length} count={all.length} />
      <ol class="timeline">
        {shown.map(({ event_id: id, type, at, domain }, index) => (
          <li key={id} {...restMark(scene, 'timeline', index === 0)}>
            <span>
              {say.name('event', type)}
              {domain && (
                <>
                  {' '}
                  ·{' '}
                  <bdi>
                    <Name>{domain}</Name>
                  </bdi>
                </>
              )}
            </span>
            <time class="muted" dateTime={at}>
              {say.time(at)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What is known of an order, from its record or from the receipt. */
type Receipt = Partial<OrderView> & { id: string; status: string };

/** What the order's total has in it: the licences where upstream's amounts are shown, else the plan's first period. */
function totalLabel({ costs }: Receipt, period: string | undefined): WordKey {
  if (costs) return 'order_total';
  if (!period) return 'domains_first_year';
  return period === 'year' ? 'order_total_year' : 'order_total_month';
}

/** Which order it is, and what it costs. */
function Facts({ scene: { act, link, say }, of }: { scene: Scene; of: Receipt }) {
  const amount = of.charge ?? of.costs;
  const plan = of.charge?.plan;
  const renewal = of.domains_renewal;
  const next = nextDate(of);
  const renews = !isEnding(of);
  const facts: [label: WordKey, value: string | false | null | undefined][] = [
    ['order', of.id],
    [
      totalLabel(of, plan?.per),
      amount && Number.isFinite(amount.total_cents) && say.money(amount.total_cents, amount.currency),
    ],
    [
      plan?.per === 'year' ? 'plan_price_year' : 'plan_price_month',
      renews && plan && say.money(plan.price_cents, amount?.currency),
    ],
    ['domains_renewal', renews && renewal && say.money(renewal.total_cents, renewal.currency)],
    [next?.word ?? 'renews', next && say.day(next.at)],
    ['last_change', of.updated_at && say.time(of.updated_at)],
  ];
  const address = link(of.id);
  return (
    <>
      <dl class="facts">
        {facts.map(
          ([label, value]) =>
            value && (
              <div key={label}>
                <dt>{say.say(label)}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {address && (
        <p>
          <Button look="link" onClick={() => act.copy(address)}>
            {say.say('copy_link')}
          </Button>
        </p>
      )}
    </>
  );
}
