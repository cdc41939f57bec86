//! News to open pages: a stream of server-sent events that says only that something
//! changed. The page then asks for what it shows, so no event can hold what its
//! reader may not see, and a lost one costs nothing.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hyper::body::{Body as HttpBody, Bytes, Frame};
use tokio::sync::watch;

/// Silence after which a sign of life is sent, so that a dead line is noticed.
const ALIVE: Duration = Duration::from_secs(15);

type Next = Pin<Box<dyn Future<Output = (watch::Receiver<u64>, Option<u64>)> + Send>>;

struct News {
    next: Option<Next>,
}

async fn next(mut news: watch::Receiver<u64>) -> (watch::Receiver<u64>, Option<u64>) {
    let changed = tokio::time::timeout(ALIVE, news.changed()).await;
    let now = changed.is_ok_and(|changed| changed.is_ok());
    let n = now.then(|| *news.borrow_and_update());
    (news, n)
}

impl HttpBody for News {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let Some(waiting) = &mut self.next else {
            return Poll::Ready(None);
        };
        match waiting.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready((news, n)) => {
                // The class is gone when nobody can send any more.
                self.next = news.has_changed().is_ok().then(|| {
                    let next: Next = Box::pin(next(news));
                    next
                });
                let text = n.map_or(":\n\n".to_owned(), |n| format!("id: {n}\ndata: {n}\n\n"));
                Poll::Ready(Some(Ok(Frame::data(Bytes::from(text)))))
            }
        }
    }
}

/// The stream of a class. Whatever event a page says it saw last, it gets the newest.
pub fn stream(mut news: watch::Receiver<u64>) -> Response {
    news.mark_changed();
    let body = Body::new(News {
        next: Some(Box::pin(next(news))),
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}
