// What is in the way: a message, and a list whose items lead to their places. It takes the focus when it comes up.

import type { PersonField, Trouble } from '../form/state.js';
import { placeParts } from '../form/state.js';
import { restMark, ShowAll, shownOf } from './long_list.js';
import { Alert, Button, explained } from './pieces.js';
import type { Scene } from './scene.js';

/** Problems that are listed at first. */
const MOST = 10;

export function Troubles({ scene }: { scene: Scene }) {
  const { form, say, act, troubles: all } = scene;
  const { notice } = form;
  if (!notice && !all.length) return null;
  const shown = shownOf(scene, 'troubles', all, MOST);
  const heading = notice ? explained(say, notice) : say.say('mend', { count: all.length });
  return (
    <Alert id="troubles" heading={heading}>
      {notice?.reference && <p class="hint">{say.say('reference', { reference: notice.reference })}</p>}
      {all.length > 0 && (
        <ul class="alert-list">
          {shown.map((trouble, index) => (
            <li key={`${trouble.at} ${trouble.code}`} {...restMark(scene, 'troubles', index === MOST)}>
              <Button look="link" onClick={() => act.show(trouble.at)}>
                {placeWords(scene, trouble) + say.explain(trouble)}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <ShowAll scene={scene} list="troubles" shown={shown.length} count={all.length} />
    </Alert>
  );
}

/** `Person 2, first name: `; empty where the message says it itself. */
function placeWords({ form, say }: Scene, { at }: Trouble): string {
  if (at === 'forwarding') return say.say('at_forwarding');
  const [what, of] = placeParts(at);
  if (what === 'redirect') return `${of}: `;
  const count = form.people.findIndex(({ number }) => String(number) === of) + 1;
  return count > 0 ? say.say(`at_${what as PersonField}`, { count }) : '';
}
