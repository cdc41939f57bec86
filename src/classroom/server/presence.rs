//! Who is here: when each seat was last heard of. By a clock that nobody sets, as far as
//! this server has heard it itself; what another one has heard is told by its time of day.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::app::{locked, now};

/// How long after a sign of life a person counts as here.
pub const HERE: Duration = Duration::from_secs(20);

/// When the seats of a class were last heard of by this server.
#[derive(Default)]
pub struct Presence(Mutex<BTreeMap<String, Instant>>);

impl Presence {
    /// A seat is heard of now.
    pub fn hear(&self, seat: &str) {
        locked(&self.0).insert(seat.to_owned(), Instant::now());
    }

    /// Those that were heard of since a moment, with when.
    pub fn since(&self, from: Instant) -> Vec<(String, Instant)> {
        let heard = locked(&self.0);
        let since = heard.iter().filter(|(_, at)| **at >= from);
        since.map(|(seat, at)| (seat.clone(), *at)).collect()
    }

    /// How long ago a seat was heard of, here or, at `elsewhere` (Unix milliseconds, 0 for
    /// never), by another server.
    pub fn ago(&self, seat: &str, elsewhere: i64) -> Option<Duration> {
        let here = locked(&self.0).get(seat).map(Instant::elapsed);
        let there = (elsewhere > 0).then(|| since(elsewhere, now())).flatten();
        match (here, there) {
            (Some(here), Some(there)) => Some(here.min(there)),
            (here, there) => here.or(there),
        }
    }
}

/// How long ago a moment was, by the time of day. One that lies ahead by more than clocks
/// of several servers differ was noted before a clock was set back, and says nothing.
fn since(at: i64, now: i64) -> Option<Duration> {
    let here = i64::try_from(HERE.as_millis()).unwrap_or(0);
    let ms = (now - at >= -here).then_some((now - at).max(0))?;
    u64::try_from(ms).ok().map(Duration::from_millis)
}

/// A moment as the time of day, Unix milliseconds, by what the clock says now.
pub fn time_of_day(at: Instant) -> i64 {
    now() - i64::try_from(at.elapsed().as_millis()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_here_because_a_clock_was_set_back() {
        let presence = Presence::default();
        let day = 24 * 60 * 60_000;
        // Heard of by another server, and then the clock goes back a day.
        assert_eq!(presence.ago("ana", now() + day), None);
        assert_eq!(presence.ago("ana", 0), None);
        // Clocks of two servers that differ a little.
        assert_eq!(presence.ago("ana", now() + 5_000), Some(Duration::ZERO));
        let an_hour = presence.ago("ana", now() - day / 24).expect("it is known");
        assert!(an_hour >= Duration::from_secs(3_600));
        presence.hear("ana");
        for elsewhere in [0, now() - day, now() + day] {
            let ago = presence.ago("ana", elsewhere).expect("she was heard of");
            assert!(ago < HERE, "{ago:?}");
        }
    }

    #[test]
    fn who_was_heard_of_since() {
        let presence = Presence::default();
        presence.hear("ana");
        std::thread::sleep(Duration::from_millis(5));
        let from = Instant::now();
        presence.hear("ben");
        let since = presence.since(from);
        assert_eq!(since.len(), 1);
        assert_eq!(since[0].0, "ben");
        assert!((now() - time_of_day(since[0].1)).abs() < 1_000);
    }
}
