//! How a face moves over time: it eases to what it shows, a small moment passes
//! over it, it speaks, blinks, breathes, and after a while comes to rest. Pure:
//! time comes in as seconds.

use bevy::prelude::*;
use engine::percept::{Micro, Percept};

use crate::portrait::action::ActionUnits;
use crate::portrait::look::Look;

/// Seconds from one expression to the next.
const EASE: f32 = 0.35;
/// Seconds of a micro-moment.
const MOMENT: f32 = 1.0;
/// Seconds of one breath.
const BREATH: f32 = 4.4;
/// Seconds without an event until a face begins to settle, and until it is still.
const SETTLING: f32 = 6.5;
const SETTLED: f32 = 8.0;
/// A moment shown without motion, at its fullest.
const HELD: f32 = 0.45;

/// How much a face needs to be drawn again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It moves: thirty frames a second.
    Moving,
    /// It breathes: half of that is enough.
    Idling,
    /// It is still until something happens.
    Resting,
}

/// One customer's face and body over time.
#[derive(Component, Clone, Debug)]
pub struct Countenance {
    look: &'static Look,
    from: ActionUnits,
    to: ActionUnits,
    /// Seconds since `to` was set.
    since: f32,
    moment: Option<(Micro, f32)>,
    mouth: f32,
    /// Seconds since anything happened.
    quiet: f32,
    /// Seconds lived: phase of breath and blink.
    age: f32,
    /// How much of breath and blink shows, 0 to 1.
    idle: f32,
}

impl Countenance {
    /// A face that already shows this.
    pub fn new(look: &'static Look, percept: &Percept) -> Self {
        let shown = ActionUnits::from_percept(percept, look);
        Countenance {
            look,
            from: shown,
            to: shown,
            since: EASE,
            moment: None,
            mouth: 0.0,
            quiet: 0.0,
            age: 0.0,
            idle: 0.0,
        }
    }

    /// Whose face it is.
    pub fn look(&self) -> &'static Look {
        self.look
    }

    /// Turns to another percept, with its micro-moment.
    pub fn show(&mut self, percept: &Percept) {
        self.from = self.eased();
        self.to = ActionUnits::from_percept(percept, self.look);
        self.since = 0.0;
        self.moment = percept.micro.map(|micro| (micro, 0.0));
        self.stir();
    }

    /// Opens the mouth, 0 closed to 1 wide, until told otherwise.
    pub fn speak(&mut self, openness: f32) {
        if openness > 0.0 {
            self.stir();
        }
        self.mouth = openness;
    }

    /// Something happened: the face does not settle yet.
    pub fn stir(&mut self) {
        self.quiet = 0.0;
    }

    /// Lets `seconds` go by. With `still`, nothing moves: expressions change at
    /// once and a moment is held for as long as it lasts.
    pub fn advance(&mut self, seconds: f32, still: bool) -> Life {
        let eased_before = self.since < EASE;
        self.since = (self.since + seconds).min(EASE);
        self.quiet += seconds;
        let had_moment = self.moment.is_some();
        if let Some((_, at)) = &mut self.moment {
            *at += seconds / MOMENT;
            if *at >= 1.0 {
                self.moment = None;
            }
        }
        if still {
            self.since = EASE;
            self.idle = 0.0;
            self.mouth = 0.0;
            return if had_moment { Life::Idling } else { Life::Resting };
        }
        self.age += seconds;
        let toward = if self.quiet < SETTLING { 1.0 } else { 0.0 };
        let step = seconds / (SETTLED - SETTLING);
        self.idle += (toward - self.idle).clamp(-step, step);
        if eased_before || had_moment || self.mouth > 0.0 {
            Life::Moving
        } else if self.idle > 0.0 || self.quiet < SETTLING {
            Life::Idling
        } else {
            Life::Resting
        }
    }

    /// The muscles now. `still` as in [`Countenance::advance`].
    pub fn units(&self, still: bool) -> ActionUnits {
        let mut units = self.eased();
        if let Some((micro, at)) = &self.moment {
            units = units.micro(micro, if still { HELD } else { *at });
        }
        if still {
            return units;
        }
        if self.mouth > 0.0 {
            units = units.speaking(self.mouth);
        }
        if self.idle > 0.0 {
            let breathing = units.breath((self.age / BREATH).fract());
            units = units.ease(&breathing, self.idle);
            units = units.blink(lids(self.age) * self.idle);
        }
        units
    }

    fn eased(&self) -> ActionUnits {
        let t = (self.since / EASE).clamp(0.0, 1.0);
        self.from.ease(&self.to, t * t * (3.0 - 2.0 * t))
    }
}

/// How far the lids are down at this age, 0 open to 1 shut: one blink every
/// three to five seconds, at moments that only look like chance.
fn lids(age: f32) -> f32 {
    const SLOT: f32 = 4.0;
    const BLINK: f32 = 0.2;
    let slot = (age / SLOT).floor();
    let n = (slot as u32).wrapping_mul(0x9E37_79B9).rotate_left(13);
    let begins = slot * SLOT + 1.0 + 2.0 * (n % 1024) as f32 / 1024.0;
    let along = (age - begins) / BLINK;
    if (0.0..1.0).contains(&along) {
        // Down fast, up slower.
        let t = if along < 0.4 {
            along / 0.4
        } else {
            (1.0 - along) / 0.6
        };
        t * t * (3.0 - 2.0 * t)
    } else {
        0.0
    }
}

/// The largest difference between two sets of muscles.
pub(super) fn distance(a: &ActionUnits, b: &ActionUnits) -> f32 {
    let pairs = a.named().into_iter().zip(b.named());
    pairs
        .map(|((_, a), (_, b))| (a - b).abs())
        .fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portrait::look;

    const FRAME: f32 = 1.0 / 30.0;

    fn calm() -> Percept {
        Percept {
            tension: 10,
            warmth: 70,
            loudness: 40,
            pace: 50,
            ..Percept::default()
        }
    }

    fn furious() -> Percept {
        Percept {
            tension: 95,
            warmth: 5,
            loudness: 95,
            pace: 80,
            ..Percept::default()
        }
    }

    fn face() -> Countenance {
        let look = look::find("carpenter").expect("a known look");
        Countenance::new(look, &calm())
    }

    #[test]
    fn easing_arrives_and_never_jumps() {
        let mut face = face();
        face.show(&furious());
        let goal = ActionUnits::from_percept(&furious(), face.look());
        let mut before = face.eased();
        for _ in 0..12 {
            face.advance(FRAME, false);
            let now = face.eased();
            assert!(distance(&before, &now) < 0.3);
            before = now;
        }
        assert_eq!(face.eased(), goal);
    }

    #[test]
    fn a_change_on_the_way_starts_from_where_the_face_is() {
        let mut face = face();
        face.show(&furious());
        face.advance(0.15, false);
        let on_the_way = face.eased();
        face.show(&calm());
        assert_eq!(face.eased(), on_the_way);
    }

    #[test]
    fn eight_seconds_after_the_last_event_it_is_still() {
        let mut face = face();
        face.show(&furious());
        let mut life = Life::Moving;
        for _ in 0..(8.1 / FRAME) as u32 {
            life = face.advance(FRAME, false);
        }
        assert_eq!(life, Life::Resting);
        let at_rest = face.units(false);
        assert_eq!(at_rest, face.eased());
        face.advance(3.0, false);
        assert_eq!(face.units(false), at_rest);
        face.stir();
        assert_ne!(face.advance(FRAME, false), Life::Resting);
    }

    #[test]
    fn without_motion_only_states_change() {
        let mut face = face();
        face.show(&Percept {
            micro: Some(Micro::Flinch),
            ..furious()
        });
        face.speak(1.0);
        assert_eq!(face.advance(FRAME, true), Life::Idling);
        let held = face.units(true);
        face.advance(FRAME, true);
        assert_eq!(face.units(true), held, "a moment is held, not played");
        face.advance(1.0, true);
        assert_eq!(face.advance(FRAME, true), Life::Resting);
        let goal = ActionUnits::from_percept(&furious(), face.look());
        assert_eq!(face.units(true), goal);
    }

    #[test]
    fn it_blinks_now_and_then_and_always_the_same() {
        let n_frames = 30 * 60;
        let shut = |n: u32| lids(n as f32 * FRAME) > 0.3;
        let blinks = (1..n_frames).filter(|n| shut(*n) && !shut(n - 1)).count();
        assert!((12..=18).contains(&blinks), "{blinks} a minute");
        assert_eq!(lids(12.34), lids(12.34));
        assert_eq!(lids(0.0), 0.0);
    }
}
