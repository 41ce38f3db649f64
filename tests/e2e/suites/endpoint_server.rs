//! An endpoint of a partner for tests: it answers as it is told, and keeps what it received.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::any;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// What an endpoint answers.
#[derive(Debug, Clone)]
pub(crate) struct Answers {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    pub(crate) delay: Duration,
}

impl Answers {
    pub(crate) fn with(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new(), delay: Duration::ZERO }
    }
}

/// A delivery as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn id(&self) -> &str {
        self.headers["webhook-id"].to_str().unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A running endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    answers: Arc<Mutex<Answers>>,
    received: Arc<Mutex<Vec<Received>>>,
    /// How many it has received.
    count: watch::Sender<usize>,
}

impl Server {
    pub(crate) async fn start(status: u16) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new(Answers::with(status)));
        let server = Self { url, answers, received: Arc::default(), count: watch::Sender::new(0) };
        let router = Router::new().route("/{*path}", any(answer)).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    pub(crate) fn answer(&self, answers: Answers) {
        *self.answers.lock().unwrap() = answers;
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Waits until it has received `count` deliveries.
    pub(crate) async fn until(&self, count: usize) {
        let mut counted = self.count.subscribe();
        let arrived = counted.wait_for(|received| *received >= count);
        let waited = tokio::time::timeout(Duration::from_secs(60), arrived).await.map(drop);
        assert!(waited.is_ok(), "only {:?} came", self.ids());
    }

    /// The ids in the order of their arrival.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.received().iter().map(|received| received.id().to_owned()).collect()
    }
}

async fn answer(State(server): State<Server>, headers: HeaderMap, body: Bytes) -> Response<axum::body::Body> {
    let answers = server.answers.lock().unwrap().clone();
    let body = String::from_utf8(body.to_vec()).unwrap();
    server.received.lock().unwrap().push(Received { headers, body });
    server.count.send_modify(|count| *count += 1);
    tokio::time::sleep(answers.delay).await;
    let mut response = Response::new(answers.body.into());
    *response.status_mut() = StatusCode::from_u16(answers.status).unwrap();
    for (name, value) in answers.headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
