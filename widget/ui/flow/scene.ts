// Puts together what the views draw: the form, the client's state, and what is wrong with the step on show.

import { stepOf, troublesOf } from '../form/problems.js';
import { type Form, type Place, STEPS, type Trouble } from '../form/state.js';
import type { Actions, Scene } from '../view/scene.js';
import { screenOf } from '../view/scene.js';
import type { Speech } from '../words/speech.js';
import { type Context, isBusy } from './context.js';
import { shownEntries } from './search.js';

/** What only the element knows. */
export interface Looks {
  say: Speech;
  act: Actions;
  hasPictures: boolean;
}

export function sceneOf(context: Context, { say, act, hasPictures }: Looks): Scene {
  const { client, form, page, view } = context;
  const { state } = client;
  const screen = screenOf(state, form, view);
  const all = screen === 'form' ? allTroubles(form) : [];
  return {
    say,
    form,
    state,
    screen,
    view,
    act,
    row: (name) => client.row(name),
    shown: screen === 'form' && form.step === 'domains' ? shownEntries(context) : [],
    problems: shownProblems(form, all),
    troubles: isListed(form) ? all : [],
    isBusy: isBusy(context),
    hasPictures,
    link: (order) => page.link(order),
  };
}

/** Those of the step on show; on the last one, those of all steps. */
function allTroubles(form: Form): Trouble[] {
  const steps = form.step === 'review' ? STEPS : [form.step];
  return steps.flatMap((step) => troublesOf(form, step));
}

/** Problems of picks are shown at once, those of fields once they or their step were left. */
function shownProblems(form: Form, all: readonly Trouble[]): Map<Place, Trouble> {
  const isDue = ({ at }: Trouble) => form.left.has(at) || (form.tried.has(stepOf(at)) && at !== 'people');
  const isShown = (trouble: Trouble) =>
    form.reported.includes(trouble) || trouble.at.startsWith('pick-') || (trouble.at !== 'picks' && isDue(trouble));
  return new Map(all.filter(isShown).map((trouble) => [trouble.at, trouble]));
}

function isListed({ notice, reported, step, tried }: Form): boolean {
  return step === 'review' || tried.has(step) || reported.length > 0 || Boolean(notice && !notice.isAlone);
}
