//! Signatures of what we send, as [Standard Webhooks](https://www.standardwebhooks.com) has them: HMAC-SHA256 over
//! `id.timestamp.body`.

use crate::clock::Timestamp;
use standardwebhooks::Webhook;

/// The value of `webhook-signature`: a signature for each secret, so that either of two proves it while one is rotated.
/// `None` without a secret, or for what is not one.
pub(crate) fn signature<'s>(
    secrets: impl IntoIterator<Item = &'s str>,
    id: &str,
    at: Timestamp,
    body: &[u8],
) -> Option<String> {
    let sign = |secret: &str| Webhook::new(secret).ok()?.sign(id, at, body).ok();
    let signatures = secrets.into_iter().map(sign).collect::<Option<Vec<_>>>()?;
    Some(signatures.join(" ")).filter(|all| !all.is_empty())
}

#[cfg(test)]
mod tests {
    use super::signature;

    const SECRET: &str = "whsec_plJ3nmyCDGBKInavdOK15jsl";

    /// The vector of <https://github.com/standard-webhooks/standard-webhooks>, libraries/rust.
    #[test]
    fn signature_is_that_of_the_official_libraries() {
        let body = br#"{"event_type":"ping","data":{"success":true}}"#;
        let signed =
            |secrets: &[&str]| signature(secrets.iter().copied(), "msg_loFOjxBNrRLzqYUf", 1_731_705_121, body).unwrap();
        const OFFICIAL: &str = "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=";
        assert_eq!(signed(&[SECRET]), OFFICIAL);
        let both = signed(&["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SECRET]);
        assert_eq!(both.split(' ').collect::<Vec<_>>().last(), Some(&OFFICIAL));
        assert_eq!(both.split(' ').count(), 2);
    }
}
