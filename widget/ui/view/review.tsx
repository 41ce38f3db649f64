// The third step: everything once more, with the price as it is now, and the button that orders.

import type { ComponentChildren } from 'preact';
import type { Finding, Quote } from '../client.js';
import { visible } from '../form/people.js';
import { dueToday, hasAmounts } from '../form/price.js';
import { domainIndex } from '../form/problems.js';
import type { Step } from '../form/state.js';
import type { WordKey } from '../words/locale.js';
import { PickedNames } from './domains.js';
import { restMark, ShowAll, shownOf } from './long_list.js';
import { Alert, Button, Title } from './pieces.js';
import type { Scene } from './scene.js';
import { Totals } from './totals.js';
import { Troubles } from './troubles.js';

/** Changes that are named one by one before there is a button for the others. */
const MOST_CHANGES = 10;

export function ReviewStep({ scene }: { scene: Scene }) {
  const { form, say, state } = scene;
  const held = state.quote.state === 'held' ? state.quote.quote : undefined;
  const lines = new Map((held?.lines ?? []).map((line) => [line.domain, line]));
  const redirects = form.picks.filter(({ redirect }) => redirect.trim());
  return (
    <div class="step-view">
      <div class="body">
        <Troubles scene={scene} />
        <Changed scene={scene} />
        <Title>{say.say('review_title')}</Title>
        <Part scene={scene} heading="domains" step="domains">
          <PickedNames scene={scene} label={say.say('domains')} lines={lines} />
          <Totals scene={scene} />
        </Part>
        <Part scene={scene} heading="people" step="people">
          <ul class="plain">
            {form.people.map(({ number, first_name, last_name }) => (
              <li class="wrap" key={number}>
                {`${visible(first_name)} ${visible(last_name)}`}
              </li>
            ))}
          </ul>
        </Part>
        <Part scene={scene} heading="forwarding" step="people">
          <p class="wrap">{form.forwarding.trim() || say.say('none')}</p>
          <ul class="plain">
            {redirects.map(({ name, redirect }) => (
              <li class="wrap" key={name}>
                {`${name} → ${redirect.trim()}`}
              </li>
            ))}
          </ul>
        </Part>
        <slot name="payment" />
        <slot name="challenge" />
      </div>
      <Footer scene={scene} />
    </div>
  );
}

/** What is different from the price that was shown before. */
function Changed({ scene }: { scene: Scene }) {
  const { say, state } = scene;
  if (state.quote.state !== 'held') return null;
  const { before, quote } = state.quote;
  const changes: Finding[] = state.quote.changes;
  if (!changes.length && !before) return null;
  const shown = shownOf(scene, 'changes', changes, MOST_CHANGES);
  return (
    <Alert id="changed" heading={say.say('price_changed')}>
      <ul class="alert-list">
        {shown.map((change, index) => (
          <li
            key={`${change.field} ${change.domain} ${change.code}`}
            {...restMark(scene, 'changes', index === MOST_CHANGES)}
          >
            {say.explain({ domain: domainOf(quote, change), ...change })}
          </li>
        ))}
      </ul>
      <ShowAll scene={scene} list="changes" shown={shown.length} count={changes.length} />
      <TotalChange scene={scene} before={before} now={quote} />
    </Alert>
  );
}

function TotalChange({ scene: { say, view }, before, now }: { scene: Scene; before: Quote | undefined; now: Quote }) {
  const [old, due] = [before && dueToday(before, view), dueToday(now, view)];
  if (old === undefined || due === undefined) return null;
  const was = say.say('price_was', { price: say.money(old, before?.currency) });
  return <p>{`${say.say('total')}: ${say.money(due, now.currency)} (${was})`}</p>;
}

function domainOf({ lines }: Quote, { field }: Finding): string {
  return lines?.[domainIndex(field) ?? -1]?.domain ?? '';
}

interface PartProps {
  scene: Scene;
  heading: 'domains' | 'people' | 'forwarding';
  step: Step;
  children: ComponentChildren;
}

function Part({ scene: { act, isBusy, say }, heading, step, children }: PartProps) {
  return (
    <section class="review" part="review">
      <div class="results-head">
        <h3 class="subtitle">{say.say(heading)}</h3>
        <Button look="link" aria-label={say.say(`edit_${heading}`)} isOff={isBusy} onClick={() => act.go(step)}>
          {say.say('edit')}
        </Button>
      </div>
      {children}
    </section>
  );
}

const BUSY_WORDS: Record<string, WordKey> = { approving: 'approving', sending: 'placing', confirming: 'confirming' };
const BUSY_HINTS: Record<string, WordKey> = { approving: 'approving_text', confirming: 'confirming_text' };

/** Without a price on show there is nothing to order: the price is read again instead. */
function Footer({ scene: { act, isBusy, say, state, view } }: { scene: Scene }) {
  const { order, quote } = state;
  const isAsked = quote.state === 'asking';
  const isLacking = !isBusy && quote.state !== 'held' && !isAsked;
  const place = hasAmounts(state, view) ? 'place' : 'place_unpriced';
  const hint = BUSY_HINTS[order.state];
  return (
    <footer class="footer" part="footer">
      {hint && <p class="hint">{say.say(hint)}</p>}
      <div class="actions">
        <Button look="secondary" isOff={isBusy} onClick={() => act.move(-1)}>
          {say.say('back')}
        </Button>
        <Button
          look="primary"
          isOff={isBusy || isAsked}
          aria-busy={isBusy ? true : undefined}
          onClick={isLacking ? act.askPrice : act.place}
        >
          {say.say(BUSY_WORDS[order.state] ?? (isLacking ? 'price_again' : place))}
        </Button>
      </div>
    </footer>
  );
}
