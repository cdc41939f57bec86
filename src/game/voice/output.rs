//! Brings a plan to the loudspeaker. The device is opened at the first sound and
//! closed after five seconds of silence, by a thread that lives only meanwhile:
//! the caller never waits, and needs no clock. Without a device nothing is heard
//! and nothing fails; what the terminal is spared, and what not, says `probe`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rodio::cpal::{BufferSize, StreamError};
use rodio::{DeviceSinkBuilder, DeviceSinkError, MixerDeviceSink};

use super::plan::Plan;
use super::probe;
use super::room::{self, Room};
use super::speech::{FADE, Speech};

/// An open device costs the machine a hundred wake-ups a second.
const CLOSE_AFTER: Duration = Duration::from_secs(5);
/// So many errors of a stream, and it is given up.
const MAX_ERRORS: u32 = 64;

/// The loudspeaker, open or not.
pub(crate) struct Output {
    line: Arc<Mutex<Line>>,
    /// Whether a device is worth trying; a test answers no.
    device_likely: fn() -> bool,
}

/// What stands between the caller and the device.
enum Line {
    Closed,
    /// A thread takes orders; it is opening the device or has it open.
    Open(Sender<Order>),
    /// There is no device, or none that can be opened.
    Unavailable,
}

enum Order {
    /// Speak, instead of whatever is being said.
    Say(Box<Plan>, f32),
    /// Be quiet.
    Hush,
    /// The device is gone, or the game is.
    Close,
}

impl Output {
    /// An output that has not tried any device yet.
    pub(crate) fn new() -> Output {
        Output {
            line: Arc::new(Mutex::new(Line::Closed)),
            device_likely: probe::sound_likely,
        }
    }

    /// Speaks `plan` at `volume`, 0 silent to 1 full (squared, as ears hear it),
    /// instead of anything still being said. Returns at once. The first sound
    /// after a silence comes some 50 to 200 ms later, while the device opens.
    pub(crate) fn play(&self, plan: &Plan, volume: f32) {
        let volume = volume.clamp(0.0, 1.0);
        if plan.is_empty() || volume.is_nan() || volume == 0.0 {
            return self.stop();
        }
        let order = Order::Say(Box::new(plan.clone()), volume * volume);
        let mut line = lock(&self.line);
        if let Line::Open(orders) = &*line {
            if orders.send(order).is_err() {
                // The thread has died, which only a fault in the drivers does.
                *line = Line::Unavailable;
            }
        } else if matches!(*line, Line::Closed) {
            let (orders, inbox) = mpsc::channel();
            let worker = Worker {
                line: Arc::clone(&self.line),
                inbox,
                orders: orders.clone(),
            };
            let device_likely = self.device_likely;
            let spawned = thread::Builder::new()
                .name("voice".to_owned())
                .spawn(move || worker.run(order, device_likely));
            *line = if spawned.is_ok() {
                Line::Open(orders)
            } else {
                Line::Unavailable
            };
        }
    }

    /// Fades out what is being said, at once.
    pub(crate) fn stop(&self) {
        self.order(Order::Hush);
    }

    #[cfg(test)]
    fn is_open(&self) -> bool {
        matches!(*lock(&self.line), Line::Open(_))
    }

    /// Whether the last attempt found no device. Settings say so.
    pub(crate) fn is_unavailable(&self) -> bool {
        matches!(*lock(&self.line), Line::Unavailable)
    }

    /// Forgets that there was no device: the next sound tries again. For the
    /// start of an encounter; a headset may have been plugged in.
    pub(crate) fn retry(&self) {
        let mut line = lock(&self.line);
        if matches!(*line, Line::Unavailable) {
            *line = Line::Closed;
        }
    }

    fn order(&self, order: Order) {
        if let Line::Open(orders) = &*lock(&self.line) {
            // A thread that has died is noticed by the next `play`.
            let _ = orders.send(order);
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.order(Order::Close);
    }
}

/// The line is valid after any panic: every change of it is one assignment.
fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread that owns the device, which on some systems may not change threads.
struct Worker {
    line: Arc<Mutex<Line>>,
    inbox: Receiver<Order>,
    /// For the device's own thread to report its loss.
    orders: Sender<Order>,
}

impl Worker {
    fn run(self, first: Order, device_likely: fn() -> bool) {
        let mut next = first;
        loop {
            let device = device_likely()
                .then(|| open(&self.orders))
                .and_then(Result::ok);
            let Some(device) = device else {
                *lock(&self.line) = Line::Unavailable;
                return;
            };
            self.serve(&device, next);
            // Close first and ask afterwards: an order that came in between must
            // find the device free to be opened again.
            drop(device);
            let mut line = lock(&self.line);
            match self.inbox.try_iter().last() {
                Some(order @ Order::Say(..)) => next = order,
                _ => {
                    *line = Line::Closed;
                    return;
                }
            }
        }
    }

    /// Carries out orders until five seconds after the last sound; then what is
    /// heard around the voice fades, too.
    fn serve(&self, device: &MixerDeviceSink, first: Order) {
        let mut around = Around::default();
        let mut hush = Arc::new(AtomicBool::new(false));
        let mut quiet_from = Instant::now();
        let mut order = first;
        loop {
            hush.store(true, Ordering::Relaxed);
            match order {
                Order::Say(plan, gain) => {
                    hush = Arc::new(AtomicBool::new(false));
                    quiet_from = Instant::now() + Duration::from_secs_f32(plan.duration());
                    let rate = device.config().sample_rate();
                    around.play(device, plan.timbre.telephone, gain);
                    device
                        .mixer()
                        .add(Speech::new(&plan, gain, rate, Arc::clone(&hush)));
                }
                Order::Hush => quiet_from = quiet_from.min(Instant::now() + FADE),
                Order::Close => return,
            }
            let patience = (quiet_from + CLOSE_AFTER).saturating_duration_since(Instant::now());
            order = match self.inbox.recv_timeout(patience) {
                Ok(order) => order,
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    around.fade();
                    match self.inbox.recv_timeout(room::FADE) {
                        Ok(order) => order,
                        Err(_) => return,
                    }
                }
            };
        }
    }
}

/// What is heard around the voice, while the device is open.
#[derive(Default)]
struct Around {
    /// Whether it is a telephone line, how loud, and what ends it.
    now: Option<(bool, f32, Arc<AtomicBool>)>,
}

impl Around {
    /// Lets the place be heard; nothing changes if it is heard already.
    fn play(&mut self, device: &MixerDeviceSink, telephone: bool, gain: f32) {
        if matches!(self.now, Some((t, g, _)) if t == telephone && g == gain) {
            return;
        }
        self.fade();
        let hush = Arc::new(AtomicBool::new(false));
        let rate = device.config().sample_rate();
        device
            .mixer()
            .add(Room::new(telephone, gain, rate, Arc::clone(&hush)));
        self.now = Some((telephone, gain, hush));
    }

    fn fade(&mut self) {
        if let Some((.., hush)) = self.now.take() {
            hush.store(true, Ordering::Relaxed);
        }
    }
}

/// Opens the default device and no other: trying them all is what makes ALSA talk.
fn open(orders: &Sender<Order>) -> Result<MixerDeviceSink, DeviceSinkError> {
    let attempt = |size: Option<BufferSize>| {
        let builder = DeviceSinkBuilder::from_default_device()?;
        let builder = match size {
            Some(size) => builder.with_buffer_size(size),
            None => builder,
        };
        builder
            .with_error_callback(report_loss(orders.clone()))
            .open_stream()
    };
    let mut device = match attempt(None) {
        // Some drivers refuse the size rodio proposes and take their own.
        Err(DeviceSinkError::BuildError(_)) => attempt(Some(BufferSize::Default))?,
        first => first?,
    };
    device.log_on_drop(false);
    Ok(device)
}

/// Closes the line, once, when the stream is lost; keeps other errors, which
/// rodio would print, to itself.
fn report_loss(orders: Sender<Order>) -> impl FnMut(StreamError) + Send + 'static {
    let mut n_errors = 0_u32;
    move |error| {
        n_errors = match error {
            StreamError::BufferUnderrun => return,
            StreamError::BackendSpecific { .. } => n_errors.saturating_add(1),
            _ => n_errors.max(MAX_ERRORS - 1).saturating_add(1),
        };
        if n_errors == MAX_ERRORS {
            // Nobody listens when the line is being closed anyway.
            let _ = orders.send(Order::Close);
        }
    }
}

#[cfg(test)]
mod tests {
    use engine::percept::Percept;

    use super::*;
    use crate::game::voice::timbre::Timbre;

    fn line(text: &str) -> Plan {
        Plan::new(text, &Percept::default(), &Timbre::for_look("courier"))
    }

    fn settled(output: &Output) -> bool {
        let until = Instant::now() + Duration::from_secs(5);
        while output.is_open() && Instant::now() < until {
            thread::sleep(Duration::from_millis(2));
        }
        !output.is_open()
    }

    #[test]
    fn a_machine_without_sound_is_remembered_until_retried() {
        let output = quiet();
        assert!(!output.is_unavailable());
        output.play(&line("Hello there."), 1.0);
        assert!(settled(&output) && output.is_unavailable());
        output.play(&line("Again."), 1.0);
        assert!(!output.is_open(), "no second attempt within an encounter");
        output.retry();
        assert!(!output.is_unavailable());
        output.play(&line("Next customer."), 1.0);
        assert!(settled(&output) && output.is_unavailable());
    }

    #[test]
    fn silence_opens_nothing() {
        let output = quiet();
        output.stop();
        output.play(&line("..."), 1.0);
        output.play(&line("Hello"), 0.0);
        output.play(&line("Hello"), f32::NAN);
        assert!(!output.is_open() && !output.is_unavailable());
    }

    fn quiet() -> Output {
        Output {
            line: Arc::new(Mutex::new(Line::Closed)),
            device_likely: || false,
        }
    }

    #[test]
    fn a_lost_device_closes_the_line_once() {
        let (orders, inbox) = mpsc::channel();
        let mut report = report_loss(orders);
        for _ in 0..1_000 {
            report(StreamError::BufferUnderrun);
        }
        assert_eq!(inbox.try_iter().count(), 0);
        for _ in 0..10 {
            report(StreamError::DeviceNotAvailable);
        }
        assert_eq!(inbox.try_iter().count(), 1);
    }
}
