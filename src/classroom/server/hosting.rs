//! A server inside another program: opened and closed by it, on threads of its own.
//! What may wait is done there; what is asked here is answered at once.

#[cfg(any(test, feature = "game"))]
pub mod at_board;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use tokio::runtime::Runtime;

use super::app::{App, Doors, locked};
use super::store::Write;
use super::{Opened, Options, app, open, pages, runtime};
use crate::desk::library::Library;

/// How often the class is looked at when nothing told of it.
const LOOK: Duration = Duration::from_secs(5);

/// A class as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Its title.
    pub title: String,
    /// Its join code, in two halves.
    pub code: String,
    /// `lobby`, `running`, `paused` or `closed`.
    pub state: String,
    /// Its state in words.
    pub state_words: &'static str,
    /// The doctrine it is scored by.
    pub doctrine: String,
    /// Whether people may join.
    pub joining: bool,
    /// People in it.
    pub n_in: usize,
    /// Encounters that were handed in, and how many there are to be.
    pub done: (usize, usize),
}

/// A server that this program has opened. Dropping it closes it, which may take a
/// moment.
pub struct Hosting {
    runtime: Runtime,
    opened: Option<Opened>,
    now: Arc<Mutex<Option<Now>>>,
}

impl Hosting {
    /// Opens a server. Takes a moment; `changed` is called from a thread of the server
    /// whenever [`Hosting::now`] has something new.
    ///
    /// # Errors
    /// When the folder, the store or a port cannot be had.
    pub fn open(
        library: Library,
        options: Options,
        changed: impl Fn() + Send + 'static,
    ) -> anyhow::Result<Self> {
        let runtime = runtime()?;
        let opened = runtime.block_on(open(library, options))?;
        let now = Arc::new(Mutex::new(None));
        if let Some(class) = opened.class.clone() {
            let (app, held) = (Arc::clone(&opened.app), Arc::clone(&now));
            let mut stopped = opened.stop.subscribe();
            runtime.spawn(async move {
                tokio::select! {
                    () = watch_class(&app, &class, &held, changed) => {}
                    _ = stopped.wait_for(|stop| *stop) => {}
                }
            });
        }
        Ok(Hosting {
            runtime,
            opened: Some(opened),
            now,
        })
    }

    /// Where the room finds it.
    pub fn doors(&self) -> Option<&Doors> {
        self.opened.as_ref().map(|opened| &opened.app.doors)
    }

    /// The class it was opened with, as it is now; none if it was opened for those
    /// that there were, or if the class is gone.
    pub fn now(&self) -> Option<Now> {
        locked(&self.now).clone()
    }

    /// A link that opens the board, once. The one before it stops working.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    #[cfg(feature = "game")]
    pub fn board_link(&self) -> anyhow::Result<String> {
        self.opened.as_ref().context("it is closed")?.board_link()
    }

    /// Begins the class, or lets it go on, and lets people join.
    pub fn begin(&self) {
        let Some((app, class)) = self.opened.as_ref().and_then(|opened| {
            let class = opened.class.clone()?;
            Some((Arc::clone(&opened.app), class))
        }) else {
            return;
        };
        self.runtime.spawn(async move {
            if let Err(why) = begin(&app, &class).await {
                anstream::eprintln!("server: the class was not begun: {why:#}");
            }
        });
    }
}

impl Drop for Hosting {
    fn drop(&mut self) {
        if let Some(opened) = self.opened.take() {
            self.runtime.block_on(opened.close());
        }
    }
}

async fn begin(app: &App, class: &str) -> anyhow::Result<()> {
    let row = app.store.class(class).await?.context("it is gone")?;
    let write = Write::State {
        class: row.id.clone(),
        revision: row.revision,
        state: "running",
        now: app::now(),
    };
    app.store.write(write).await?;
    let door = Write::Joining {
        class: row.id.clone(),
        open: true,
    };
    app.store.write(door).await?;
    if let Ok(live) = app.live(&row) {
        live.tell();
    }
    Ok(())
}

/// Keeps `held` as the class is. Ends with the class.
async fn watch_class(
    app: &App,
    class: &str,
    held: &Mutex<Option<Now>>,
    changed: impl Fn() + Send + 'static,
) {
    loop {
        let now = look(app, class).await;
        let Ok(now) = now else {
            // The store is busy; it is looked at again.
            tokio::time::sleep(LOOK).await;
            continue;
        };
        let gone = now.is_none();
        let differs = {
            let mut held = locked(held);
            let differs = *held != now;
            *held = now;
            differs
        };
        if differs {
            changed();
        }
        if gone {
            return;
        }
        let news = match app.store.class(class).await {
            Ok(Some(row)) => app.live(&row).map(|live| live.news.subscribe()).ok(),
            _ => None,
        };
        match news {
            Some(mut news) => _ = tokio::time::timeout(LOOK, news.changed()).await,
            None => tokio::time::sleep(LOOK).await,
        }
    }
}

async fn look(app: &App, class: &str) -> anyhow::Result<Option<Now>> {
    let row = app.store.class(class).await?;
    let Some(row) = row.filter(|row| !row.deleted) else {
        return Ok(None);
    };
    let Ok(live) = app.live(&row) else {
        return Ok(None);
    };
    let mut seats = app.store.seats(&row.id).await?;
    seats.retain(|seat| !seat.removed && !seat.erased);
    let attempts = app.store.attempts(&row.id).await?;
    let mine = |seat: &str| seats.iter().any(|row| row.id == seat);
    let done = attempts
        .iter()
        .filter(|row| row.hash.is_some() && mine(&row.seat));
    Ok(Some(Now {
        title: row.title.clone(),
        code: pages::halves(&row.code),
        state: row.state.clone(),
        state_words: pages::state_words(&row.state),
        doctrine: live.assignment.doctrine.title.clone(),
        joining: row.joining,
        n_in: seats.len(),
        done: (done.count(), seats.len() * live.assignment.n_tasks()),
    }))
}
