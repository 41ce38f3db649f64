//! A fake stage with scripted responses that records requests.

use crate::harness::Shell;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const KEY: &str = "partner_of_the_test";

/// Runs until the test ends.
pub(crate) struct Stage {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    /// Returns this response to every request.
    pub(crate) fn start(status: u16, body: Value) -> Self {
        Self::with_pages(status, vec![body])
    }

    /// Returns these responses in order, and the last one from then on.
    pub(crate) fn with_pages(status: u16, pages: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        std::thread::spawn(move || {
            let mut pages = pages.iter();
            let mut page = pages.next().unwrap();
            for stream in listener.incoming() {
                answer(stream.unwrap(), status, page, &seen);
                page = pages.next().unwrap_or(page);
            }
        });
        Self { url, requests }
    }

    /// Sets this stage and its key in the environment.
    pub(crate) fn connect(&self, shell: &mut Shell) {
        shell.set("PEEKER_API", &self.url);
        shell.set("PEEKER_PARTNER_KEY", KEY);
    }

    /// Method, path and authorization of each request.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, status: u16, body: &Value, seen: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
    let first = lines.next().unwrap_or_default();
    let mut authorization = String::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        if let Some(value) = line.strip_prefix("authorization: ") {
            value.clone_into(&mut authorization);
        }
    }
    seen.lock().unwrap().push(format!("{} {authorization}", first.trim_end_matches(" HTTP/1.1")));
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).unwrap();
}
