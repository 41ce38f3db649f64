// The newest sentence for screen readers. A live region has to be there before it speaks, so it is always there.

import { dueToday } from '../form/price.js';
import type { Shortage } from '../rules.js';
import type { Speech, Values } from '../words/speech.js';
import { shares, shortageWords } from './pieces.js';
import type { Scene } from './scene.js';

export function LiveRegion({ scene }: { scene: Scene }) {
  return (
    <p class="unseen" role="status">
      {sentence(scene)}
    </p>
  );
}

function sentence(scene: Scene): string {
  const { form, say, state, view } = scene;
  const { word, values } = form.said;
  if (!word) return '';
  if (word === 'doubt') return say.say('doubt_title');
  if (word === 'status') return say.name('status', String(values.status));
  if (word === 'shortage') return shortageWords(say, values as unknown as Shortage);
  if (word === 'checked') return checked(say, values);
  const quote = state.quote.state === 'held' ? state.quote.quote : undefined;
  const due = quote && dueToday(quote, view);
  const price = due === undefined ? '' : say.money(due, quote?.currency);
  const all = shares(say, form.report).map(({ words }) => words);
  return say.say(`said_${word}`, { shares: all.join(', '), price, ...values });
}

/** How many of the names can be ordered, as they were found; or that none could be checked. */
function checked(say: Speech, { all, asked, answered, free }: Values): string {
  if (answered) return say.say('said_checked', { free, all });
  return asked ? say.say('names_not_checked') : '';
}
