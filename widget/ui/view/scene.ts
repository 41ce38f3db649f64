// What the views draw from: the words, the form, the client's state, and what a customer can do.

import type { Known, SessionView, State } from '../client.js';
import type { FieldId, Form, Place, Step, Trouble } from '../form/state.js';
import type { Entry } from '../rules.js';
import type { Speech } from '../words/speech.js';

/** Everything that a control can do. */
export interface Actions {
  edit(field: FieldId, text: string): void;
  leave(field: FieldId, text: string): void;
  pressKey(event: KeyboardEvent, isInList: boolean): void;
  receive(event: Event, transfer: DataTransfer | null): void;
  showList(isList: boolean): void;
  toggle(name: string): void;
  remove(name: string): void;
  fill(): void;
  choose(): void;
  recheck(): void;
  importOwned(): void;
  seeOwned(): void;
  lookAtImports(): void;
  release(name: string): void;
  move(by: 1 | -1): void;
  go(step: Step): void;
  show(at: Place): void;
  addPerson(): void;
  removePerson(number: number): void;
  showPeopleList(isOpen: boolean): void;
  editPeopleList(text: string): void;
  takePeopleList(): void;
  receivePeople(event: DragEvent): unknown;
  askPrice(): void;
  place(): void;
  orderAgain(): void;
  listOrders(): void;
  moreOrders(): void;
  openOrder(id: string): void;
  leaveOrders(): void;
  unfold(list: string): void;
  copy(text: string): void;
  reload(): void;
}

/** Which of its cards the element shows. */
export type Screen = 'loading' | 'failed' | 'expired' | 'doubt' | 'orders' | 'order' | 'form';

export interface Scene {
  readonly say: Speech;
  readonly form: Form;
  readonly state: State;
  readonly screen: Screen;
  /** The session as it was read last, also after its end. */
  readonly view: SessionView | undefined;
  readonly act: Actions;
  /** What is known of a name. */
  readonly row: (name: string) => Known | undefined;
  /** The entries of the list below the search box that are drawn. */
  readonly shown: readonly Entry[];
  /** What is wrong, by its place; only what is shown there already. */
  readonly problems: ReadonlyMap<Place, Trouble>;
  /** What is listed at the top of the step. */
  readonly troubles: readonly Trouble[];
  /** Whether an order is on its way, so that nothing can be changed. */
  readonly isBusy: boolean;
  /** Whether pictures of people are shown. */
  readonly hasPictures: boolean;
  /** Where an order can be looked at again, if the page says so. */
  readonly link: (order: string) => string | undefined;
}

/** Which card belongs to the states of session and order. */
export function screenOf({ session, order }: State, form: Form, view: SessionView | undefined): Screen {
  if (session.state === 'failed' || session.state === 'none') return session.state === 'none' ? 'loading' : 'failed';
  if (session.state === 'loading') return 'loading';
  if (session.state === 'ended') return 'expired';
  if (form.isListing) return 'orders';
  if (order.state === 'doubt') return 'doubt';
  if (order.state === 'placing' || order.state === 'placed') return 'order';
  return view?.plan ? 'form' : 'orders';
}
