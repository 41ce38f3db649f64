// A box for many people at once: pasted lines, or a table that is dropped on it.

import { Button, explained, ProblemText } from './pieces.js';
import type { Scene } from './scene.js';

export function PeopleList({ scene: { act, form, say } }: { scene: Scene }) {
  const { text, problem } = form.peopleList;
  const about = problem ? 'people-list-problem people-list-hint' : 'people-list-hint';
  return (
    <div class="field people-list">
      <label class="label" part="label" for="people-list">
        {say.say('people_list')}
      </label>
      <textarea
        class="input"
        part="input"
        id="people-list"
        rows={4}
        value={text}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={about}
        aria-invalid={Boolean(problem)}
        onInput={({ currentTarget }) => act.editPeopleList(currentTarget.value)}
        onChange={({ currentTarget }) => act.editPeopleList(currentTarget.value)}
        onDragOver={(event) => event.preventDefault()}
        onDrop={act.receivePeople}
      />
      {problem && (
        <div id="people-list-problem">
          <ProblemText>{explained(say, problem)}</ProblemText>
        </div>
      )}
      <p class="hint" id="people-list-hint">
        {say.say('people_list_hint')}
      </p>
      <div class="tools">
        <Button look="secondary" onClick={act.takePeopleList}>
          {say.say('people_list_add')}
        </Button>
        <Button look="link" onClick={() => act.showPeopleList(false)}>
          {say.say('close')}
        </Button>
      </div>
    </div>
  );
}
