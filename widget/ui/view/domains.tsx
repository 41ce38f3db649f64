// The first step: the search box, what it found, the customer's own domains, and the picks.

import type { QuoteLine } from '../client.js';
import { rowOf } from '../form/picks.js';
import { Found } from './found.js';
import { restMark, ShowAll, shownOf } from './long_list.js';
import { OwnedDomains } from './owned.js';
import { Badges, Bar, Button, Icon, Name, Price, ProblemText, shares, Title, typing } from './pieces.js';
import type { Scene } from './scene.js';
import { Troubles } from './troubles.js';

/** Picks that are drawn at first. */
const MOST_PICKS = 50;
/** Lines that the box for a list grows to before it scrolls. */
const [LEAST_LINES, MOST_LINES] = [4, 8];

export function DomainsStep({ scene }: { scene: Scene }) {
  const { say, view } = scene;
  return (
    <div class="step-view">
      <div class="body stack">
        <Troubles scene={scene} />
        <Title>{say.say('choose_domains', { count: view?.plan?.required_domains.total ?? 0 })}</Title>
        <SearchBox scene={scene} />
        <Found scene={scene} />
        <OwnedDomains scene={scene} />
        <Picks scene={scene} />
      </div>
      <Footer scene={scene} />
    </div>
  );
}

function Footer({ scene: { act, form, say } }: { scene: Scene }) {
  return (
    <footer class="footer" part="footer">
      <div class="split" part="split">
        {shares(say, form.report).map(({ words, share }) => (
          <div class="share" key={words}>
            <p class="split-words">{words}</p>
            <Bar done={share.filled} of={share.required} aria-hidden="true" />
          </div>
        ))}
      </div>
      <div class="actions">
        <Button look="primary" onClick={() => act.move(1)}>
          {say.say('continue')}
        </Button>
      </div>
    </footer>
  );
}

function SearchBox({ scene }: { scene: Scene }) {
  const { act, form, say } = scene;
  const { isList } = form.search;
  return (
    <div class="field">
      <div class="results-head">
        <label class="label" part="label" for="query">
          {say.say(isList ? 'list_label' : 'search_label')}
        </label>
        <Button look="link" onClick={() => act.showList(!isList)}>
          {say.say(isList ? 'to_search' : 'to_list')}
        </Button>
      </div>
      {isList ? <ListInput scene={scene} /> : <NameInput scene={scene} />}
      <p class="hint" id="query-hint">
        {say.say(isList ? 'list_hint' : 'search_hint')}
      </p>
    </div>
  );
}

/** What both boxes have. */
function boxProps({ act, form }: Scene) {
  return {
    class: 'input search',
    part: 'input search',
    id: 'query',
    'data-field': 'query',
    value: form.search.text,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: false,
    'aria-describedby': 'query-hint',
    onPaste: (event: ClipboardEvent) => act.receive(event, event.clipboardData),
    onDrop: (event: DragEvent) => act.receive(event, event.dataTransfer),
    onDragOver: (event: DragEvent) => event.preventDefault(),
    ...typing('query', act),
  } as const;
}

function ListInput({ scene }: { scene: Scene }) {
  const lines = scene.form.search.text.split('\n', MOST_LINES).length;
  return <textarea {...boxProps(scene)} rows={Math.max(lines, LEAST_LINES)} />;
}

function NameInput({ scene }: { scene: Scene }) {
  const { active } = scene.form.search;
  const list = scene.shown.length ? 'found' : undefined;
  return (
    <input
      {...boxProps(scene)}
      type="text"
      role="combobox"
      enterkeyhint="search"
      aria-autocomplete="list"
      aria-expanded={Boolean(list)}
      aria-controls={list}
      aria-activedescendant={list && active >= 0 ? `${list}-${active}` : undefined}
      onKeyDown={(event) => scene.act.pressKey(event, false)}
    />
  );
}

function Picks({ scene }: { scene: Scene }) {
  const { form, problems, say, view } = scene;
  const count = form.picks.length;
  const wrong = problems.get('picks');
  return (
    <section class="picks" part="picks">
      <h3 class="subtitle" id="picks" tabIndex={-1}>
        {say.say('picked', { count, required: view?.plan?.required_domains.total ?? 0 })}
      </h3>
      {wrong && <ProblemText>{say.explain(wrong)}</ProblemText>}
      {count ? <PickedNames scene={scene} canDrop labelledBy="picks" /> : <p class="hint">{say.say('no_picks')}</p>}
    </section>
  );
}

interface PickedProps {
  scene: Scene;
  canDrop?: boolean;
  labelledBy?: string;
  label?: string;
  /** What each name costs in the price on show. */
  lines?: ReadonlyMap<string, QuoteLine>;
}

/** The rows of the picks, with what is wrong with each, and with a button to drop it where it can be dropped. */
export function PickedNames({ scene, canDrop = false, labelledBy, label, lines }: PickedProps) {
  const { act, form, problems, row, say } = scene;
  const shown = shownOf(scene, 'picked', form.picks, MOST_PICKS, ({ name }) => problems.has(`pick-${name}`));
  return (
    <>
      <ul class="rows" aria-labelledby={labelledBy} aria-label={label}>
        {shown.map(({ name }, index) => {
          const known = rowOf(row(name));
          const wrong = problems.get(`pick-${name}`);
          return (
            <li class="row" part="pick" key={name} {...restMark(scene, 'picked', index === MOST_PICKS)}>
              <span class="row-name">
                <Name>{name}</Name>
              </span>
              {known && <Badges say={say} providers={known.usable_for} />}
              {known && <Price say={say} of={{ ...known, ...lines?.get(name) }} />}
              {canDrop && (
                <button
                  type="button"
                  class="button icon-only"
                  part="button button-remove"
                  id={`remove-${name}`}
                  aria-label={say.say('remove_name', { name })}
                  onClick={() => act.remove(name)}
                >
                  <Icon name="cross" />
                </button>
              )}
              {wrong && <ProblemText>{say.explain(wrong)}</ProblemText>}
            </li>
          );
        })}
      </ul>
      <ShowAll scene={scene} list="picked" shown={shown.length} count={form.picks.length} />
    </>
  );
}
