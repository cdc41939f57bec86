//! When the window draws: never at rest, at most thirty times a second while
//! something moves, at a deadline when something is due. One parked thread wakes
//! the event loop; the update mode never changes after the start.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use bevy::a11y::AccessibilityRequested;
use bevy::prelude::*;
use bevy::winit::{
    EventLoopProxy, EventLoopProxyWrapper, UpdateMode, WinitSettings, WinitUserEvent,
};

/// Between two frames while something moves.
pub const FRAME: Duration = Duration::from_nanos(33_333_333);

/// How long a request of assistive technology may wait: it wakes nobody.
const ACCESS_POLL: Duration = Duration::from_millis(100);

/// A day: the longest wait of the event loop, which spins if it is given for ever.
const DAY: Duration = Duration::from_secs(86_400);

/// Frames until the first picture surely is on the screen.
const START_FRAMES: u32 = 8;

/// Frames without a wish until the window counts as settled.
const QUIET_FRAMES: u32 = 3;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Pace>()
        .insert_resource(WinitSettings::continuous())
        .add_systems(Startup, start_waker)
        .add_systems(Last, keep_pace);
}

/// What wants to be drawn next. Ask every frame anew.
#[derive(Resource, Debug, Default)]
pub struct Pace {
    due: Option<Duration>,
    /// Draw every frame as fast as it goes, for the tour runner.
    pub unbounded: bool,
    frames: u32,
    quiet: u32,
}

impl Pace {
    /// Something moves: draw the next frame of thirty a second.
    pub fn animate(&mut self) {
        self.wake_in(FRAME);
    }

    /// Whether nothing asked for a frame lately.
    pub fn is_settled(&self) -> bool {
        self.quiet >= QUIET_FRAMES
    }

    /// Something is due after this time, real time from this frame on.
    pub fn wake_in(&mut self, after: Duration) {
        self.due = Some(self.due.map_or(after, |due| due.min(after)));
    }
}

/// The way to the thread that wakes the event loop.
#[derive(Resource)]
struct Waker(Sender<Instant>);

fn start_waker(proxy: Option<Res<EventLoopProxyWrapper>>, mut commands: Commands) -> Result {
    if let Some(proxy) = proxy {
        let proxy: EventLoopProxy<WinitUserEvent> = (**proxy).clone();
        let (deadlines, orders) = channel();
        thread::Builder::new()
            .name("pace".into())
            .spawn(move || wake(&orders, &proxy))?;
        commands.insert_resource(Waker(deadlines));
    }
    Ok(())
}

/// Sleeps until the earliest deadline, then wakes the loop. Ends with the window.
fn wake(orders: &Receiver<Instant>, proxy: &EventLoopProxy<WinitUserEvent>) {
    let mut next: Option<Instant> = None;
    loop {
        let order = match next {
            None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => orders.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match order {
            Ok(at) => next = Some(next.map_or(at, |next| next.min(at))),
            Err(RecvTimeoutError::Timeout) => {
                next = None;
                if proxy.send_event(WinitUserEvent::WakeUp).is_err() {
                    return;
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn keep_pace(
    mut pace: ResMut<Pace>,
    mut settings: ResMut<WinitSettings>,
    mut windows: Query<&mut Window>,
    access: Option<Res<AccessibilityRequested>>,
    waker: Option<Res<Waker>>,
    time: Res<Time<Real>>,
) {
    pace.frames = pace.frames.saturating_add(1);
    if pace.frames == 3 {
        // By now the first picture has been drawn: no empty window before it.
        for mut window in &mut windows {
            window.visible = true;
        }
    }
    pace.quiet = if pace.due.is_some() {
        0
    } else {
        pace.quiet.saturating_add(1)
    };
    if pace.unbounded {
        pace.due = None;
        return;
    }
    if pace.frames == START_FRAMES {
        let wait = UpdateMode::reactive_low_power(DAY);
        *settings = WinitSettings {
            focused_mode: wait,
            unfocused_mode: wait,
        };
    }
    if access.is_some_and(|access| access.get()) {
        pace.wake_in(ACCESS_POLL);
    }
    if let (Some(due), Some(waker)) = (pace.due.take(), waker) {
        let begun = time.last_update().unwrap_or_else(Instant::now);
        // The thread lives as long as the sender; a lost wake-up only delays a frame.
        _ = waker.0.send(begun + due);
    }
}
