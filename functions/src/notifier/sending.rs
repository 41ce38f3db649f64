//! Attempts that are made while further notifications are handed out: what an endpoint takes for its answer delays no other.

use crate::notifier::attempt::Begun;
use crate::notifier::parts::Notifier;
use crate::notifier::report::Outcome;
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use tokio::sync::OwnedSemaphorePermit;

/// An attempt, and its place among those to the same endpoint at the same time.
type Sending = (Begun, OwnedSemaphorePermit);

/// Takes attempts that were begun. What it has room for is limited for each endpoint.
#[derive(Debug, Clone)]
pub(super) struct Outbox(UnboundedSender<Sending>);

/// The other end of an [`Outbox`], which ends after it.
#[derive(Debug)]
pub(super) struct Outgoing(UnboundedReceiver<Sending>);

impl Outbox {
    pub(super) fn new() -> (Self, Outgoing) {
        let (outbox, outgoing) = unbounded();
        (Self(outbox), Outgoing(outgoing))
    }

    pub(super) fn add(&self, begun: Begun, place: OwnedSemaphorePermit) {
        // Nobody takes it only when the work was stopped: then its lease ends, and the schedule makes it.
        let _ = self.0.unbounded_send((begun, place));
    }
}

impl Notifier {
    /// Makes the attempts at the same time, until the outbox is gone.
    pub(super) async fn send(&self, Outgoing(outgoing): Outgoing) -> Outcome {
        let send = move |(begun, place)| async move {
            let sent = self.finish(begun).await;
            drop(place);
            sent
        };
        let sent = outgoing.map(send).buffer_unordered(usize::MAX);
        sent.fold(Outcome::default(), |sent, one| async move { sent.with(one) }).await
    }
}
