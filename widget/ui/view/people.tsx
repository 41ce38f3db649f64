// The second step: who sends, and where visitors of the domains go.

import { addressOf, isReserved } from '../form/people.js';
import type { Person, PersonField } from '../form/state.js';
import { isShareLink } from '../rules.js';
import { restMark, ShowAll, shownOf } from './long_list.js';
import { PeopleList } from './people_list.js';
import { Button, Field, ProblemText, Title } from './pieces.js';
import type { Scene } from './scene.js';
import { Troubles } from './troubles.js';
import { Unfolding } from './unfolding.js';

/** Addresses of single domains that are drawn at first. */
const MOST_REDIRECTS = 50;

export function PeopleStep({ scene }: { scene: Scene }) {
  const { act, form, problems, say, view } = scene;
  const wrong = problems.get('people');
  const goOn = (event: Event) => {
    event.preventDefault();
    act.move(1);
  };
  return (
    <form class="step-view" noValidate onSubmit={goOn}>
      <div class="body">
        <Troubles scene={scene} />
        <Title>{say.say('who')}</Title>
        <p class="lead">{say.say('who_lead')}</p>
        <div class="people">
          {wrong && <ProblemText>{say.explain(wrong)}</ProblemText>}
          {form.people.map((person, index) => (
            <PersonFields key={person.number} scene={scene} person={person} count={index + 1} />
          ))}
          {form.people.length < (view?.limits.personas ?? 0) && (
            <div class="tools">
              <Button look="secondary" onClick={act.addPerson}>
                {say.say('add_person')}
              </Button>
              {!form.peopleList.isOpen && (
                <Button look="link" id="people-list-open" onClick={() => act.showPeopleList(true)}>
                  {say.say('people_from_list')}
                </Button>
              )}
            </div>
          )}
          {form.peopleList.isOpen && <PeopleList scene={scene} />}
        </div>
        <Forwarding scene={scene} />
      </div>
      <footer class="footer" part="footer">
        <div class="actions">
          <Button look="secondary" onClick={() => act.move(-1)}>
            {say.say('back')}
          </Button>
          <Button look="primary" type="submit">
            {say.say('continue')}
          </Button>
        </div>
      </footer>
    </form>
  );
}

function PersonFields({ scene, person, count }: { scene: Scene; person: Person; count: number }) {
  const { act, form, say } = scene;
  const { number } = person;
  const reserved = [person.first_name, person.last_name].find(isReserved);
  const address = addressOf(person, form.picks[0]?.name);
  return (
    <fieldset class="person" part="person">
      <legend class="subtitle">{say.say('person', { count })}</legend>
      {form.people.length > 1 && (
        <Button look="link" aria-label={say.say('remove_person', { count })} onClick={() => act.removePerson(number)}>
          {say.say('remove')}
        </Button>
      )}
      <div class="pair">
        <NameField scene={scene} person={person} field="first_name" />
        <NameField scene={scene} person={person} field="last_name" />
      </div>
      <div class="hints">
        {reserved && <p class="note">{say.say('reserved', { name: reserved.trim() })}</p>}
        {address && <p class="hint wrap">{say.say('address_preview', { address })}</p>}
      </div>
      <Picture scene={scene} person={person} />
    </fieldset>
  );
}

function NameField({ scene, person, field }: { scene: Scene; person: Person; field: PersonField }) {
  return (
    <Field
      scene={scene}
      id={`${field}-${person.number}`}
      label={scene.say.say(field)}
      value={person[field]}
      isRequired
    />
  );
}

function Picture({ scene, person }: { scene: Scene; person: Person }) {
  const { hasPictures, say } = scene;
  const picture = person.profile_picture_url.trim();
  return (
    <div class="picture">
      <Field
        scene={scene}
        id={`profile_picture_url-${person.number}`}
        label={say.say('profile_picture_url')}
        value={person.profile_picture_url}
        hint={say.say(picture && isShareLink(picture) ? 'picture_share_link' : 'picture_hint')}
        isAddress
      />
      {hasPictures && /^https:\/\/\S+\.\S+$/.test(picture) && (
        <img class="photo" key={picture} src={picture} alt="" referrerpolicy="no-referrer" />
      )}
    </div>
  );
}

function Forwarding({ scene }: { scene: Scene }) {
  const { form, problems, say } = scene;
  const isUsed = ({ name, redirect }: { name: string; redirect: string }) =>
    Boolean(redirect) || problems.has(`redirect-${name}`);
  const shown = shownOf(scene, 'redirects', form.picks, MOST_REDIRECTS, isUsed);
  return (
    <section class="forwarding">
      <h3 class="subtitle">{say.say('forwarding')}</h3>
      <Field
        scene={scene}
        id="forwarding"
        label={say.say('forwarding_url')}
        value={form.forwarding}
        hint={say.say('forwarding_hint')}
        isAddress
      />
      <Unfolding isDue={form.picks.some(isUsed)}>
        <summary>{say.say('redirects')}</summary>
        <div class="redirects">
          {shown.map(({ name, redirect }, index) => (
            <div key={name} {...restMark(scene, 'redirects', index === MOST_REDIRECTS)}>
              <Field scene={scene} id={`redirect-${name}`} label={name} value={redirect} isAddress />
            </div>
          ))}
        </div>
        <ShowAll scene={scene} list="redirects" shown={shown.length} count={form.picks.length} />
      </Unfolding>
    </section>
  );
}
