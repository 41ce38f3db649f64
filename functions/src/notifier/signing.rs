//! Signs notifications by Standard Webhooks: <https://www.standardwebhooks.com>.

use crate::clock::Timestamp;
use crate::standard_webhooks::signature;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use shared::endpoint::SigningSecret;
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP};

/// The headers of one attempt. During a rotation it has the signatures of both secrets, so that the receiver may verify
/// with either.
///
/// `None` if the id is no header value, or if there is no secret: neither passes the checks before it.
pub fn headers(secrets: &[SigningSecret], id: &str, at: Timestamp, body: &str) -> Option<HeaderMap> {
    let signature = signature(secrets.iter().map(SigningSecret::expose), id, at, body.as_bytes())?;
    let values = [
        (HEADER_WEBHOOK_ID, id.to_owned()),
        (HEADER_WEBHOOK_TIMESTAMP, at.to_string()),
        (HEADER_WEBHOOK_SIGNATURE, signature),
    ];
    let mut headers = HeaderMap::new();
    for (name, value) in values {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?);
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::headers;
    use shared::endpoint::{Destination, Hosts, SigningSecret, read};

    fn secrets(text: &str) -> Vec<SigningSecret> {
        let document = serde_json::json!([{"name": "a", "url": "https://app.acme.com/", "secret": text}]);
        match read(&document.to_string(), Hosts::Public).unwrap().remove(0).destination {
            Destination::Http { secrets, .. } => secrets,
            Destination::Bus { .. } => panic!("it has a url"),
        }
    }

    fn signature(secret: &str, id: &str, at: i64, body: &str) -> String {
        let headers = headers(&secrets(secret), id, at, body).unwrap();
        assert_eq!(headers["webhook-id"], id);
        assert_eq!(headers["webhook-timestamp"], at.to_string());
        headers["webhook-signature"].to_str().unwrap().to_owned()
    }

    /// The vector of the specification's own libraries, such as libraries/rust/src/lib.rs and
    /// libraries/javascript/src/index.test.ts.
    const VECTOR: (&str, &str, i64, &str) = (
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        1_649_367_553,
        r#"{"email":"test@example.com","username":"test_user"}"#,
    );

    #[test]
    fn official_vector_is_signed_as_published() {
        let (secret, id, at, body) = VECTOR;
        assert_eq!(signature(secret, id, at, body), "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
    }

    #[test]
    fn vector_of_the_documentation_is_signed_as_published() {
        // https://docs.svix.com/receiving/verifying-payloads/how-manual
        let body = r#"{"test": 2432232314}"#;
        let signed =
            signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_rotation_signs_with_both_secrets() {
        let (secret, id, at, body) = VECTOR;
        let new = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let both = signature(&format!("{new},{secret}"), id, at, body);
        let expected = format!("{} {}", signature(new, id, at, body), signature(secret, id, at, body));
        assert_eq!(both, expected);
        assert!(both.ends_with(" v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="));
    }

    #[test]
    fn nothing_is_sent_unsigned() {
        assert!(headers(&[], "ntf_1", 1, "{}").is_none());
        assert!(headers(&secrets(VECTOR.0), "ntf\n1", 1, "{}").is_none());
    }
}
