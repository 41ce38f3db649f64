// Long lists: what is drawn of them at first, and the button for the rest.

import type { WordKey } from '../words/locale.js';
import { Button } from './pieces.js';
import type { Scene } from './scene.js';

export type ListName =
  | 'actions'
  | 'changes'
  | 'domains'
  | 'found'
  | 'inboxes'
  | 'picked'
  | 'redirects'
  | 'timeline'
  | 'troubles';

const WORDS: Partial<Record<ListName, WordKey>> = {
  actions: 'show_all_entries',
  changes: 'show_all_entries',
  found: 'show_all_names',
  timeline: 'show_all_entries',
  troubles: 'show_all_entries',
};

/** The first `most` entries and those that have to be seen; all of them once the customer has asked for them. */
export function shownOf<Entry>(
  scene: Scene,
  list: ListName,
  all: readonly Entry[],
  most: number,
  isNeeded: (entry: Entry) => boolean = () => false,
): readonly Entry[] {
  if (scene.form.unfolded.has(list) || all.length <= most) return all;
  return all.filter((entry, index) => index < most || isNeeded(entry));
}

/** The button for the rest of a list. */
export function ShowAll({ scene, list, shown, count }: { scene: Scene; list: ListName; shown: number; count: number }) {
  if (shown >= count) return null;
  return (
    <p>
      <Button look="link" onClick={() => scene.act.unfold(list)}>
        {scene.say.say(WORDS[list] ?? 'show_all_domains', { count })}
      </Button>
    </p>
  );
}

/** Where the focus goes when the rest of a list was asked for: its first entry that is new. */
export function restMark({ form }: Scene, list: ListName, isFirstOfRest: boolean): { id?: string; tabIndex?: number } {
  return isFirstOfRest && form.unfolded.has(list) ? { id: `${list}-rest`, tabIndex: -1 } : {};
}
