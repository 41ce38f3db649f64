//! The picker: its state, and how each message changes it. Pure, so that it runs in native tests.

pub(crate) mod action;
pub(crate) mod message;
pub(crate) mod people;
pub(crate) mod picks;
mod placing;
pub(crate) mod search;
pub(crate) mod state;
pub(crate) mod steps;
pub(crate) mod watching;

use action::{Action, Field};
use message::{Message, Outbox, Timer};
use state::State;

/// Changes `state` by `message`, and puts into `out` what has to be done outside.
pub(crate) fn update(state: &mut State, message: Message, out: &mut Outbox) {
    match message {
        Message::Connected => placing::connect(state, out),
        Message::Act(action) => act(state, action, out),
        Message::Typed(Field::Query, text) => search::type_text(state, text, out),
        Message::Typed(field, text) => people::type_text(state, field, text),
        Message::Left(field) => people::leave(state, field),
        Message::Ticked(Timer::Search(turn)) => search::ask(state, turn, out),
        Message::Ticked(Timer::Recheck(turn)) => search::ask_again_by_itself(state, turn, out),
        Message::Ticked(Timer::Watch(turn)) => watching::look(state, turn, out),
        Message::Hidden(hidden) => watching::hide(state, hidden, out),
        Message::SessionRead(answer) => placing::session_read(state, answer, out),
        Message::Checked(turn, names, answer) => search::checked(state, turn, &names, answer, out),
        Message::OrderSent(answer) => placing::order_sent(state, answer, out),
        Message::OrderHeld => placing::order_held(state),
        Message::OrderRead(answer) => watching::order_read(state, answer, out),
    }
}

fn act(state: &mut State, action: Action, out: &mut Outbox) {
    match action {
        Action::Add(name) => picks::add(state, name, out),
        Action::Remove(name) => picks::remove_from_list(state, &name, out),
        Action::PutBack(name) => picks::put_back(state, &name, out),
        Action::Fill => picks::fill(state, out),
        Action::Recheck => search::ask_again(state, out),
        Action::Search => search::ask(state, state.search.turn, out),
        Action::Continue => steps::forward(state, out),
        Action::Back => steps::back(state, out),
        Action::Go(step) => steps::go(state, step, out),
        Action::Show(field) => steps::show(state, field, out),
        Action::ShowPicks => steps::show_picks(state, out),
        Action::AddPerson => people::add(state, out),
        Action::RemovePerson(number) => people::remove(state, number, out),
        Action::Place => placing::place(state, out),
        Action::Reload => placing::connect(state, out),
    }
}
