//! A customer in a test: sends messages, answers what is asked, and reads the drawing.

use crate::picker::action::{Action, Field};
use crate::picker::message::{Effect, Failure, Message, News, Outbox, Placed, Tagged, Timer};
use crate::picker::state::State;
use crate::picker::update;
use crate::view::pen::{ATTRIBUTE, BEGIN, END, KEY, TEXT, VALUE};
use crate::view::{Locale, view};
use shared::answers::{AvailabilityAnswer, Limits, OrderView, PlacedView, PlanView, SessionView};
use shared::availability::AvailabilityRow;
use shared::order::OrderStatus;
use shared::plan::RequiredDomains;
use shared::problem::{Finding, Problem};

/// A state, and the effects of the newest message.
pub(crate) struct Script {
    pub(crate) state: State,
    pub(crate) effects: Vec<Effect>,
}

impl Script {
    /// A session for `google` and `microsoft` domains has been read.
    pub(crate) fn with_plan(google: u32, microsoft: u32) -> Self {
        let mut script = Self { state: State::new(), effects: Vec::new() };
        script.send(Message::Connected);
        script.reads_session(session(google, microsoft, None));
        script
    }

    pub(crate) fn send(&mut self, message: Message) -> &mut Self {
        let mut out = Outbox::default();
        update(&mut self.state, message, &mut out);
        self.effects = out.0;
        self
    }

    pub(crate) fn act(&mut self, action: Action) -> &mut Self {
        self.send(Message::Act(action))
    }

    pub(crate) fn types(&mut self, field: Field, text: &str) -> &mut Self {
        self.send(Message::Typed(field, text.to_owned()))
    }

    pub(crate) fn reads_session(&mut self, session: SessionView) -> &mut Self {
        self.send(Message::SessionRead(Ok(Box::new(session))))
    }

    /// Types names, lets the pause pass, and answers the check with `row`.
    pub(crate) fn searches(&mut self, names: &str, row: fn(&str) -> AvailabilityRow) -> &mut Self {
        self.types(Field::Query, names);
        self.rings();
        let (turn, asked) = self.asked_check();
        let domains = asked.iter().map(|name| row(name)).collect();
        self.send(Message::Checked(turn, asked, Ok(AvailabilityAnswer { domains })))
    }

    /// The one timer that was asked for runs out.
    pub(crate) fn rings(&mut self) -> &mut Self {
        let timer = self.timer().1;
        self.send(Message::Ticked(timer))
    }

    pub(crate) fn timer(&self) -> (u32, Timer) {
        let mut timers = self.effects.iter().filter_map(|effect| match effect {
            Effect::After(pause, timer) => Some((*pause, *timer)),
            _ => None,
        });
        timers.next().expect("a timer")
    }

    pub(crate) fn asked_check(&self) -> (u32, Vec<String>) {
        let mut checks = self.effects.iter().filter_map(|effect| match effect {
            Effect::Check(turn, names) => Some((*turn, names.clone())),
            _ => None,
        });
        checks.next().expect("a check")
    }

    pub(crate) fn focus(&self) -> Option<&str> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Focus(id) => Some(id.as_str()),
            _ => None,
        })
    }

    pub(crate) fn told(&self, news: &News) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Tell(told) if told == news))
    }

    pub(crate) fn has(&self, wanted: &Effect) -> bool {
        self.effects.contains(wanted)
    }

    /// A filled form, on the review.
    pub(crate) fn reviews(&mut self) -> &mut Self {
        self.searches("aaa-mail.com bbb-mail.com", free).act(Action::Fill).act(Action::Continue);
        self.types(Field::First(1), "Sam").types(Field::Last(1), "Lee").act(Action::Continue)
    }

    pub(crate) fn drawing(&self) -> String {
        view(&self.state, &Plain)
    }

    /// Every text and attribute value, for questions of the kind "does it say so".
    pub(crate) fn says(&self, words: &str) -> bool {
        self.drawing().split([BEGIN, END, TEXT, ATTRIBUTE, KEY, VALUE]).any(|part| part.contains(words))
    }
}

/// Money and time without a browser.
struct Plain;

impl Locale for Plain {
    fn money(&self, cents: u64, currency: &str) -> String {
        format!("{currency} {}.{:02}", cents / 100, cents % 100)
    }

    fn time(&self, iso: &str) -> String {
        iso.to_owned()
    }
}

pub(crate) fn session(google: u32, microsoft: u32, order: Option<PlacedView>) -> SessionView {
    SessionView {
        id: "s".to_owned(),
        customer: "client@example.com".to_owned(),
        plan: PlanView { name: "Starter".to_owned(), required_domains: RequiredDomains::new(google, microsoft) },
        limits: Limits { availability_names: 200, personas: 10 },
        tlds: vec!["com".to_owned()],
        order,
        expires_at: "2026-05-08T12:30:00Z".to_owned(),
    }
}

pub(crate) fn free(name: &str) -> AvailabilityRow {
    AvailabilityRow {
        available: true,
        checked: true,
        price_cents: Some(1_300),
        renewal_price_cents: Some(1_500),
        currency: Some("usd".to_owned()),
        usable_for: vec!["google".to_owned(), "microsoft".to_owned()],
        reason: None,
        ..AvailabilityRow::unanswered(name)
    }
}

pub(crate) fn google_only(name: &str) -> AvailabilityRow {
    AvailabilityRow { usable_for: vec!["google".to_owned()], ..free(name) }
}

pub(crate) fn taken(name: &str) -> AvailabilityRow {
    AvailabilityRow { reason: Some("taken".to_owned()), checked: true, ..AvailabilityRow::unanswered(name) }
}

pub(crate) fn refusal(status: u16, code: &'static str, findings: Vec<Finding>) -> Failure {
    let mut problem = Problem::new(code, "No.");
    problem.details.findings = findings;
    Failure::Refused { status, problem: Box::new(problem) }
}

pub(crate) fn placed(id: Option<&str>) -> PlacedView {
    let status = if id.is_some() { "in_progress" } else { "placing" };
    PlacedView { id: id.map(str::to_owned), status: status.to_owned() }
}

pub(crate) fn underway() -> Message {
    Message::OrderSent(Ok(Placed::Underway(placed(None))))
}

/// `GET /v1/orders/{id}` says `status`, with `connected` of two domains done.
pub(crate) fn order(status: &str, connected: usize) -> Message {
    let status = OrderStatus::from(status.to_owned());
    let domain = |index: usize| shared::answers::DomainView {
        domain: format!("mail-{index}.com"),
        status: if index < connected { "connected" } else { "in_progress" }.to_owned(),
        provider: None,
    };
    let order = OrderView {
        id: "ord_1".to_owned(),
        is_final: status.is_final(),
        status,
        domain_count: 2,
        costs: None,
        domains: vec![domain(0), domain(1)],
        pending_actions: Vec::new(),
        timeline: Vec::new(),
        created_at: None,
        updated_at: "2026-05-08T12:00:00Z".to_owned(),
    };
    Message::OrderRead(Ok(Some(Box::new(Tagged { order, etag: Some("\"1\"".to_owned()) }))))
}
