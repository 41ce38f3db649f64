//! What somebody has to do, of which most events of upstream say nothing: upstream is asked before it is told.

use crate::failure::Failure;
use crate::model::notification::parts::ActionPart;
use crate::notifier::parts::Notifier;
use crate::store::notification::StoredNotification;
use std::time::Duration;

/// How long upstream is waited for. Without its answer, the notification says that something is to be done.
const PATIENCE: Duration = Duration::from_secs(5);

impl Notifier {
    /// `found` with what upstream says there is to do, if it says so itself only that something is. It is kept, so that
    /// every endpoint, every attempt and the log have the same.
    pub(super) async fn with_actions(&self, found: StoredNotification) -> Result<StoredNotification, Failure> {
        let (Some(upstream), Some(waiting)) = (&self.upstream, found.waits_for_unknown()) else {
            return Ok(found);
        };
        // An answer from a moment ago may lack what this is about.
        let cause = match tokio::time::timeout(PATIENCE, upstream.pending_actions_now(&waiting.order)).await {
            Ok(Ok(actions)) => {
                let is_meant = |domain: Option<&str>| waiting.domain.is_none() || waiting.domain.as_deref() == domain;
                let actions = actions.into_iter().filter(|action| is_meant(action.domain.as_deref()));
                let actions: Vec<ActionPart> = actions.map(ActionPart::of).collect();
                return if actions.is_empty() {
                    Ok(found)
                } else {
                    Ok(self.store.tell_actions(found, actions).await?)
                };
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        tracing::warn!(notification = found.id().as_str(), error.cause = cause, "pending actions unavailable");
        Ok(found)
    }
}
