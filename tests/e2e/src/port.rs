//! Ports on the loopback interface.

use crate::error::StackError;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// Opens a loopback port.
///
/// # Errors
/// [`StackError::PortTaken`], [`StackError::Port`].
pub async fn listen(port: u16) -> Result<TcpListener, StackError> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => StackError::PortTaken(port),
        _ => StackError::Port(port, error),
    })
}
