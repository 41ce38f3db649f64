// The customer's orders: a list to open one of them from, a page at a time.

import type { OrderRow } from '../client.js';
import { noticeOf } from '../form/notice.js';
import { nextDate } from '../form/price.js';
import { Alert, Bar, Button, explained, Noticed, Title } from './pieces.js';
import type { Scene } from './scene.js';

const LOOKS: Record<string, string> = { completed: ' good', action_required: ' warn', failed: ' bad' };

export function OrdersCard({ scene }: { scene: Scene }) {
  const { act, say, state, view } = scene;
  const { rows, has_more: hasMore, placing, is_read: isRead, is_reading: isReading, problem } = state.orders;
  const isEmpty = isRead && !rows.length && !hasMore && !placing;
  return (
    <div class="body stack">
      <Noticed {...scene} />
      {view?.plan && (
        <p>
          <Button look="link" onClick={act.leaveOrders}>
            {say.say('back')}
          </Button>
        </p>
      )}
      <Title>{say.say('orders_title')}</Title>
      {!isRead && !problem && <Bar aria-label={say.say('orders_title')} />}
      {placing > 0 && <p class="note">{say.say('orders_placing')}</p>}
      {isEmpty && <p>{say.say('no_orders')}</p>}
      {rows.length > 0 && (
        <ul class="rows" part="orders" aria-labelledby="title">
          {rows.map((order) => (
            <Line key={order.id} scene={scene} order={order} />
          ))}
        </ul>
      )}
      <OrderAgain scene={scene} />
      {problem && (
        <Alert heading={explained(say, noticeOf(problem))}>
          <Button look="link" onClick={act.listOrders}>
            {say.say('try_again')}
          </Button>
        </Alert>
      )}
      {hasMore && (
        <p>
          <Button look="secondary" isOff={isReading} onClick={act.moreOrders}>
            {say.say('more_orders')}
          </Button>
        </p>
      )}
    </div>
  );
}

/** Where the session's order is not in the way of another one. */
export function OrderAgain({ scene: { act, say, state } }: { scene: Scene }) {
  if (!state.can_order_again) return null;
  return (
    <p>
      <Button look="secondary" onClick={act.orderAgain}>
        {say.say('order_again')}
      </Button>
    </p>
  );
}

function Line({ scene: { act, say }, order }: { scene: Scene; order: OrderRow }) {
  const { id, status, domain_count: count = 0, created_at: at } = order;
  const day = at ? say.day(at) : '';
  return (
    <li class="row order">
      <span class="row-name">{day || id}</span>
      <span class="badges">
        <span class="row-note">
          {[say.say('domain_count', { count }), price(order), due()].filter(Boolean).join(' · ')}
        </span>
        <span class={`state${LOOKS[status] ?? ''}`}>{say.name('state', status)}</span>
      </span>
      <Button look="secondary" aria-label={say.say('open_order', { id, day })} onClick={() => act.openOrder(id)}>
        {say.say('open')}
      </Button>
    </li>
  );

  function price({ charge, costs }: OrderRow): string {
    const amount = charge ?? costs;
    return amount ? say.money(amount.total_cents, amount.currency) : '';
  }

  function due(): string {
    const next = nextDate(order);
    return next ? `${say.say(next.word)} ${say.day(next.at)}` : '';
  }
}
