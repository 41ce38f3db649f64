//! The bytes of an order, built when they are needed, and the keyed hashes that recognise them later.

use crate::failure::Failure;
use crate::keys::{DerivedKey, Purpose};
use crate::model::placement::{Placement, Sent};
use crate::placement::order_placement::OrderPlacement;
use crate::secret::SequencerLogin;
use crate::upstream::order_body::OrderBody;
use shared::draft::{CheckedOrder, OrderDraft};

impl OrderPlacement {
    /// The keyed hash of what the draft orders.
    pub(super) fn content(&self, draft: &OrderDraft) -> Result<String, Failure> {
        let content = draft.content();
        let hash = self.fingerprint_key()?.hmac(&[b"content:", content.as_bytes()]);
        hash.ok_or(Failure::Internal("the data key cannot sign".into()))
    }

    fn fingerprint_key(&self) -> Result<DerivedKey, Failure> {
        let secrets = self.secret_store.secrets();
        let key = secrets.data.as_ref().ok_or(Failure::Internal("there is no data key".into()))?;
        Ok(DerivedKey::of(key, Purpose::Fingerprint))
    }

    /// The bytes to send, and the fingerprint that recognises them later.
    pub(super) fn body(&self, placement: &Placement, order: &CheckedOrder) -> Result<(OrderBody, String), Failure> {
        let secrets = self.secret_store.secrets();
        let login = secrets.logins.first().ok_or(Failure::Internal("there is no sequencer login".into()))?;
        let body = body_with(login, placement, order)?;
        let fingerprint = body.fingerprint(&self.fingerprint_key()?);
        let fingerprint = fingerprint.ok_or(Failure::Internal("the data key cannot sign".into()))?;
        Ok((body, fingerprint))
    }

    /// The bytes that were sent, if that login is still stored.
    pub(super) fn same_body(&self, placement: &Placement, sent: &Sent) -> Result<Option<OrderBody>, Failure> {
        let (secrets, key) = (self.secret_store.secrets(), self.fingerprint_key()?);
        for login in &secrets.logins {
            let body = body_with(login, placement, &sent.order)?;
            if body.fingerprint(&key).as_ref() == Some(&sent.fingerprint) {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }
}

fn body_with(login: &SequencerLogin, placement: &Placement, order: &CheckedOrder) -> Result<OrderBody, Failure> {
    OrderBody::new(&placement.user, &placement.plan, placement.client_id, login, order)
        .map_err(|_| Failure::Internal("an order cannot be written as JSON".into()))
}
