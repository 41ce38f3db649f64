//! Pagination: `per_page`, an opaque `page_token`, links and meta.

use serde_json::{Value, json};

use super::call::Call;
use super::reply::{Refusal, Reply};

/// Maximum number of rows of a page: docs/upstream.md#paging.
const MOST: u64 = 100;
/// Default number of rows of a page: docs/upstream.md#paging.
const DEFAULT: u64 = 25;

/// The requested page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    per_page: usize,
    /// Only rows at positions below this one, newest first.
    pub(crate) below: u64,
}

impl Page {
    pub(crate) fn of(call: &Call) -> Result<Self, Refusal> {
        let per_page = match call.parameter("per_page") {
            None => DEFAULT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|count| (1..=MOST).contains(count))
                .ok_or_else(|| Refusal::invalid("per_page", "per_page is a number from 1 to 100"))?,
        };
        let below = match call.parameter("page_token") {
            None => u64::MAX,
            Some(token) => untangle(token, &call.url)
                .ok_or_else(|| Refusal::invalid("page_token", "page_token only comes from links.next of this list"))?,
        };
        Ok(Self { per_page: usize::try_from(per_page).unwrap_or(usize::MAX), below })
    }

    /// The response with the first rows of an iterator that runs from the newest.
    pub(crate) fn answer<'a, T: 'a>(
        self,
        call: &Call,
        rows: impl Iterator<Item = (u64, &'a T)>,
        json: impl Fn(&T) -> Value,
    ) -> Reply {
        let mut rows = rows.skip_while(|(place, _)| *place >= self.below);
        let mut data = Vec::new();
        let mut last = 0;
        for (place, row) in rows.by_ref().take(self.per_page) {
            data.push(json(row));
            last = place;
        }
        let next = rows.next().map(|_| self.link(call, Some(tangle(last, &call.url))));
        let body = json!({
            "links": {"first": self.link(call, None), "next": next},
            "meta": {"path": call.url, "per_page": self.per_page, "returned": data.len()},
            "data": data,
        });
        Reply { status: 200, body }
    }

    /// The URL of the list with its filters, as in the samples.
    fn link(self, call: &Call, token: Option<String>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if call.is("GET", &["orders", "pending"]) && call.parameter("status").is_none() {
            // Only this list has its default filter in the sample.
            query.append_pair("status", "open");
        }
        for (name, value) in &call.query {
            if name != "per_page" && name != "page_token" {
                query.append_pair(name, value);
            }
        }
        query.append_pair("per_page", &self.per_page.to_string());
        if let Some(token) = token {
            query.append_pair("page_token", &token);
        }
        format!("{}?{}", call.url, query.finish())
    }
}

/// Checksum that detects tokens of other lists and other text. It is not a secret.
fn checksum(place: u64, url: &str) -> u64 {
    let path = url.rsplit("/v1").next().unwrap_or_default();
    path.bytes().fold(place ^ 0x9e37_79b9_7f4a_7c15, |sum, byte| {
        sum.rotate_left(5).wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
    })
}

fn tangle(place: u64, url: &str) -> String {
    format!("{place:x}z{:016x}", checksum(place, url))
}

fn untangle(token: &str, url: &str) -> Option<u64> {
    let (place, sum) = token.split_once('z')?;
    let place = u64::from_str_radix(place, 16).ok()?;
    (u64::from_str_radix(sum, 16).ok()? == checksum(place, url)).then_some(place)
}
