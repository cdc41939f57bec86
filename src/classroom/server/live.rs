//! News to open pages: a stream of server-sent events that says only that something
//! changed. The page then asks for what it shows, so no event can hold what its
//! reader may not see, and a lost one costs nothing.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse;
use hyper::body::{Body as HttpBody, Bytes, Frame};
use tokio::sync::watch;

use super::app::{App, Live};
use super::presence::time_of_day;
use super::problem::{Answer, Problem};
use super::store::Write;

/// Silence after which a sign of life is sent, so that a dead line is noticed.
const ALIVE: Duration = Duration::from_secs(15);

/// How long a stream lasts. What is sent is too little to see by it whether anybody reads
/// it; whoever does comes back at once, and the others are not kept for ever.
const LASTS: Duration = Duration::from_secs(5 * 60);
/// What the first event says to that: how soon to come back, milliseconds.
const COME_BACK: &str = "retry: 500\n";

type Next = Pin<Box<dyn Future<Output = (watch::Receiver<u64>, Option<u64>)> + Send>>;

struct News {
    next: Option<Next>,
    is_first: bool,
    until: Instant,
}

impl News {
    /// What is new from now on, and that there is something now.
    fn of(mut news: watch::Receiver<u64>, lasts: Duration) -> Self {
        news.mark_changed();
        News {
            next: Some(Box::pin(next(news))),
            is_first: true,
            until: Instant::now() + lasts,
        }
    }
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
                let goes_on = news.has_changed().is_ok() && Instant::now() < self.until;
                self.next = goes_on.then(|| {
                    let next: Next = Box::pin(next(news));
                    next
                });
                let retry = if self.is_first { COME_BACK } else { "" };
                self.is_first = false;
                let text = n.map_or(":\n\n".to_owned(), |n| {
                    format!("{retry}id: {n}\ndata: {n}\n\n")
                });
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
    let mut from = Instant::now();
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
        let at = Instant::now();
        let seats = app.heard_since(from).into_iter();
        let seats: Vec<_> = seats.map(|(seat, at)| (seat, time_of_day(at))).collect();
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
    let body = Body::new(News::of(live.news.subscribe(), LASTS));
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_ends_and_says_before_how_soon_to_come_back() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().expect("a runtime");
        let news = watch::Sender::new(7);
        let read = async |lasts| {
            let mut stream = News::of(news.subscribe(), lasts);
            let mut all = String::new();
            loop {
                news.send_modify(|n| *n += 1);
                let frame = std::future::poll_fn(|cx| Pin::new(&mut stream).poll_frame(cx)).await;
                let Some(Ok(frame)) = frame else { break all };
                all.push_str(&String::from_utf8_lossy(frame.data_ref().expect("data")));
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let once = runtime.block_on(read(Duration::ZERO));
        assert_eq!(once, "retry: 500\nid: 8\ndata: 8\n\n");
        let more = runtime.block_on(read(Duration::from_millis(100)));
        let n_events = more.matches("data: ").count();
        assert!((2..=6).contains(&n_events), "{more}");
        assert_eq!(more.matches("retry: ").count(), 1, "{more}");
    }
}
