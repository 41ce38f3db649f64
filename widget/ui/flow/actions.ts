// What the controls of the views do, bound to one element's flow.

import type { Step } from '../form/state.js';
import type { Actions } from '../view/scene.js';
import { type Context, isBusy, say } from './context.js';
import { leaveOrders, listOrders, openOrder, readOrders } from './orders.js';
import { importOwned, release, seeOwned } from './owned.js';
import {
  addPerson,
  edit,
  editPeopleList,
  leave,
  receivePeople,
  removePerson,
  showPeopleList,
  takePeopleList,
} from './people.js';
import { choose, fill, remove, toggle } from './picks.js';
import { askPrice, placeOrder } from './placing.js';
import { pressKey, receive, showList, type } from './search.js';
import { go, move, show } from './steps.js';

/** What can be done while an order is on its way. */
const WHILE_BUSY = ['unfold', 'copy'];

/** `guard` runs what a control does, and takes up what it throws. */
export function actionsOf(context: Context, guard: (work: () => unknown) => void): Actions {
  const actions: Actions = {
    edit: (field, text) => (field === 'query' ? type(context, text) : edit(context, field, text)),
    leave: (field, text) => (field === 'query' ? undefined : leave(context, field, text)),
    pressKey(event, isInList) {
      if (!event.isComposing && pressKey(context, event.key, isInList)) event.preventDefault();
    },
    receive(event, transfer) {
      if (transfer && receive(context, transfer, event.currentTarget)) event.preventDefault();
    },
    showList: (isList) => showList(context, isList),
    toggle: (name) => toggle(context, name),
    remove: (name) => remove(context, name),
    fill: () => fill(context),
    choose: () => choose(context),
    recheck: () => context.client.recheck(),
    seeOwned: () => seeOwned(context),
    importOwned: () => importOwned(context),
    lookAtImports: () => context.client.lookAtImports(),
    release: (name) => release(context, name),
    move: (by) => move(context, by),
    go: (step: Step) => go(context, step),
    show: (at) => show(context, at),
    addPerson: () => addPerson(context),
    removePerson: (number) => removePerson(context, number),
    showPeopleList: (isOpen) => showPeopleList(context, isOpen),
    editPeopleList: (text) => editPeopleList(context, text),
    takePeopleList: () => takePeopleList(context),
    receivePeople(event) {
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      return receivePeople(context, file);
    },
    askPrice: () => askPrice(context),
    place: () => placeOrder(context),
    orderAgain: () => orderAgain(context),
    listOrders: () => listOrders(context, 'title'),
    moreOrders: () => readOrders(context, true),
    openOrder: (id) => openOrder(context, id),
    leaveOrders: () => leaveOrders(context),
    unfold: (list) => unfold(context, list),
    copy: (text) => copy(context, text),
    reload: () => context.client.start(),
  };
  const guarded = Object.entries(actions).map(([name, act]) => [
    name,
    (...given: unknown[]) => {
      if (!isBusy(context) || WHILE_BUSY.includes(name)) guard(() => act(...given));
    },
  ]);
  return Object.fromEntries(guarded);
}

function orderAgain(context: Context): void {
  if (!context.client.state.can_order_again) return;
  say(context, '');
  context.form.isListing = false;
  context.client.orderAgain();
  context.page.changed('title');
}

/** A long list is shown whole from now on. */
function unfold(context: Context, list: string): void {
  context.form.unfolded.add(list);
  context.page.changed(`${list}-rest`);
}

async function copy(context: Context, text: string): Promise<void> {
  try {
    await context.page.copy(text);
    say(context, 'copied');
    context.page.changed();
  } catch {
    // The page does not allow it: the text stands there to be marked.
  }
}
