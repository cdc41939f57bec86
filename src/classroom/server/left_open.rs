//! Runs that could not be ended when their class was, because the disk was full or somebody
//! else held the store: it is tried again while the server runs, and less often each time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::app::App;
use super::runs;
use crate::classroom::inert;

/// How often it is looked whether there are any.
const LOOK: Duration = Duration::from_secs(10);
/// Looks between two tries at most: some ten minutes.
const MOST: u32 = 64;

/// How it stands with a class that has some.
struct Wait {
    /// Looks until the next try.
    looks: u32,
    /// Looks between that one and the one after.
    then: u32,
}

/// Ends them, until the server stops.
pub async fn end(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut waits: BTreeMap<String, Wait> = BTreeMap::new();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        // A store that cannot be read is told of where somebody asks for something.
        let Ok(classes) = app.store.closed_with_open_runs().await else {
            continue;
        };
        waits.retain(|id, _| classes.iter().any(|class| class.id == *id));
        for class in classes {
            // Whoever has just closed it may still be at it.
            let first = Wait { looks: 1, then: 1 };
            let wait = waits.entry(class.id.clone()).or_insert(first);
            if wait.looks > 0 {
                wait.looks -= 1;
                continue;
            }
            wait.looks = wait.then;
            wait.then = (wait.then * 2).min(MOST);
            if let Err(problem) = runs::end_all(&app, &class).await {
                anstream::eprintln!("server: {}", inert::line(problem.detail()));
            }
        }
    }
}
