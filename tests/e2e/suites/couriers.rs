//! How letters leave: to which addresses, for how long, and what is kept of an answer.

use crate::endpoint_server::{Answers, Server};
use functions::clock::Clock;
use functions::notifier::courier::{Answer, Courier, Letter, SignedLetter};
use functions::notifier::network::Network;
use functions::notifier::outside::Outside;
use shared::endpoint::Hosts;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(5);

async fn send(hosts: Hosts, url: &str, limit: Duration) -> Answer {
    let network = Network::new(hosts, Clock::from_fn(|| 1_000)).unwrap();
    let courier = Outside { network, buses: None };
    let letter = SignedLetter { url: url.to_owned(), headers: Default::default(), body: "{}".to_owned() };
    courier.carry(Letter::Signed(letter), limit).await
}

#[tokio::test]
async fn private_addresses_are_not_called() {
    let server = Server::start(204).await;
    let port = server.url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
        let answer = send(Hosts::Public, &format!("http://{host}:{port}"), LIMIT).await;
        assert_eq!(
            (answer.status, answer.response.as_str()),
            (None, "the address is not on the public internet"),
            "{host}"
        );
    }
    // A name is checked once it is resolved.
    let answer = send(Hosts::Public, &format!("http://localhost:{port}"), LIMIT).await;
    assert_eq!(
        (answer.status, answer.response.as_str()),
        (None, "no connection: the address is not on the public internet")
    );
    assert!(server.received().is_empty());
    let answer = send(Hosts::AndThisMachine, &format!("http://localhost:{port}"), LIMIT).await;
    assert_eq!((answer.status, server.received().len()), (Some(204), 1));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (from, to) = (Server::start(307).await, Server::start(204).await);
    from.answer(Answers { headers: vec![("location", to.url.clone())], ..Answers::with(307) });
    assert_eq!(send(Hosts::AndThisMachine, &from.url, LIMIT).await.status, Some(307));
    assert!(to.received().is_empty());
}

#[tokio::test]
async fn a_kilobyte_of_a_large_answer_is_kept() {
    let server = Server::start(200).await;
    server.answer(Answers { body: "x".repeat(20 * 1024 * 1024), ..Answers::with(200) });
    let answer = send(Hosts::AndThisMachine, &server.url, LIMIT).await;
    assert_eq!((answer.status, answer.response), (Some(200), "x".repeat(1_024)));
}

#[tokio::test]
async fn an_endpoint_that_hangs_is_left_in_time() {
    let server = Server::start(200).await;
    server.answer(Answers { delay: Duration::from_secs(60), ..Answers::with(200) });
    let answer = send(Hosts::AndThisMachine, &server.url, Duration::from_millis(300)).await;
    assert_eq!((answer.status, answer.response.as_str()), (None, "no answer in time: operation timed out"));
    assert!((300..3_000).contains(&answer.milliseconds), "{}", answer.milliseconds);
}

#[tokio::test]
async fn without_an_answer_the_reason_is_kept() {
    let port = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.local_addr().unwrap().port()
    };
    let refused = send(Hosts::AndThisMachine, &format!("http://127.0.0.1:{port}/"), LIMIT).await;
    assert_eq!(refused.status, None);
    assert!(refused.response.starts_with("no connection: "), "{}", refused.response);
    // A server without TLS has no certificate.
    let server = Server::start(200).await;
    let plain = send(Hosts::AndThisMachine, &server.url.replace("http://", "https://"), LIMIT).await;
    assert_eq!((plain.status, server.received().len()), (None, 0));
    assert!(plain.response.starts_with("no connection: "), "{}", plain.response);
}

/// A server whose certificate no authority has signed: the port that it listens on, and how many handshakes succeeded.
async fn untrusted() -> (u16, Arc<AtomicUsize>) {
    let certificate = include_bytes!("certificates/self-signed.der").to_vec().into();
    let key = include_bytes!("certificates/self-signed.key.der").to_vec().try_into().unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (port, trusted) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let (acceptor, count) = (tokio_rustls::TlsAcceptor::from(Arc::new(config)), Arc::clone(&trusted));
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            if acceptor.accept(socket).await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    (port, trusted)
}

#[tokio::test]
async fn a_certificate_that_nobody_signed_is_refused() {
    let (port, trusted) = untrusted().await;
    for host in ["127.0.0.1", "localhost"] {
        let answer = send(Hosts::AndThisMachine, &format!("https://{host}:{port}/hook"), LIMIT).await;
        let why = "no connection: invalid peer certificate: UnknownIssuer";
        assert_eq!((answer.status, answer.response.as_str()), (None, why), "{host}");
    }
    assert_eq!(trusted.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn retry_after_is_read() {
    let server = Server::start(503).await;
    server.answer(Answers { headers: vec![("retry-after", "7".to_owned())], ..Answers::with(503) });
    let answer = send(Hosts::AndThisMachine, &server.url, LIMIT).await;
    assert_eq!((answer.status, answer.retry_after), (Some(503), Some(7)));
}
