//! Who may talk to a port: so many connections at once, so many of them from one address,
//! and so many that wait for a place.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::app::locked;

/// Connections at once, on one port.
const CONNECTIONS: usize = 1_024;
/// Those of them that one address may have. A school may stand behind one: a class of 250
/// with two each, and some more.
const SHARE: usize = 512;
/// Connections that wait for a place, on one port.
const WAITING: usize = 256;
/// How long they wait.
const PATIENCE: Duration = Duration::from_secs(10);

/// The places of one port.
pub struct Places {
    all: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Those of each address that has or awaits any.
    shares: Mutex<BTreeMap<IpAddr, Weak<Semaphore>>>,
}

impl Default for Places {
    fn default() -> Self {
        Places {
            all: Arc::new(Semaphore::new(CONNECTIONS)),
            waiting: Arc::new(Semaphore::new(WAITING)),
            shares: Mutex::default(),
        }
    }
}

/// A connection's place, until it is dropped.
pub struct Place {
    _share: OwnedSemaphorePermit,
    _one: OwnedSemaphorePermit,
}

/// A connection that has a place, or may wait for one.
pub enum Entry {
    /// It has.
    Placed(Place),
    /// It may wait.
    Waits {
        /// The places of its address.
        share: Arc<Semaphore>,
        /// Those of all.
        all: Arc<Semaphore>,
        /// Its leave to wait.
        leave: OwnedSemaphorePermit,
    },
}

impl Places {
    /// What a connection from an address gets; nothing where too many wait already.
    pub fn enter(&self, address: IpAddr) -> Option<Entry> {
        let share = self.share(address.to_canonical());
        let taken = |semaphore: &Arc<Semaphore>| Arc::clone(semaphore).try_acquire_owned().ok();
        if let Some(own) = taken(&share)
            && let Some(one) = taken(&self.all)
        {
            return Some(Entry::Placed(Place {
                _share: own,
                _one: one,
            }));
        }
        Some(Entry::Waits {
            share,
            leave: taken(&self.waiting)?,
            all: Arc::clone(&self.all),
        })
    }

    fn share(&self, address: IpAddr) -> Arc<Semaphore> {
        let mut shares = locked(&self.shares);
        if let Some(share) = shares.get(&address).and_then(Weak::upgrade) {
            return share;
        }
        // Nobody is there from these any more.
        shares.retain(|_, share| share.strong_count() > 0);
        let share = Arc::new(Semaphore::new(SHARE));
        shares.insert(address, Arc::downgrade(&share));
        share
    }
}

impl Entry {
    /// A place, as soon as there is one; nothing where that takes too long.
    pub async fn place(self) -> Option<Place> {
        let (share, all, leave) = match self {
            Entry::Placed(place) => return Some(place),
            Entry::Waits { share, all, leave } => (share, all, leave),
        };
        let place = tokio::time::timeout(PATIENCE, async {
            let own = share.acquire_owned().await.ok()?;
            let one = all.acquire_owned().await.ok()?;
            Some(Place {
                _share: own,
                _one: one,
            })
        });
        let place = place.await.ok().flatten();
        drop(leave);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, n])
    }

    fn take(places: &Places, from: u8, n: usize) -> Vec<Place> {
        let entries = std::iter::repeat_with(|| places.enter(address(from)));
        let placed = entries.map_while(|entry| match entry {
            Some(Entry::Placed(place)) => Some(place),
            _ => None,
        });
        placed.take(n).collect()
    }

    #[test]
    fn a_class_behind_one_address_fits_and_nobody_has_every_place() {
        let places = Places::default();
        let mut class = take(&places, 1, 2_000);
        assert_eq!(class.len(), SHARE);
        const { assert!(SHARE >= 250 * 2, "two connections for each of a class") };
        let other = take(&places, 2, 2_000);
        assert_eq!(other.len(), SHARE, "whoever is elsewhere has a share too");
        assert!(take(&places, 3, 1).is_empty(), "the port is full");
        class.pop();
        assert_eq!(take(&places, 3, 2).len(), 1);
        drop((class, other));
        take(&places, 4, 1);
        assert_eq!(locked(&places.shares).len(), 1, "who is gone is forgotten");
    }

    #[test]
    fn whoever_has_to_wait_gets_the_next_place_and_no_more_wait_than_may() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let places = Places::default();
            let mut class = take(&places, 1, SHARE);
            let mut waiting: Vec<Entry> = (0..WAITING)
                .map(|_| places.enter(address(1)).expect("leave to wait"))
                .collect();
            assert!(places.enter(address(1)).is_none(), "too many wait");
            assert_eq!(take(&places, 2, 1).len(), 1, "elsewhere there are places");
            let first = waiting.pop().expect("one that waits").place();
            let mut first = std::pin::pin!(first);
            let short = Duration::from_millis(20);
            assert!(tokio::time::timeout(short, &mut first).await.is_err());
            class.pop();
            assert!(first.await.is_some());
        });
    }
}
