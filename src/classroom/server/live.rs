//! News to open pages: a stream of server-sent events that says only that something
//! changed. The page then asks for what it shows, so no event can hold what its
//! reader may not see, and a lost one costs nothing.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse;
use hyper::body::{Body as HttpBody, Bytes, Frame};
use tokio::sync::watch;

use super::app::{App, Live, now};
use super::problem::{Answer, Problem};
use super::store::Write;

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

/// How often it is looked whether another process has changed something.
const LOOK: Duration = Duration::from_secs(1);

/// Tells open pages what other processes have changed, and other servers who was heard
/// of here, until the server stops. `seen` is the news of others before anybody was served.
pub async fn follow(app: Arc<App>, mut seen: i64, mut stop: watch::Receiver<bool>) {
    let mut from = now();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        // A store that cannot be read is told of where somebody asks for something.
        let Ok(news) = app.store.news_of_others().await else {
            continue;
        };
        if std::mem::replace(&mut seen, news) != news {
            app.tell_all();
        }
        if !app.store.shared() {
            continue;
        }
        let at = now();
        let seats = app.heard_since(from);
        if seats.is_empty() || app.store.write(Write::Heard { seats }).await.is_ok() {
            from = at;
        }
    }
}

/// Streams of one class at once; each holds one of the port's connections.
const STREAMS: usize = 100;

/// The stream of a class. Whatever event a page says it saw last, it gets the newest.
///
/// # Errors
/// When the class has as many as it may have.
pub fn stream(live: &Live) -> Answer {
    if live.news.receiver_count() >= STREAMS {
        return Err(Problem::too_many());
    }
    let mut news = live.news.subscribe();
    news.mark_changed();
    let body = Body::new(News {
        next: Some(Box::pin(next(news))),
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body).into_response())
}
