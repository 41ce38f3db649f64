//! The HTTP/1.1 server over hyper, which can close a connection without a response.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::error::SandboxError;
use crate::sandbox::Sandbox;

/// Maximum body size in bytes: 1,000 domains with redirects of 2,048 characters are 2.4 MB.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// An error that makes hyper close the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed without an answer, as scripted")]
struct Dropped;

pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, SandboxError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => SandboxError::AddressTaken { address },
        _ => SandboxError::Address { address, source },
    })
}

/// Accepts connections until it is aborted, which also closes them.
pub(crate) async fn serve(sandbox: Sandbox, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        // A failed accept affects only one peer.
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Without this, small responses wait for the peer's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        let sandbox = sandbox.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| answer(sandbox.clone(), request));
            // The error is a closed connection, or a scripted drop.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(
    sandbox: Sandbox,
    request: Request<Incoming>,
) -> Result<Response<impl hyper::body::Body<Data = Bytes, Error = Infallible>>, Dropped> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Ok(sandbox.too_large().map(Full::new)),
    };
    // A client that disconnects drops this future; the request is executed anyway, as upstream would.
    let request = Request::from_parts(head, body);
    let task = tokio::spawn(async move { sandbox.handle(request).await });
    match task.await {
        Ok(Some(response)) => Ok(response.map(Full::new)),
        _ => Err(Dropped),
    }
}
