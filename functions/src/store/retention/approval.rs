//! Forgets the approvals of a customer: those that have ended are removed, and the others once they end.

use crate::model::notification::NotificationId;
use crate::store::approval::StoredApproval;
use crate::store::key::Key;
use crate::store::list::{Page, Place};
use crate::store::retention::customer::PAGE;
use crate::store::retention::progress::{Forgetting, Step};
use crate::store::{Store, StoreError};
use shared::ids::ApprovalId;

impl Forgetting<'_> {
    /// Removes the approvals of `alias` that have ended, and counts the others:
    /// their payments have not been taken or given back, and they are removed once they end.
    pub(super) async fn approvals(&mut self, alias: &str) -> Result<Step, StoreError> {
        let mut cursor = None;
        loop {
            let Page { places, end } = self.store.list_approvals_of(alias, cursor.as_ref(), PAGE).await?;
            for id in places.iter().filter_map(Place::approval_id) {
                if self.is_late() {
                    return Ok(Step::OutOfTime);
                }
                let is_open = !self.store.drop_ended_approval(&id).await?;
                self.done.open_approvals = self.done.open_approvals.saturating_add(u32::from(is_open));
            }
            cursor = end;
            if cursor.is_none() {
                return Ok(Step::Done);
            }
        }
    }
}

impl Store {
    /// Removes an approval that has ended; an end is final, so nothing can change it meanwhile. `false`: it has not ended.
    pub(super) async fn drop_ended_approval(&self, id: &ApprovalId) -> Result<bool, StoreError> {
        let Some(found) = self.approval(id).await? else { return Ok(true) };
        if found.state.is_live() {
            return Ok(false);
        }
        self.delete(&Key::approval(id)).await?;
        Ok(true)
    }

    /// Whether the customer of `approval` was forgotten since it came to its state.
    pub(crate) async fn is_forgotten_since(&self, approval: &StoredApproval) -> Result<bool, StoreError> {
        match &approval.customer {
            Some(customer) => Ok(self.pseudonym(customer, approval.at).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Removes an approval that has just ended, if its customer was forgotten since it came to its state before; and no
    /// answer to `told`, which says so, is kept.
    pub(crate) async fn drop_approval_if_forgotten(
        &self,
        before: &StoredApproval,
        told: NotificationId,
    ) -> Result<(), StoreError> {
        if self.is_forgotten_since(before).await? {
            // The partner has to hear of the payment.
            self.forget_answers(&told).await?;
            self.drop_ended_approval(&before.approval.id).await?;
        }
        Ok(())
    }
}
