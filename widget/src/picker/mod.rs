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
use message::{Effect, Message, Timer};
use state::State;

/// Changes `state` by `message`, and tells what has to be done outside.
pub(crate) fn update(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Connected => placing::connect(state),
        Message::Act(action) => act(state, action),
        Message::Typed(Field::Query, text) => search::type_text(state, text),
        Message::Typed(field, text) => people::type_text(state, field, text),
        Message::Left(field) => people::leave(state, field),
        Message::Ticked(Timer::Search(turn)) => search::ask(state, turn),
        Message::Ticked(Timer::Recheck(turn)) => search::ask_again_by_itself(state, turn),
        Message::Ticked(Timer::Watch(turn)) => watching::look(state, turn),
        Message::Hidden(hidden) => watching::hide(state, hidden),
        Message::SessionRead(answer) => placing::session_read(state, answer),
        Message::Checked(turn, names, answer) => search::checked(state, turn, &names, answer),
        Message::OrderSent(answer) => placing::order_sent(state, answer),
        Message::OrderHeld => placing::order_held(state),
        Message::OrderRead(answer) => watching::order_read(state, answer),
    }
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Add(name) => picks::add(state, name),
        Action::Remove(name) => picks::remove_from_list(state, &name),
        Action::PutBack(name) => picks::put_back(state, &name),
        Action::Fill => picks::fill(state),
        Action::Recheck => search::ask_again(state),
        Action::Search => search::ask(state, state.search.turn),
        Action::Continue => steps::forward(state),
        Action::Back => steps::back(state),
        Action::Go(step) => steps::go(state, step),
        Action::Show(field) => steps::show(state, field),
        Action::ShowPicks => steps::show_picks(state),
        Action::AddPerson => people::add(state),
        Action::RemovePerson(number) => people::remove(state, number),
        Action::Place => placing::place(state),
        Action::Reload => placing::connect(state),
    }
}
