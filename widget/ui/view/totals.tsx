// The sums of the review: what is paid today, and what each renewal costs.

import { noticeOfQuote } from '../form/notice.js';
import { dueToday, hasAmounts, planPrice } from '../form/price.js';
import type { WordKey } from '../words/locale.js';
import { Alert, explained } from './pieces.js';
import type { Scene } from './scene.js';

/** One line of the sums; without an amount yet, its room. */
interface Line {
  label: string;
  cents: number | undefined;
  isSum?: boolean;
}

/** What the inboxes cost is agreed with the plan: it is shown where the plan has a price. */
export function Totals({ scene }: { scene: Scene }) {
  const { form, say, state, view } = scene;
  const { quote } = state;
  if (quote.state === 'failed') {
    const notice = noticeOfQuote(quote);
    // An order that was refused for the same has said it at the top.
    return form.notice?.code === notice.code ? null : <Alert heading={explained(say, notice)} />;
  }
  const held = quote.state === 'held' ? quote.quote : undefined;
  if (!hasAmounts(state, view)) return null;
  const currency = held?.currency ?? view?.pricing?.currency;
  return (
    <>
      <dl class="totals" part="totals">
        {linesOf(scene).map(({ label, cents, isSum }) => (
          <div key={label} class={isSum ? 'sum' : undefined}>
            <dt>{label}</dt>
            <dd>
              {cents === undefined ? (
                <span class="bone bone-price">{say.say('reading_price')}</span>
              ) : (
                say.money(cents, currency)
              )}
            </dd>
          </div>
        ))}
      </dl>
      <p class="hint">
        {say.say(inboxWords(view))}
        {held?.expires_at && ` ${say.say('price_until', { time: say.time(held.expires_at) })}`}
      </p>
    </>
  );
}

/** Upstream adds its price of the inboxes to the order; a partner's own prices have it in the plan. */
function inboxWords(view: Scene['view']): WordKey {
  if (view?.pricing?.show === 'cost') return 'inboxes_added';
  return planPrice(view) ? 'inboxes_in_plan' : 'domains_only';
}

function linesOf({ say, state, view }: Scene): Line[] {
  const held = state.quote.state === 'held' ? state.quote.quote : undefined;
  const plan = planPrice(view);
  const renewal = held?.renewal_total_cents;
  const hasRenewal = !held || renewal !== undefined;
  const today = { label: say.say('total'), cents: held && dueToday(held, view), isSum: true };
  if (!plan) return [today, ...(hasRenewal ? [{ label: say.say('total_renewal'), cents: renewal }] : [])];
  return [
    { label: say.say('domains_first_year'), cents: held?.total_cents },
    { label: say.name('plan_first', plan.per), cents: plan.price_cents },
    today,
    ...(hasRenewal ? [{ label: say.say('domains_renewal'), cents: renewal }] : []),
    { label: say.name('plan_price', plan.per), cents: plan.price_cents },
  ];
}
