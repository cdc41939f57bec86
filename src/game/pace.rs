//! When the window draws: never at rest, at most thirty times a second while
//! something moves, at a deadline when something is due. One parked thread wakes
//! the event loop; the update mode never changes after the start.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use bevy::a11y::{AccessibilityRequested, ActionRequest};
use bevy::ecs::system::SystemParam;
use bevy::input::keyboard::KeyboardInput;
use bevy::input::mouse::MouseButtonInput;
use bevy::prelude::*;
use bevy::window::WindowResized;
use bevy::winit::accessibility::{WinitActionRequestHandler, WinitActionRequestHandlers};
use bevy::winit::{
    EventLoopProxy, EventLoopProxyWrapper, UpdateMode, WinitSettings, WinitUserEvent,
};

use super::screen::{Overlay, Screen};

/// Between two frames while something moves.
pub const FRAME: Duration = Duration::from_nanos(33_333_333);

/// How long a request of assistive technology may wait, which wakes nobody by
/// itself: the parked thread looks, and no frame is drawn for looking.
const ACCESS_POLL: Duration = Duration::from_millis(100);

/// How long assistive technology that has just come may wait for the first tree.
const ACCESS_LOOK: Duration = Duration::from_secs(1);

/// A day: the longest wait of the event loop, which spins if it is given for ever.
const DAY: Duration = Duration::from_secs(86_400);

/// The frame after which the window is shown: the one before it is drawn by then.
const SHOW_FRAME: u32 = 2;

/// Frames until the first picture surely is on the screen.
const START_FRAMES: u32 = 8;

/// Frames drawn after somebody did something, for what takes a frame to show.
const AFTER_FRAMES: u32 = 3;

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
    after: u32,
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

/// What the parked thread looks at.
struct Watch {
    orders: Receiver<Instant>,
    proxy: EventLoopProxy<WinitUserEvent>,
    access: AccessibilityRequested,
    /// What assistive technology asked for and no frame has taken up yet.
    requests: Vec<Arc<Mutex<WinitActionRequestHandler>>>,
}

fn start_waker(
    proxy: Option<Res<EventLoopProxyWrapper>>,
    access: Option<Res<AccessibilityRequested>>,
    requests: Option<Res<WinitActionRequestHandlers>>,
    mut commands: Commands,
) -> Result {
    let (Some(proxy), Some(access), Some(requests)) = (proxy, access, requests) else {
        return Ok(());
    };
    let (deadlines, orders) = channel();
    let watch = Watch {
        orders,
        proxy: (**proxy).clone(),
        access: access.clone(),
        requests: requests.values().cloned().collect(),
    };
    thread::Builder::new()
        .name("pace".into())
        .spawn(move || watch.keep())?;
    commands.insert_resource(Waker(deadlines));
    Ok(())
}

impl Watch {
    /// Sleeps until something is due, then wakes the loop. Ends with the window.
    fn keep(&self) {
        let mut next: Option<Instant> = None;
        let mut access = false;
        loop {
            let look = if access { ACCESS_POLL } else { ACCESS_LOOK };
            let wait = next.map_or(look, |at| {
                at.saturating_duration_since(Instant::now()).min(look)
            });
            match self.orders.recv_timeout(wait) {
                Ok(at) => next = Some(next.map_or(at, |next| next.min(at))),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let due = next.is_some_and(|at| at <= Instant::now());
            let came = !access && self.access.get();
            access |= came;
            if due {
                next = None;
            }
            let wake = due || came || (access && self.is_asked());
            if wake && self.proxy.send_event(WinitUserEvent::WakeUp).is_err() {
                return;
            }
        }
    }

    fn is_asked(&self) -> bool {
        let waiting = |queue: &Arc<Mutex<WinitActionRequestHandler>>| {
            queue.lock().is_ok_and(|queue| !queue.is_empty())
        };
        self.requests.iter().any(waiting)
    }
}

/// What somebody did this frame, or what changed by it.
#[derive(SystemParam)]
struct Doings<'w, 's> {
    keys: MessageReader<'w, 's, KeyboardInput>,
    buttons: MessageReader<'w, 's, MouseButtonInput>,
    requests: MessageReader<'w, 's, ActionRequest>,
    resized: MessageReader<'w, 's, WindowResized>,
    screens: MessageReader<'w, 's, StateTransitionEvent<Screen>>,
    overlays: MessageReader<'w, 's, StateTransitionEvent<Overlay>>,
}

impl Doings<'_, '_> {
    fn any(&mut self) -> bool {
        let n = self.keys.read().count()
            + self.buttons.read().count()
            + self.requests.read().count()
            + self.resized.read().count()
            + self.screens.read().count()
            + self.overlays.read().count();
        n > 0
    }
}

fn keep_pace(
    mut pace: ResMut<Pace>,
    mut doings: Doings,
    mut settings: ResMut<WinitSettings>,
    mut windows: Query<&mut Window>,
    waker: Option<Res<Waker>>,
    time: Res<Time<Real>>,
) {
    pace.frames = pace.frames.saturating_add(1);
    if pace.frames == SHOW_FRAME {
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
    if doings.any() {
        pace.after = AFTER_FRAMES;
    }
    if pace.after > 0 {
        pace.after -= 1;
        pace.wake_in(FRAME);
    }
    if let (Some(due), Some(waker)) = (pace.due.take(), waker) {
        let begun = time.last_update().unwrap_or_else(Instant::now);
        // The thread lives as long as the sender; a lost wake-up only delays a frame.
        _ = waker.0.send(begun + due);
    }
}
