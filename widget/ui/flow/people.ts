// People and addresses: typing, leaving a field, adding and removing people, and people from a list.

import { readText } from '../form/file_text.js';
import { addPeople, completed, visible } from '../form/people.js';
import { readPeople, withPeople, writePeople } from '../form/people_list.js';
import { type FieldId, type Form, newPerson, type Person, type PersonField, placeParts } from '../form/state.js';
import { type Context, pickedNames, reportChange, say } from './context.js';

/** A field beside the search box, which has a flow of its own. */
type FormField = Exclude<FieldId, 'query'>;

/** Something was typed into a field of a person or of an address. */
export function edit(context: Context, field: FormField, text: string): void {
  const { form } = context;
  writeField(form, field, text);
  form.reported = form.reported.filter(({ at }) => at !== field && at !== 'people');
  context.page.changed();
}

/** The focus left a field: from now on its problem is shown, unless it was left empty. */
export function leave(context: Context, field: FormField, text: string): void {
  const { form } = context;
  if (text.trim()) form.left.add(field);
  const [what] = placeParts(field);
  if (what === 'forwarding' || what === 'redirect') writeField(form, field, completed(text, pickedNames(context)));
  else if (what === 'profile_picture_url') writeField(form, field, completed(text, []));
  else if (what === 'first_name' || what === 'last_name') writeField(form, field, visible(text));
  context.page.changed();
}

export function addPerson(context: Context): void {
  const { form, view } = context;
  if (!view || form.people.length >= view.limits.personas) return;
  form.peopleMade += 1;
  form.people = [...form.people, newPerson(form.peopleMade)];
  peopleChanged(context);
  say(context, 'person_added', { count: form.people.length });
  context.page.changed(`first_name-${form.peopleMade}`);
}

/** One person less; the last one stays. */
export function removePerson(context: Context, number: number): void {
  const { form } = context;
  const index = form.people.findIndex((person) => person.number === number);
  if (index < 0 || form.people.length < 2) return;
  form.people = form.people.filter((person) => person.number !== number);
  form.reported = form.reported.filter(({ at }) => at !== 'people' && placeParts(at)[1] !== String(number));
  peopleChanged(context);
  say(context, 'person_removed', { count: index + 1 });
  const neighbour = form.people[index] ?? form.people.at(-1);
  context.page.changed(`first_name-${neighbour?.number}`);
}

/** Opens the box for a list, or closes it; what is in it stays for the next time. */
export function showPeopleList(context: Context, isOpen: boolean): void {
  context.form.peopleList = { ...context.form.peopleList, isOpen, problem: undefined };
  context.page.changed(isOpen ? 'people-list' : 'people-list-open');
}

export function editPeopleList(context: Context, text: string): void {
  context.form.peopleList = { ...context.form.peopleList, text, problem: undefined };
  context.page.changed();
}

/** Takes up the people of the list, as many as one order may have; the others stay in the box. */
export function takePeopleList(context: Context): void {
  const { form, view, page } = context;
  const limit = view?.limits.personas ?? 0;
  const listed = readPeople(form.peopleList.text);
  const leftOut = addPeople(form, listed, limit);
  const count = listed.length - leftOut;
  if (count) {
    peopleChanged(context);
    say(context, 'people_added', { count });
  }
  if (leftOut) {
    const problem = { code: 'people_list_cut', count: leftOut, limit };
    form.peopleList = { isOpen: true, text: writePeople(listed.slice(count)), problem };
  } else if (count) {
    form.peopleList = { isOpen: false, text: '', problem: undefined };
  } else {
    form.peopleList = { ...form.peopleList, problem: { code: 'people_list_empty' } };
  }
  page.changed(form.peopleList.isOpen ? 'people-list' : `first_name-${form.people.at(-count)?.number}`);
}

/** Takes up a list that was pasted and not added. Whether the customer can go on: what was said once need not be said again. */
export function takePending(context: Context): boolean {
  const { isOpen, text, problem } = context.form.peopleList;
  if (!isOpen || !text.trim() || problem?.code === 'people_list_cut') return true;
  takePeopleList(context);
  return !context.form.peopleList.problem;
}

/** A file that was dropped on the box for people: it comes after what is in the box. */
export async function receivePeople(context: Context, file: Blob): Promise<void> {
  const read = await readText(file);
  const { form, page } = context;
  const { text } = form.peopleList;
  if ('problem' in read) form.peopleList = { ...form.peopleList, problem: { code: read.problem } };
  else form.peopleList = { isOpen: true, text: withPeople(text, read.text), problem: undefined };
  page.changed();
}

function peopleChanged(context: Context): void {
  context.form.reported = context.form.reported.filter(({ at }) => at !== 'people');
  reportChange(context);
}

function writeField(form: Form, field: FormField, text: string): void {
  const [what, of] = placeParts(field);
  switch (what) {
    case 'forwarding':
      form.forwarding = text;
      break;
    case 'owned':
      form.owned = { ...form.owned, text };
      break;
    case 'redirect':
      form.picks = form.picks.map((pick) => (pick.name === of ? { ...pick, redirect: text } : pick));
      break;
    default:
      // What is no field of a person does not compile here.
      form.people = form.people.map((person) =>
        String(person.number) === of ? withField(person, what, text) : person,
      );
  }
}

function withField(person: Person, field: PersonField, text: string): Person {
  return { ...person, [field]: text };
}
