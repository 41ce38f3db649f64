//! Gives a session back when its order is refused: the customer may order again.

use crate::failure::Failure;
use crate::metrics::{self, OrderOutcome};
use crate::model::placement::{Phase, Placement};
use crate::placement::order_placement::OrderPlacement;
use crate::placement::place::Outcome;
use crate::placement::prices::Refusal;

impl OrderPlacement {
    /// Nothing was ordered: releases the session for another attempt and returns the reason.
    pub(super) async fn give_back(
        &self,
        placement: &Placement,
        refusal: impl Into<Refusal>,
    ) -> Result<Outcome, Failure> {
        let (Refusal { failure, below_floor }, now) = (refusal.into(), self.clock.now());
        let refused = match below_floor {
            Some(below) => self.store.refuse_below_floor(placement, *below, now).await,
            None => self.store.refuse(placement, now).await,
        };
        match refused {
            Ok(true) => {
                self.uncount(placement).await;
                metrics::order(OrderOutcome::Refused);
                Err(failure)
            }
            // Another request has changed it, and its result counts.
            Ok(false) => Ok(Outcome::Placing),
            Err(error) => {
                tracing::warn!(session.id = %placement.session, error.cause = %error, "refusal not stored");
                match placement.phase {
                    // The lease expires soon; the reason is the better response.
                    Phase::Claimed => Err(failure),
                    // A placement recorded as sent is resolved later, and upstream may accept the order then.
                    _ => Ok(Outcome::Placing),
                }
            }
        }
    }

    /// Removes a refused order from the daily counters.
    pub(super) async fn uncount(&self, refused: &Placement) {
        if let Some(sent) = &refused.sent {
            self.release(&refused.customer, sent.counted).await;
        }
    }
}
