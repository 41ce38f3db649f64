// The inboxes of an order by domain, to be copied one domain at a time or all at once.

import type { Inbox } from '../client.js';
import { restMark, ShowAll, shownOf } from './long_list.js';
import { Button, Copy, Name } from './pieces.js';
import type { Scene } from './scene.js';

/** Domains that are drawn at first. */
const MOST = 20;

export function Inboxes({ scene, inboxes }: { scene: Scene; inboxes: readonly Inbox[] | undefined }) {
  const { act, say } = scene;
  const all = Array.isArray(inboxes) ? inboxes.filter(({ address }) => address) : [];
  if (!all.length) return null;
  const groups = [...byDomain(all)];
  const shown = shownOf(scene, 'inboxes', groups, MOST);
  return (
    <section class="group" part="inboxes">
      <div class="results-head">
        <h3 class="subtitle" id="inboxes">
          {say.say('inboxes', { count: all.length })}
        </h3>
        <Button look="link" aria-label={say.say('copy_all_inboxes')} onClick={() => act.copy(linesOf(all))}>
          {say.say('copy_all')}
        </Button>
      </div>
      <ul class="rows" aria-labelledby="inboxes">
        {shown.map(([domain, of], index) => (
          <li class="row inboxes" key={domain} {...restMark(scene, 'inboxes', index === MOST)}>
            <span class="row-name">
              <Name>{domain}</Name>
            </span>
            <span class="row-note">
              {providersOf(of)
                .map((provider) => say.name('provider', provider))
                .join(', ')}
            </span>
            <Copy scene={scene} text={linesOf(of)} name={domain} />
            <ul class="addresses">
              {of.map(({ address }) => (
                <li class="wrap" key={address}>
                  {address}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <ShowAll scene={scene} list="inboxes" shown={shown.length} count={groups.length} />
    </section>
  );
}

const linesOf = (inboxes: readonly Inbox[]) => inboxes.map(({ address }) => address).join('\n');

const providersOf = (inboxes: readonly Inbox[]) => [...new Set(inboxes.flatMap(({ provider }) => provider ?? []))];

function byDomain(inboxes: readonly Inbox[]): Map<string, Inbox[]> {
  const groups = new Map<string, Inbox[]>();
  for (const inbox of inboxes) {
    const domain = inbox.domain ?? inbox.address.split('@').at(-1) ?? '';
    const group = groups.get(domain);
    if (group) group.push(inbox);
    else groups.set(domain, [inbox]);
  }
  return groups;
}
