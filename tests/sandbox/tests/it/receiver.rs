//! A webhook receiver on its own port, with scripted responses.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// One received delivery.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) event_id: String,
    pub(crate) timestamp: i64,
    pub(crate) signature: String,
    pub(crate) body: String,
}

#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    arrived: Arc<Mutex<Vec<Delivery>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            url: format!("http://{}/hooks", listener.local_addr().unwrap()),
            arrived: Arc::default(),
            answers: Arc::default(),
        };
        let serving = receiver.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let receiver = serving.clone();
                let service = service_fn(move |request| receiver.clone().take(request));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        receiver
    }

    async fn take(self, request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, hyper::Error> {
        let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(request.method(), "POST");
        assert_eq!(header("content-type"), "application/json");
        let (event_id, timestamp, signature) =
            (header("peeker-event-id"), header("peeker-timestamp"), header("peeker-signature"));
        let body = request.into_body().collect().await?.to_bytes();
        self.arrived.lock().unwrap().push(Delivery {
            event_id,
            timestamp: timestamp.parse().unwrap(),
            signature,
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        let status = self.answers.lock().unwrap().pop_front().unwrap_or(204);
        Ok(Response::builder().status(status).body(Empty::new()).unwrap())
    }

    /// Scripts the next responses; later ones are 204.
    pub(crate) fn will_answer(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    pub(crate) fn arrived(&self) -> Vec<Delivery> {
        self.arrived.lock().unwrap().clone()
    }
}
