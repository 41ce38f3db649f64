//! Connection errors of the network client. Whether a request may have arrived decides whether an order may be sent
//! again, so each kind of failure is caused with a real socket.

use bytes::Bytes;
use functions::upstream::network::Network;
use functions::upstream::transport::{Transport, TransportError};
use http::{Method, Request, Response};
use std::error::Error;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A timeout longer than anything takes on this machine.
const LONG: Duration = Duration::from_secs(20);
/// Maximum number of response bytes that the client reads.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A server's reaction to the next request of a connection.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Reads the request, sends this response, and keeps the connection open.
    Answer(&'static str),
    /// Reads the request, and sends a response with a body of this many bytes.
    Large(usize),
    /// Reads the request, and closes the connection.
    Close,
    /// Reads one byte, and resets the connection by closing it with unread bytes.
    Reset,
    /// Reads one byte, and keeps the connection open without a response.
    Stall,
}

/// A server, and the paths of the requests that it has read completely.
struct Server {
    address: String,
    received: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Applies `steps` to each connection, and closes it after the last one.
    async fn with(steps: &'static [Step]) -> Self {
        let listener = e2e::listen(0).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let received = Arc::new(Mutex::new(Vec::new()));
        let paths = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, steps, Arc::clone(&paths)));
            }
        });
        Self { address, received }
    }

    fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }

    async fn post(&self, network: &Network, path: &str) -> Result<Response<Bytes>, TransportError> {
        post(network, &format!("http://{}{path}", self.address), LONG).await
    }
}

async fn serve(mut stream: TcpStream, steps: &[Step], received: Arc<Mutex<Vec<String>>>) {
    for step in steps {
        if matches!(step, Step::Reset | Step::Stall) {
            let _ = stream.read_u8().await;
        } else {
            let Some(path) = read_request(&mut stream).await else { return };
            received.lock().unwrap().push(path);
        }
        let sent = match step {
            Step::Answer(text) => stream.write_all(text.as_bytes()).await,
            Step::Large(length) => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
                stream.write_all(&[head.into_bytes(), vec![b'x'; *length]].concat()).await
            }
            Step::Close | Step::Reset => return,
            Step::Stall => std::future::pending().await,
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Reads a request with a body of two bytes, and returns its path; `None` if the connection ends first.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n{}") {
        request.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(request).unwrap().split(' ').nth(1).map(str::to_owned)
}

async fn post(network: &Network, url: &str, timeout: Duration) -> Result<Response<Bytes>, TransportError> {
    let request = Request::builder().method(Method::POST).uri(url).body(Bytes::from_static(b"{}")).unwrap();
    network.send(request, timeout).await
}

fn network() -> Network {
    Network::new().unwrap()
}

/// The kind of an error. Also checks that it does not contain the URL, which may identify a customer.
fn kind(answer: Result<Response<Bytes>, TransportError>) -> &'static str {
    let Err(error) = answer else { return "answered" };
    let mut text = format!("{error:?}");
    let mut cause: Option<&dyn Error> = Some(&error);
    while let Some(error) = cause {
        text += &error.to_string();
        cause = error.source();
    }
    assert!(!text.contains("customer"), "{text}");
    match error {
        TransportError::NotSent(_) => "not sent",
        TransportError::Broken(_) => "broken",
        TransportError::TimedOut(_) => "timed out",
        TransportError::TooLarge => "too large",
    }
}

#[tokio::test]
async fn failed_connection_means_nothing_was_sent() {
    let unused = e2e::listen(0).await.unwrap().local_addr().unwrap();
    let resets = Server::with(&[Step::Reset]).await.address;
    let plain = Server::with(&[Step::Answer(OK)]).await.address;
    for (case, url) in [
        ("refused", format!("http://{unused}/?customer=1")),
        ("refused, TLS", format!("https://{unused}/?customer=1")),
        ("reset during the handshake", format!("https://{resets}/?customer=1")),
        ("no host", "/orders?customer=1".to_owned()),
        ("another scheme", format!("ftp://{plain}/?customer=1")),
    ] {
        assert_eq!(kind(post(&network(), &url, LONG).await), "not sent", "{case}");
    }
}

#[tokio::test]
async fn stalled_tls_handshake_times_out_after_three_seconds() {
    let server = Server::with(&[Step::Stall]).await;
    let start = Instant::now();
    let answer = post(&network(), &format!("https://{}/?customer=1", server.address), LONG).await;
    assert_eq!(kind(answer), "not sent");
    assert!((3..10).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn request_may_have_arrived_once_connected() {
    const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
    const SHORT: Duration = Duration::from_millis(500);
    for (case, steps, timeout, expected) in [
        ("closed", &[Step::Close][..], LONG, "broken"),
        ("reset", &[Step::Reset], LONG, "broken"),
        ("closed in the head", &[Step::Answer("HTTP/1.1 200"), Step::Close], SHORT, "timed out"),
        ("not HTTP", &[Step::Answer("220 mail.example\r\n\r\n")], LONG, "broken"),
        ("closed in the body", &[Step::Answer(HALF)], LONG, "broken"),
        ("no answer", &[Step::Stall], SHORT, "timed out"),
        ("stalled in the body", &[Step::Answer(HALF), Step::Stall], SHORT, "timed out"),
        ("largest answer", &[Step::Large(MAX_ANSWER)], LONG, "answered"),
        ("too large", &[Step::Large(MAX_ANSWER + 1)], LONG, "too large"),
    ] {
        let server = Server::with(steps).await;
        let url = format!("http://{}/orders?customer=1", server.address);
        assert_eq!(kind(post(&network(), &url, timeout).await), expected, "{case}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let server = Server::with(&[Step::Answer("HTTP/1.1 307 X\r\nlocation: /away\r\ncontent-length: 0\r\n\r\n")]).await;
    assert_eq!(server.post(&network(), "/orders").await.unwrap().status(), 307);
    assert_eq!(server.received(), ["/orders"]);
}

#[tokio::test]
async fn closed_keep_alive_connection_repeats_no_request() {
    for (steps, may_break, arrives) in [
        // Closed as soon as it is idle: the next request fails, or uses a new connection.
        (&[Step::Answer(OK)][..], true, false),
        // Closed when the next request has been read.
        (&[Step::Answer(OK), Step::Close], true, true),
        // Reset while the next request is being sent.
        (&[Step::Answer(OK), Step::Reset], true, false),
        (&[Step::Answer(OK), Step::Answer(OK)], false, false),
    ] {
        let (server, network) = (Server::with(steps).await, network());
        let mut expected = Vec::new();
        let mut broken = 0;
        for index in 0..100 {
            let path = format!("/orders/{index}");
            match kind(server.post(&network, &path).await) {
                "answered" => expected.push(path),
                "broken" => {
                    broken += 1;
                    expected.extend(arrives.then_some(path));
                }
                other => panic!("{steps:?}: {other}"),
            }
        }
        assert_eq!(server.received(), expected, "{steps:?}");
        assert!(may_break || broken == 0, "{steps:?}: {broken} broken");
        // If two requests share a connection, the second one fails.
        assert!(steps.len() == 1 || !may_break || broken == 50, "{steps:?}: {broken} broken");
    }
}

#[tokio::test]
async fn environment_proxies_are_ignored() {
    const PROXY: &str = "http://127.0.0.1:9";
    const VARIABLES: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    if std::env::var("ALL_PROXY").as_deref() == Ok(PROXY) {
        let server = Server::with(&[Step::Answer(OK)]).await;
        assert_eq!(kind(server.post(&network(), "/orders").await), "answered");
        return;
    }
    // The environment of a running process cannot be changed safely, so the test runs itself in a new process.
    let itself = ["network::environment_proxies_are_ignored", "--exact"];
    let environment = VARIABLES.map(|name| (name, PROXY));
    let output = Command::new(std::env::current_exe().unwrap()).args(itself).envs(environment).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
