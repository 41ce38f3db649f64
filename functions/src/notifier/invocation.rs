//! What starts the notifier: records of the table's stream, messages of the queue, or the schedule.

use crate::model::notification::NotificationId;
use crate::notifier::later::Reminder;
use crate::store::notification::started_by;
use serde::Deserialize;
use serde_json::Value;

/// What an invocation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invocation {
    /// Notifications that were written, or are to be delivered again.
    Written(Vec<NotificationId>),
    /// Attempts that were put off. A message that cannot be read is dropped.
    Reminders(Vec<Reminder>),
    /// Everything that is due.
    Everything,
}

#[derive(Deserialize)]
struct Records {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    dynamodb: Option<Change>,
    #[serde(default)]
    body: Option<String>,
}

#[derive(Deserialize)]
struct Change {
    #[serde(rename = "Keys")]
    keys: Keys,
}

#[derive(Deserialize)]
struct Keys {
    pk: Text,
    sk: Text,
}

#[derive(Deserialize)]
struct Text {
    #[serde(rename = "S")]
    text: String,
}

impl Invocation {
    /// Reads the event of an invocation. Whatever is neither of the stream nor of the queue is the schedule's.
    pub fn read(event: Value) -> Self {
        let Ok(Records { records }) = serde_json::from_value(event) else {
            return Self::Everything;
        };
        let is_queue = records.iter().any(|record| record.body.is_some());
        if is_queue {
            let read = |record: Record| serde_json::from_str(&record.body?).ok();
            return Self::Reminders(records.into_iter().filter_map(read).collect());
        }
        let keys = records.into_iter().filter_map(|record| record.dynamodb).map(|change| change.keys);
        let mut written: Vec<NotificationId> =
            keys.filter_map(|keys| started_by(&keys.pk.text, &keys.sk.text)).collect();
        // A record may come twice.
        written.sort();
        written.dedup();
        Self::Written(written)
    }
}

#[cfg(test)]
mod tests {
    use super::Invocation;
    use crate::model::notification::NotificationId;
    use crate::notifier::later::Reminder;
    use serde_json::json;

    const ID: &str = "ntf_0123456789abcdef0123456789abcdef";

    #[test]
    fn the_queue_names_attempts_and_unreadable_messages_are_dropped() {
        // As in https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
        let message =
            |body: &str| json!({"messageId": "1", "receiptHandle": "x", "body": body, "eventSource": "aws:sqs"});
        let body = json!({"notification": ID, "endpoint": "backend"}).to_string();
        let event = json!({"Records": [message(&body), message("{}"), message("")]});
        let reminder = Reminder { notification: NotificationId::parse(ID).unwrap(), endpoint: "backend".to_owned() };
        assert_eq!(Invocation::read(event), Invocation::Reminders(vec![reminder]));
    }

    #[test]
    fn anything_else_delivers_what_is_due() {
        for event in [json!({}), json!(null), json!({"source": "aws.events", "detail-type": "Scheduled Event"})] {
            assert_eq!(Invocation::read(event), Invocation::Everything);
        }
        assert_eq!(Invocation::read(json!({"Records": []})), Invocation::Written(Vec::new()));
    }
}
