// What stands below the search box: ideas or names, whether they can be had, and how to pick several at once.

import { Component, type ComponentChildren, createRef } from 'preact';
import type { Known, Row } from '../client.js';
import { noticeOf } from '../form/notice.js';
import { countFound, isAvailable, isPicked } from '../form/picks.js';
import type { Entry } from '../rules.js';
import type { Speech } from '../words/speech.js';
import { ShowAll } from './long_list.js';
import { Alert, Badges, Button, explained, Icon, Name, Price, ProblemText, Pure, shortageWords } from './pieces.js';
import type { Scene } from './scene.js';

/** Rows without names, which keep the room of what was found before for the next word. */
const BLANK: readonly Entry[] = Array.from({ length: 6 }, () => ({ name: '\u200b', line: 0 }));

export function Found({ scene }: { scene: Scene }) {
  const { form, say } = scene;
  const { hasRoom, isList, query, text } = form.search;
  if (query.kind) return <Results scene={scene} />;
  if (text.trim()) return <ProblemText>{say.say('no_name')}</ProblemText>;
  return hasRoom && !isList ? <Room say={say} /> : null;
}

/** The room of an emptied box: nothing is looked for, so nothing is to be seen in it. */
function Room({ say }: { say: Speech }) {
  return (
    <section class="results ideas room" aria-hidden="true">
      <div class="results-head">
        <h3 class="subtitle">{say.say('ideas')} </h3>
      </div>
      <ul class="rows" part="results">
        {BLANK.map(({ name }, index) => (
          <li class="row gone" part="result" key={index}>
            <span class="row-name">{name}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Results({ scene }: { scene: Scene }) {
  const { act, form, row, say, shown, view } = scene;
  const { active, fitting, query } = form.search;
  const isIdeas = query.kind === 'company';
  const counts = countFound(query, row);
  const { all, free } = counts;
  const taken = isIdeas ? query.entries.filter(({ name }) => isTaken(row(name))).map(({ name }) => name) : [];
  const heading = say.say(isIdeas ? 'ideas' : query.entries.length === 1 ? 'your_name' : 'your_names');
  const isUnknown =
    isIdeas && !free && !taken.length && shown.every(({ name }) => (row(name) ?? 'pending') === 'pending');
  const isOpen = form.picks.length < (view?.plan?.required_domains.total ?? 0);
  return (
    <section class={isUnknown ? 'results ideas' : 'results'}>
      <div class="results-head">
        <h3 class="subtitle">
          {heading}{' '}
          {!isIdeas && query.entries.length > 1 && <span class="tally">{say.say('tally', { free, all })}</span>}
        </h3>
        {free > 0 && isOpen && (
          <div class="tools">
            <Button look="secondary" onClick={act.choose}>
              {say.say('choose')}
            </Button>
            {fitting.length > 0 && (
              <Button look="secondary" onClick={act.fill}>
                {say.say('fill', { count: fitting.length })}
              </Button>
            )}
          </div>
        )}
      </div>
      {query.cut > 0 && <p class="note">{say.say('list_cut', { count: query.cut })}</p>}
      {form.shortage && <p class="note">{shortageWords(say, form.shortage)}</p>}
      <Advice scene={scene} counts={counts} />
      <Recheck scene={scene} />
      {shown.length > 0 && (
        <OptionList
          of={isIdeas && free ? query.entries[0]?.name : ''}
          active={active}
          label={heading}
          onKeyDown={(event) => act.pressKey(event, true)}
        >
          {shown.map((entry, index) => (
            <Option
              key={`found-${index}`}
              id={`found-${index}`}
              say={say}
              name={entry.name}
              line={form.search.isList ? entry.line : 0}
              leftOut={entry.leftOut}
              problemCode={entry.problem?.code}
              problemMessage={entry.problem?.message}
              known={entry.problem ? undefined : row(entry.name)}
              isPicked={isPicked(form.picks, entry.name)}
              isActive={index === active}
              toggle={act.toggle}
            />
          ))}
        </OptionList>
      )}
      {!isIdeas && <ShowAll scene={scene} list="found" shown={shown.length} count={query.entries.length} />}
      {taken.length > 0 && <p class="hint wrap">{say.say('not_available', { names: taken.join(', ') })}</p>}
    </section>
  );
}

/** Letters that ideas have of a company name at most. */
const MOST_LETTERS = 20;

/** What can be done where nothing can be ordered, or where ideas have a part of the name only. */
function Advice({ scene: { form, say }, counts }: { scene: Scene; counts: ReturnType<typeof countFound> }) {
  const { query, text } = form.search;
  const { all, answered, free } = counts;
  const isIdeas = query.kind === 'company';
  if (answered === all && !free) {
    return <p class="note">{isIdeas ? say.say('no_ideas') : say.say('none_free', { count: all })}</p>;
  }
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return isIdeas && letters > MOST_LETTERS ? <p class="hint">{say.say('ideas_cut')}</p> : null;
}

const isTaken = (known: Known | undefined) => typeof known === 'object' && !known.available;

/** Names that could not be checked, and the button that checks them once more. */
function Recheck({ scene: { act, form, row, say, state } }: { scene: Scene }) {
  const names = [...form.search.query.entries, ...form.picks].map(({ name }) => name);
  const count = new Set(names.filter((name) => row(name) === 'unsettled')).size;
  if (!count) return null;
  const { problem } = state.names;
  const heading = problem
    ? explained(say, noticeOf(problem, 'names_not_checked'))
    : say.say('some_unsettled', { count });
  return (
    <Alert heading={heading}>
      <Button look="link" onClick={act.recheck}>
        {say.say('check_again')}
      </Button>
    </Alert>
  );
}

interface OptionListProps {
  /** What the list is about: for something else it is shown from its start. */
  of: string | undefined;
  active: number;
  label: string;
  onKeyDown: (event: KeyboardEvent) => void;
  children: ComponentChildren;
}

class OptionList extends Component<OptionListProps> {
  readonly #list = createRef<HTMLDivElement>();

  override componentDidUpdate(before: OptionListProps): void {
    const list = this.#list.current;
    if (!list) return;
    if (before.of !== this.props.of) list.scrollTop = 0;
    if (before.active !== this.props.active) list.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }

  override render({ active, label, onKeyDown, children }: OptionListProps) {
    return (
      <div
        ref={this.#list}
        class="rows"
        part="results"
        id="found"
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-multiselectable="true"
        aria-activedescendant={active >= 0 ? `found-${active}` : undefined}
        onKeyDown={onKeyDown}
      >
        {children}
      </div>
    );
  }
}

interface OptionProps {
  id: string;
  say: Speech;
  name: string;
  /** Where it stands in a list; 0 outside of one. */
  line: number;
  leftOut: string | undefined;
  problemCode: string | undefined;
  problemMessage: string | undefined;
  known: Known | undefined;
  isPicked: boolean;
  isActive: boolean;
  toggle: (name: string) => void;
}

/** One row; 500 of them stay quick, because a row is drawn again only when what it shows has changed. */
class Option extends Pure<OptionProps> {
  override render({ id, name, problemCode, known, isPicked: isTicked, isActive, toggle, ...more }: OptionProps) {
    const isFree = isAvailable(known);
    const isUsable = isFree || isTicked;
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the list and of the search box.
      // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and points to its active option.
      <div
        class={`row ${problemCode ? 'bad' : isFree ? 'free' : 'gone'}`}
        part="result"
        id={id}
        role="option"
        aria-selected={isTicked}
        aria-disabled={isUsable ? undefined : true}
        data-active={isActive ? '' : undefined}
        onClick={isUsable ? () => toggle(name) : undefined}
      >
        <span class="row-name">
          <Name>{name}</Name>
        </span>
        <Beside name={name} known={known} isPicked={isTicked} problemCode={problemCode} {...more} />
      </div>
    );
  }
}

type BesideProps = Pick<
  OptionProps,
  'say' | 'name' | 'line' | 'leftOut' | 'problemCode' | 'problemMessage' | 'known' | 'isPicked'
>;

/** What stands beside a name. */
function Beside({ say, name, line, leftOut, problemCode, problemMessage, known, isPicked: isTicked }: BesideProps) {
  const where = line ? `${say.say('line', { line })}: ` : '';
  if (problemCode) {
    const problem = { code: problemCode, message: problemMessage, domain: name };
    return <ProblemText>{where + say.explain(problem)}</ProblemText>;
  }
  return (
    <>
      {leftOut && <span class="row-note">{say.say('left_out', { text: leftOut })}</span>}
      {typeof known !== 'object' && known !== 'unsettled' && (
        <span class="row-note bone bone-price">{say.say('checking')}</span>
      )}
      {known === 'unsettled' && <span class="row-note">{where + say.say('unsettled')}</span>}
      {isTaken(known) && <span class="row-note">{where + reason(say, known as Row)}</span>}
      {isAvailable(known) && <Offer say={say} row={known as Row} isPicked={isTicked} />}
    </>
  );
}

function Offer({ say, row, isPicked: isTicked }: { say: Speech; row: Row; isPicked: boolean }) {
  return (
    <>
      <Badges say={say} providers={row.usable_for} />
      <Price say={say} of={row} />
      <span class="button small" part="button button-add" data-on={isTicked ? '' : undefined}>
        <Icon name={isTicked ? 'check' : 'plus'} />
        <span>{say.say(isTicked ? 'added_mark' : 'add')}</span>
      </span>
    </>
  );
}

/** Why a name cannot be had. */
function reason(say: Speech, { reason: word, message }: Row): string {
  // What the rules of this page leave to the server: it says what is wrong with the name.
  if (word === 'invalid' && message) return `${say.say('reason_invalid')}: ${message}`;
  return say.known(`reason_${word ?? ''}`) ?? message ?? say.name('reason', word ?? '');
}
