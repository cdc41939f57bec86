//! Our own accept loop on hyper: the header time-out of `axum::serve` is never armed,
//! so one slow client could hold a connection for ever. Nor may one that never reads what
//! it is answered.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::{BoxError, Router};
use hyper::Request;
use hyper::body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::Sleep;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use super::places::Places;

/// A whole handshake, where there is one.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// From the first byte of a request's head to its last; also the rest between requests.
const HEAD: Duration = Duration::from_secs(5);
/// From the end of a request's head to that of its body.
const WHOLE: Duration = Duration::from_secs(10);
/// How long nothing at all of an answer is taken before the connection is given up. It
/// begins anew with every byte that is, so a slow line is no reason.
const TAKES_NOTHING: Duration = Duration::from_secs(20);
/// Bytes of a request's head.
const HEAD_BYTES: usize = 16 * 1024;
/// Lines of a request's head.
const HEAD_LINES: usize = 100;

/// Serves a port until `stop` turns true, within TLS if there is an acceptor.
/// Connections that are open then have a moment to finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    mut stop: watch::Receiver<bool>,
) {
    let places = Places::default();
    loop {
        let accepted = tokio::select! {
            () = stopped(&mut stop) => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file handles: the ones that are open need time to close.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Where as many wait as may, whoever comes is sent away at once.
        let Some(entry) = places.enter(peer.ip()) else {
            continue;
        };
        // Small answers must not wait for more.
        _ = stream.set_nodelay(true);
        let mut stream = Box::pin(TimeoutStream::new(stream));
        stream
            .as_mut()
            .set_write_timeout_pinned(Some(TAKES_NOTHING));
        let (router, stop, tls) = (router.clone(), stop.clone(), tls.clone());
        tokio::spawn(async move {
            let Some(place) = entry.place().await else {
                return;
            };
            match tls {
                None => converse(stream, peer, router, stop).await,
                Some(tls) => {
                    let shaken = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await;
                    // Whoever does not speak TLS, or too slowly, gets no answer.
                    if let Ok(Ok(stream)) = shaken {
                        converse(stream, peer, router, stop).await;
                    }
                }
            }
            drop(place);
        });
    }
}

/// A body that has to be there whole after some time: it breaks off then, and with it the
/// connection. The time-out of a request ends the wait for its answer and not this.
struct InTime {
    body: Incoming,
    until: Pin<Box<Sleep>>,
}

impl HttpBody for InTime {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.until.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err("the request came too slowly".into())));
        }
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        frame.map(|frame| frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Answers one connection, request by request.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        answer(router.clone(), request, peer)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_LINES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // A client that breaks off is no news.
        _ = connection.as_mut() => {}
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            _ = tokio::time::timeout(Duration::from_secs(2), connection).await;
        }
    }
}

/// Returns when the server is to stop. What it waited on is let go of here, because a
/// guard on it may not cross to another thread.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    _ = stop.wait_for(|stop| *stop).await;
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<axum::response::Response, Infallible> {
    let mut request = request.map(|body| {
        let until = Box::pin(tokio::time::sleep(WHOLE));
        Body::new(InTime { body, until })
    });
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
