//! How an answer of the order proxy is read: whatever comes in its place is no answer, and never an error of the program.

use crate::protocol::facts::{Order, Placed, Session, word};
use crate::protocol::json::Json;
use crate::protocol::moment::{self, DAY};
use crate::protocol::problem::{Problem, TOO_LARGE, UNREACHABLE, UNREADABLE};

/// An answer as it came from the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer<J> {
    /// The status of HTTP; 0 when no answer came.
    pub status: u16,
    /// The header `Retry-After`: seconds, or a date.
    pub retry_after: Option<String>,
    /// The header `ETag`.
    pub etag: Option<String>,
    /// The body, when it is JSON.
    pub body: Option<J>,
}

impl<J> RawAnswer<J> {
    /// No answer: the network failed, or the time was over.
    pub const fn lost() -> Self {
        Self { status: 0, retry_after: None, etag: None, body: None }
    }
}

/// An answer that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<J> {
    /// The status of HTTP; 0 when no answer came.
    pub status: u16,
    /// What is under `data`, untouched.
    pub data: Option<J>,
    /// Orders of the customer that are being placed and not in the list yet, as a list of orders says.
    pub placing: u32,
    /// The refusal in the envelope of the order proxy, when the answer is one.
    pub refusal: Option<Problem<J>>,
    /// The query of the next page, such as `?page_token=…`.
    pub next: Option<String>,
    /// Milliseconds that the server asks to be left alone; 0 when it does not ask, at most a day.
    pub wait_ms: u32,
    /// The header `ETag`.
    pub etag: Option<String>,
}

impl<J: Json> Answer<J> {
    /// Reads `raw`, which came at `now_ms`.
    pub fn read(raw: RawAnswer<J>, now_ms: u64) -> Self {
        let RawAnswer { status, retry_after, etag, body } = raw;
        let part = |key| body.as_ref().and_then(|body| body.member(key));
        let error = part("error");
        let details = error.as_ref().and_then(|error| error.member("details"));
        let in_body = || details.as_ref()?.number("retry_after_seconds");
        let wait = match &retry_after {
            Some(text) => wait_of(text, now_ms),
            None => in_body().unwrap_or(0).saturating_mul(1_000),
        };
        let wait_ms = u32::try_from(wait.min(DAY)).unwrap_or(u32::MAX);
        let placing = part("meta").and_then(|meta| meta.number("placing"));
        let next = part("links").and_then(|links| links.text("next"));
        Self {
            status,
            data: part("data"),
            placing: placing.and_then(|placing| u32::try_from(placing).ok()).unwrap_or(0),
            refusal: error.and_then(|error| refusal_of(status, &error, details, wait_ms)),
            next: next.and_then(|next| next.find('?').and_then(|at| next.get(at..)).map(str::to_owned)),
            wait_ms,
            etag,
        }
    }

    /// Whether the call succeeded, as far as its status says.
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// What is under `data` when the call succeeded.
    pub fn record(&self) -> Option<&J> {
        self.data.as_ref().filter(|_| self.is_success())
    }

    /// Why the call failed; also of an answer that says nothing.
    pub fn problem(&self) -> Problem<J> {
        if let Some(problem) = &self.refusal {
            return problem.clone();
        }
        let (code, retryable) = match self.status {
            0 => (UNREACHABLE, true),
            413 => (TOO_LARGE, false),
            408 | 429 => (UNREADABLE, true),
            400..=499 => (UNREADABLE, false),
            _ => (UNREADABLE, true),
        };
        Problem { status: self.status, retryable, retry_after_ms: self.wait_ms, ..Problem::of_client(code, "") }
    }

    /// The session, and its plan: one with a plan, or one of a known customer that may only look.
    pub fn session(&self) -> Option<(Session, Option<J>)> {
        let data = self.data.as_ref().filter(|_| self.status == 200)?;
        let (session, plan) = (Session::of(data), data.member("plan"));
        let is_session = match &plan {
            Some(plan) => plan.member("required_domains").is_some(),
            None => !session.customer.is_empty(),
        };
        is_session.then_some((session, plan))
    }

    /// The order, as its own record has it.
    pub fn order(&self) -> Option<Order> {
        let order = Order::of(self.data.as_ref().filter(|_| self.status == 200)?);
        Some(order).filter(|order| !order.id.is_empty())
    }

    /// The order that was placed, or is being placed. A receipt has an id; `202` says that there is none yet.
    pub fn placed(&self) -> Option<Placed> {
        let data = self.record()?;
        let placed = Placed::of(data);
        let is_placing = self.status == 202 && !placed.status.is_empty();
        Some(placed).filter(|placed| placed.id.is_some() || is_placing)
    }

    /// Whether a server says that nothing was ordered, or a gateway that it has let nothing through. A page of a proxy
    /// says nothing.
    pub fn is_refusal(&self) -> bool {
        let is_gateway = [413, 429].contains(&self.status);
        (400..500).contains(&self.status) && (self.refusal.is_some() || is_gateway)
    }

    /// Whether the server says for certain that nothing was ordered, and that asking again is of no use.
    pub fn is_final_failure(&self) -> bool {
        let is_final = |problem: &Problem<J>| !problem.retryable && problem.code != "internal";
        self.status >= 500 && self.refusal.as_ref().is_some_and(is_final)
    }
}

/// Milliseconds of a `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3); 0 for anything else.
fn wait_of(text: &str, now_ms: u64) -> u64 {
    let text = text.trim();
    match text.parse::<u64>() {
        Ok(seconds) => seconds.saturating_mul(1_000),
        Err(_) => moment::from_http(text).map_or(0, |date| date.saturating_sub(now_ms)),
    }
}

/// The envelope's refusal. One without a code, or of an answer that is no failure, is none.
fn refusal_of<J: Json>(status: u16, error: &J, details: Option<J>, retry_after_ms: u32) -> Option<Problem<J>> {
    let code = error.text("code").filter(|code| !code.is_empty() && status >= 400)?;
    Some(Problem {
        code,
        message: word(error, "message"),
        field: error.text("field"),
        details,
        status,
        // A server that does not say leaves it open.
        retryable: error.flag("retryable").unwrap_or(true),
        retry_after_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::{Answer, RawAnswer};
    use crate::protocol::facts::list;
    use crate::protocol::json::{Json, from_text};
    use serde_json::Value;

    fn read(status: u16, body: &str) -> Answer<Value> {
        Answer::read(RawAnswer { status, body: from_text(body), ..RawAnswer::lost() }, 1_778_241_600_000)
    }

    fn waits(retry_after: &str) -> u32 {
        let raw = RawAnswer { status: 503, retry_after: Some(retry_after.to_owned()), ..RawAnswer::<Value>::lost() };
        Answer::read(raw, 1_778_241_600_000).wait_ms
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_up_to_a_day() {
        for (text, expected) in [
            ("7", 7_000),
            (" 7 ", 7_000),
            ("999999999999999999999", 0),
            ("999999999", 86_400_000),
            ("Fri, 08 May 2026 12:00:30 GMT", 30_000),
            ("Fri, 08 May 2026 11:59:30 GMT", 0),
            ("-7", 0),
            ("soon", 0),
        ] {
            assert_eq!(waits(text), expected, "{text}");
        }
        let in_body = read(429, r#"{"error":{"code":"slow_down","details":{"retry_after_seconds":9}}}"#);
        assert_eq!(in_body.wait_ms, 9_000);
    }

    #[test]
    fn invalid_responses_have_no_data() {
        for body in ["", "<html>Bad gateway</html>", r#"{"data":{"id":"ord_1","sta"#, "[]", "null", "7", "\u{feff}{}"] {
            for status in [0, 200, 201, 302, 404, 408, 500, 502, 504] {
                let answer = read(status, body);
                assert!(answer.refusal.is_none() && answer.placed().is_none(), "{status} {body}");
                assert!(!answer.is_refusal() && !answer.is_final_failure(), "{status} {body}");
                assert!(answer.session().is_none() && answer.order().is_none(), "{status} {body}");
            }
        }
        assert!(read(413, "<html>").is_refusal() && read(429, "").is_refusal());
    }

    #[test]
    fn problem_tells_no_answer_from_one_that_is_not_ours() {
        for (status, code, retryable) in [
            (0, "unreachable", true),
            (200, "unreadable_answer", true),
            (302, "unreadable_answer", true),
            (404, "unreadable_answer", false),
            (408, "unreadable_answer", true),
            (413, "body_too_large", false),
            (429, "unreadable_answer", true),
            (502, "unreadable_answer", true),
        ] {
            for body in ["<html>Welcome</html>", "[]", r#"{"data":null}"#, r#"{"message":"Forbidden"}"#] {
                let problem = read(status, body).problem();
                assert_eq!((problem.code.as_str(), problem.retryable), (code, retryable), "{status} {body}");
            }
        }
    }

    #[test]
    fn refusal_keeps_details_of_any_shape() {
        let body = r#"{"error":{"code":"approval_required","message":["Pay"],"field":7,"retryable":false,
            "details":{"quote":"quo_1","amount_cents":"much","currency":"usd","findings":[{"code":"a"}],"order":7}}}"#;
        let problem = read(402, body).problem();
        assert_eq!((problem.code.as_str(), problem.status, problem.retryable), ("approval_required", 402, false));
        assert_eq!((problem.message.as_str(), &problem.field), ("", &None));
        let details = problem.details.unwrap_or_default();
        assert_eq!((details.text("quote").as_deref(), details.number("amount_cents")), (Some("quo_1"), None));
        assert_eq!(list(Some(&details), "findings").len(), 1);
    }

    #[test]
    fn malformed_field_does_not_hide_the_others() {
        let session =
            read(200, r#"{"data":{"id":7,"customer":"a@b.c","order":null,"limits":"few","expires_at":null}}"#)
                .session();
        let session =
            session.map(|(session, plan)| (session.customer.clone(), session.availability_names, session.id, plan));
        assert_eq!(session, Some(("a@b.c".to_owned(), 25, String::new(), None)));
        let body = r#"{"data":{"customer":"a","plan":{"required_domains":{}},"order":{"id":"ord_1","status":5}}}"#;
        let order = read(200, body).session().and_then(|(session, _)| session.order);
        assert_eq!(order.map(|order| (order.id, order.status)), Some((Some("ord_1".to_owned()), String::new())));
        // Whatever it is: there is an order.
        let order =
            read(200, r#"{"data":{"customer":"a","order":[]}}"#).session().and_then(|(session, _)| session.order);
        assert_eq!(order.map(|order| (order.id, order.status)), Some((None, String::new())));
        for no_session in
            [r#"{"data":{"customer":"a","plan":{}}}"#, r#"{"data":{"plan":null}}"#, r#"{"data":["ses_1"]}"#]
        {
            assert_eq!(read(200, no_session).session(), None, "{no_session}");
        }
        let answer = read(200, r#"{"data":[],"meta":{"placing":-1},"links":7}"#);
        assert_eq!((answer.placing, answer.next), (0, None));
    }

    #[test]
    fn minimal_order_is_parsed() {
        let order = read(200, r#"{"data":{"id":"ord_1","status":"in_progress","domains":null,"final":"no"}}"#).order();
        assert_eq!(order.map(|order| (order.id, order.is_final)), Some(("ord_1".into(), false)));
        assert_eq!(read(200, r#"{"data":{"status":"in_progress"}}"#).order(), None);
    }

    #[test]
    fn next_page_is_the_query_of_its_link() {
        assert_eq!(read(200, r#"{"links":{"next":"/v1/orders?page_token=x"}}"#).next.as_deref(), Some("?page_token=x"));
        assert_eq!(read(200, r#"{"links":{"next":null}}"#).next, None);
    }
}
