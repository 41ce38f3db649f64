// The second step: who sends, and where visitors of the domains go.

import { isShareLink } from '../rules.js';
import { addressOf, isReserved } from '../people.js';
import { h } from '../dom.js';
import { button, capped, field, problem, title, troubles } from './pieces.js';

/** Addresses of single domains that are drawn at first. */
const MOST_REDIRECTS = 50;

const URL = { type: 'url', inputmode: 'url', placeholder: 'https://', spellcheck: 'false' };

export function people(v) {
  const { picker, say } = v;
  return h(
    'form.step-view',
    { key: 'people', novalidate: true, 'data-do': 'continue' },
    h(
      'div.body',
      null,
      troubles(v),
      title(say.say('who')),
      h('p.lead', null, say.say('who_lead')),
      h(
        'div.people',
        null,
        v.problems.people && problem(say.explain(v.problems.people)),
        picker.people.map((human, index) => person(v, human, index + 1)),
        picker.people.length < picker.session.limits.personas && button('secondary', say.say('add_person'), 'add-person'),
      ),
      forwarding(v),
    ),
    h(
      'footer.footer',
      { part: 'footer' },
      h('div.actions', null, button('secondary', say.say('back'), 'back'), h('button.button.primary', { type: 'submit', part: 'button button-primary' }, say.say('continue'))),
    ),
  );
}

function person(v, human, count) {
  const { picker, say, ui } = v;
  const { number } = human;
  const name = (what) => field(v, `${what}-${number}`, say.say(what), human[what], { 'aria-required': 'true' });
  const reserved = [human.first_name, human.last_name].find(isReserved);
  const address = addressOf(human, picker.picks[0]?.name);
  const picture = human.profile_picture_url.trim();
  return h(
    'fieldset.person',
    { key: number, part: 'person' },
    h('legend.subtitle', null, say.say('person', { count })),
    picker.people.length > 1 && button('link', say.say('remove'), 'remove-person', { 'data-with': number, 'aria-label': say.say('remove_person', { count }) }),
    h('div.pair', null, name('first_name'), name('last_name')),
    h(
      'div.hints',
      { key: 'hints' },
      reserved && h('p.note', null, say.say('reserved', { name: reserved.trim() })),
      address && h('p.hint.wrap', null, say.say('address_preview', { address })),
    ),
    h(
      'div.picture',
      { key: 'picture' },
      field(v, `profile_picture_url-${number}`, say.say('profile_picture_url'), human.profile_picture_url, { ...URL, hint: say.say(isShareLink(picture) ? 'picture_share_link' : 'picture_hint') }),
      ui.hasPictures && /^https:\/\/\S+\.\S+$/.test(picture) && h('img.photo', { key: picture, src: picture, alt: '', referrerpolicy: 'no-referrer' }),
    ),
  );
}

function forwarding(v) {
  const { picker, say } = v;
  const isUsed = ({ name, redirect }) => redirect || v.problems[`redirect-${name}`];
  const hasOwn = picker.picks.some(isUsed);
  const { shown, more, mark } = capped(v, 'redirects', picker.picks, MOST_REDIRECTS, isUsed);
  return h(
    'section.forwarding',
    null,
    h('h3.subtitle', null, say.say('forwarding')),
    field(v, 'forwarding', say.say('forwarding_url'), picker.forwarding, { ...URL, hint: say.say('forwarding_hint') }),
    h(
      'details',
      { key: 'redirects', ...(hasOwn ? { open: true } : {}) },
      h('summary', null, say.say('redirects')),
      h('div.redirects', null, shown.map(({ name, redirect }, index) => h('div', { key: name, ...mark(index) }, field(v, `redirect-${name}`, name, redirect, URL)))),
      more,
    ),
  );
}
