//! What is still to be shown, one cue after the other, and how long each stays.
//! Pure: time comes in as seconds and is never an input of the session. In flow a
//! segment that was heard out asks for the next; in turns everything waits.

use std::collections::VecDeque;

use engine::percept::Percept;
use engine::state::Stance;

use crate::desk::shown::{Deed, Heard, Shown};
use crate::game::settings::Tempo;

/// One thing to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Cue {
    /// The trainee says this.
    You { text: String, stance: Stance },
    /// The trainee nods while the customer speaks.
    Nods,
    /// The customer's face and body turn to this.
    Shows(Percept),
    /// The customer answers in a word or a sound.
    Reacts { text: String },
    /// The customer speaks a segment.
    Speaks { text: String },
    /// The trainee broke in.
    BrokenOff,
    /// Nobody speaks, for the nth time in a row.
    Silence { n: u8 },
    /// A promise is noted.
    Noted { what: String },
    /// The trainee has the floor.
    Floor,
    /// It is over.
    Ended { scene: String },
    /// The conversation goes on where it was broken off.
    Back,
}

/// What the stage wants next.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// To be left alone for so many seconds, or until something is done.
    Wait(Option<f32>),
    /// The next cue.
    Next,
    /// That the trainee does this.
    Do(Deed),
}

/// What the screen offers now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Something is being shown; it can be skipped, no more.
    Watching,
    /// The customer speaks a segment: listen, nod, cut in.
    Listening,
    /// The trainee has the floor.
    Replying,
    /// It is over.
    Ended,
}

/// Breath between a sentence and the next, seconds.
const BREATH: f32 = 0.45;

/// The cues, the one on show, and how far it is.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    queue: VecDeque<Cue>,
    now: Option<Cue>,
    at: f32,
    length: f32,
    /// In flow the trainee nodded; it counts when the segment ends.
    nod: bool,
    /// Nothing more comes of the talk, so nothing more is asked for.
    over: bool,
}

impl Stage {
    /// The stage of a conversation as it is: at its first word, or in its midst,
    /// where what the customer said last is heard again.
    pub fn of(shown: &Shown) -> Self {
        let percept = shown.percept;
        if shown.exchanges.is_empty() {
            return Stage::opening(percept, &shown.opening);
        }
        let comes = shown.last().iter().rev().find(|it| it.floor().is_some());
        let mut stage = Stage::default();
        stage.queue.push_back(Cue::Shows(percept));
        if !matches!(comes, Some(Heard::Speaks(_))) {
            stage.queue.extend(shown.backwards().find_map(again));
        }
        stage.queue.push_back(comes.map_or(Cue::Floor, cue));
        stage
    }

    /// The stage of a conversation that begins.
    pub fn opening(percept: Percept, heard: &[Heard]) -> Self {
        let mut stage = Stage::default();
        stage.comes(percept, heard);
        stage
    }

    /// The same for a conversation that goes on another time, and says so.
    pub fn back(shown: &Shown) -> Self {
        let mut stage = Stage::of(shown);
        stage.queue.insert(1, Cue::Back);
        stage
    }

    /// The trainee does something: what can be seen of it at once comes on after what
    /// is still waiting.
    pub fn does(&mut self, deed: Deed, said: Option<String>, stance: Stance) {
        match (deed, said) {
            (Deed::Say(_), Some(text)) => self.queue.push_back(Cue::You { text, stance }),
            // One that waited for the end of the segment has been shown.
            (Deed::Encourage, _) if !self.nod => self.queue.push_back(Cue::Nods),
            _ => {}
        }
        // What was on show has had its answer.
        self.now = None;
        self.nod = false;
    }

    /// What came of it comes on after that.
    pub fn comes(&mut self, percept: Percept, heard: &[Heard]) {
        self.queue.push_back(Cue::Shows(percept));
        self.queue.extend(heard.iter().map(cue));
    }

    /// Nothing more comes, though the talk has not come to its end.
    pub fn breaks_off(&mut self) {
        self.over = true;
    }

    /// Lets time go by.
    pub fn tick(&mut self, seconds: f32) {
        self.at += seconds;
    }

    /// The next cue, to be begun by the caller, who knows how long it speaks.
    pub fn take(&mut self) -> Option<Cue> {
        let next = self.queue.pop_front()?;
        self.at = 0.0;
        self.length = dwell(&next);
        self.now = Some(next.clone());
        Some(next)
    }

    /// The cue begun last takes so many seconds to say.
    pub fn speaks_for(&mut self, seconds: f32) {
        self.length = seconds;
    }

    /// What is wanted now.
    pub fn wish(&self, tempo: Tempo) -> Wish {
        let left = self.length - self.at;
        match &self.now {
            None if self.queue.is_empty() => Wish::Wait(None),
            None => Wish::Next,
            Some(Cue::Floor | Cue::Ended { .. }) => Wish::Wait(None),
            Some(Cue::Speaks { .. }) => match tempo {
                Tempo::Turns if left > 0.0 => Wish::Wait(Some(left)),
                Tempo::Turns => Wish::Wait(None),
                Tempo::Flow if left + BREATH > 0.0 => Wish::Wait(Some(left + BREATH)),
                Tempo::Flow if self.over => Wish::Wait(None),
                Tempo::Flow if self.nod => Wish::Do(Deed::Encourage),
                Tempo::Flow => Wish::Do(Deed::Listen),
            },
            Some(Cue::Reacts { .. }) if left + BREATH > 0.0 => Wish::Wait(Some(left + BREATH)),
            Some(_) if left > 0.0 => Wish::Wait(Some(left)),
            Some(_) if self.queue.is_empty() => Wish::Wait(None),
            Some(_) => Wish::Next,
        }
    }

    /// What the trainee can do.
    pub fn offer(&self) -> Offer {
        match &self.now {
            Some(Cue::Speaks { .. }) => Offer::Listening,
            Some(Cue::Floor) => Offer::Replying,
            Some(Cue::Ended { .. }) => Offer::Ended,
            // A pause leaves the floor where it is.
            Some(Cue::Silence { .. }) if self.queue.is_empty() => Offer::Replying,
            _ => Offer::Watching,
        }
    }

    /// Cuts short what is on show, if it is nothing the trainee must answer.
    pub fn skip(&mut self) -> bool {
        let skips = self.offer() == Offer::Watching && !self.queue.is_empty();
        if skips {
            self.now = None;
        }
        skips
    }

    /// The trainee nods. In flow they go on listening and it counts at the end of
    /// the segment; then this is false.
    pub fn nods_at_once(&mut self, tempo: Tempo) -> bool {
        let waits = tempo == Tempo::Flow && self.at < self.length && !self.nod;
        self.nod |= waits;
        !waits
    }

    /// Whether a nod waits for the end of the segment.
    pub fn has_nodded(&self) -> bool {
        self.nod
    }
}

fn cue(heard: &Heard) -> Cue {
    match heard {
        Heard::Speaks(text) => Cue::Speaks { text: text.clone() },
        Heard::Reacts(text) => Cue::Reacts { text: text.clone() },
        Heard::BrokenOff => Cue::BrokenOff,
        Heard::Silence(n) => Cue::Silence { n: *n },
        Heard::Promised(what) => Cue::Noted { what: what.clone() },
        Heard::Floor => Cue::Floor,
        Heard::Ended(scene) => Cue::Ended {
            scene: scene.clone(),
        },
    }
}

/// What was said before the floor was free, said once more. It asks for nothing.
fn again(heard: &Heard) -> Option<Cue> {
    match heard {
        Heard::Speaks(text) | Heard::Reacts(text) => Some(Cue::Reacts { text: text.clone() }),
        _ => None,
    }
}

/// How long a cue stays that nobody speaks aloud, seconds.
fn dwell(cue: &Cue) -> f32 {
    match cue {
        Cue::You { text, .. } => (0.4 + 0.012 * text.chars().count() as f32).clamp(0.7, 1.6),
        Cue::Silence { .. } => 1.2,
        Cue::BrokenOff => 0.4,
        Cue::Back => 0.8,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use engine::session::Session;
    use engine::state::Floor;

    use super::*;

    fn speaks() -> Cue {
        Cue::Speaks {
            text: "It died again.".into(),
        }
    }

    fn on(cues: &[Cue]) -> Stage {
        let mut stage = Stage {
            queue: cues.iter().cloned().collect(),
            ..Stage::default()
        };
        stage.take();
        stage.speaks_for(2.0);
        stage
    }

    #[test]
    fn in_flow_a_segment_that_was_heard_out_asks_for_the_next() {
        let mut stage = on(&[speaks()]);
        assert_eq!(stage.wish(Tempo::Flow), Wish::Wait(Some(2.0 + BREATH)));
        stage.tick(2.0);
        assert!(matches!(stage.wish(Tempo::Flow), Wish::Wait(Some(_))));
        stage.tick(BREATH + 0.01);
        assert_eq!(stage.wish(Tempo::Flow), Wish::Do(Deed::Listen));
    }

    #[test]
    fn where_nothing_more_comes_a_segment_asks_for_nothing() {
        let mut stage = on(&[speaks()]);
        stage.breaks_off();
        assert_eq!(stage.wish(Tempo::Flow), Wish::Wait(Some(2.0 + BREATH)));
        stage.nods_at_once(Tempo::Flow);
        stage.tick(3.0);
        assert_eq!(stage.wish(Tempo::Flow), Wish::Wait(None), "at rest");
    }

    #[test]
    fn in_turns_a_segment_waits_for_ever() {
        let mut stage = on(&[speaks()]);
        stage.tick(1e6);
        assert_eq!(stage.wish(Tempo::Turns), Wish::Wait(None));
        assert_eq!(stage.offer(), Offer::Listening);
    }

    #[test]
    fn the_floor_and_the_end_wait_in_both_tempos() {
        for cue in [
            Cue::Floor,
            Cue::Ended {
                scene: "Gone.".into(),
            },
        ] {
            let mut stage = on(&[cue]);
            stage.tick(1e6);
            for tempo in [Tempo::Flow, Tempo::Turns] {
                assert_eq!(stage.wish(tempo), Wish::Wait(None));
            }
            assert!(!stage.skip(), "there is nothing to skip to");
        }
    }

    #[test]
    fn a_nod_in_flow_counts_at_the_end_of_the_segment() {
        let mut stage = on(&[speaks()]);
        assert!(!stage.nods_at_once(Tempo::Flow));
        assert!(stage.has_nodded());
        stage.tick(3.0);
        assert_eq!(stage.wish(Tempo::Flow), Wish::Do(Deed::Encourage));
        assert!(on(&[speaks()]).nods_at_once(Tempo::Turns));
    }

    #[test]
    fn a_reaction_is_heard_before_the_next_segment_and_can_be_skipped() {
        let reacts = Cue::Reacts { text: "Hm.".into() };
        let mut stage = on(&[reacts, speaks()]);
        assert_eq!(stage.offer(), Offer::Watching);
        assert!(matches!(stage.wish(Tempo::Turns), Wish::Wait(Some(_))));
        stage.tick(2.0 + BREATH + 0.01);
        assert_eq!(stage.wish(Tempo::Turns), Wish::Next);
        assert!(stage.skip());
        assert_eq!(stage.take(), Some(speaks()));
        assert!(!stage.skip(), "a segment is answered, not skipped");
    }

    #[test]
    fn after_a_reply_come_the_words_the_face_the_reaction_and_the_rest() {
        let mut stage = on(&[Cue::Floor]);
        let heard = [
            Heard::Reacts("Well.".into()),
            Heard::Promised("call by five".into()),
            Heard::Floor,
        ];
        stage.does(Deed::Say(0), Some("So.".into()), Stance::default());
        assert!(
            matches!(stage.clone().take(), Some(Cue::You { .. })),
            "at once"
        );
        stage.comes(Percept::default(), &heard);
        let order: Vec<_> = std::iter::from_fn(|| stage.take()).collect();
        assert!(matches!(
            order[..],
            [
                Cue::You { .. },
                Cue::Shows(_),
                Cue::Reacts { .. },
                Cue::Noted { .. },
                Cue::Floor
            ]
        ));
    }

    #[test]
    fn a_pause_keeps_the_floor() {
        let mut stage = on(&[Cue::Floor]);
        stage.does(Deed::Pause, None, Stance::default());
        assert_eq!(stage.offer(), Offer::Watching, "nothing is done twice");
        assert_eq!(stage.wish(Tempo::Flow), Wish::Wait(None));
        stage.comes(Percept::default(), &[Heard::Silence(1)]);
        while stage.take().is_some() {}
        assert_eq!(stage.offer(), Offer::Replying);
        stage.tick(5.0);
        assert_eq!(stage.wish(Tempo::Flow), Wish::Wait(None));
    }

    /// Wherever a talk is left, its stage leads back to what may be done there.
    #[test]
    fn in_the_midst_of_a_talk_the_last_words_are_heard_again() {
        let rules = engine::rules::Rules::current();
        let scenario = crate::game::sample::scenario(&rules).expect("the sample compiles");
        let seed = engine::rng::Seed::new(7);
        let mut session = Session::begin(scenario, rules, seed);
        for n in 0..40 {
            let shown = Shown::of(&session);
            let mut stage = Stage::of(&shown);
            let mut cues: Vec<Cue> = std::iter::from_fn(|| stage.take()).collect();
            let offer = match session.floor() {
                Floor::Customer => Offer::Listening,
                Floor::Trainee => Offer::Replying,
                Floor::Ended => Offer::Ended,
            };
            assert_eq!(stage.offer(), offer, "after {n} inputs: {cues:?}");
            let mut back = Stage::back(&shown);
            let mut told: Vec<Cue> = std::iter::from_fn(|| back.take()).collect();
            assert_eq!(told.remove(1), Cue::Back, "after {n} inputs");
            assert_eq!(told, cues, "after {n} inputs");
            assert_eq!(back.offer(), offer, "after {n} inputs");
            if session.floor() == Floor::Trainee {
                cues.pop();
                assert!(matches!(cues.pop(), Some(Cue::Reacts { .. })), "{n}");
            }
            let mut choices = session.choices();
            if choices.is_empty() {
                return;
            }
            // Now and then a silence, which leaves the floor where it is.
            let at = if n % 3 == 2 { choices.len() - 1 } else { 0 };
            let action = choices.swap_remove(at).action;
            session.apply(&action, Stance::default()).expect("legal");
        }
    }

    /// Plays the sample by the wishes of the stage alone.
    #[test]
    fn flow_reaches_the_floor_by_listening_only() {
        let rules = engine::rules::Rules::current();
        let scenario = crate::game::sample::scenario(&rules).expect("the sample compiles");
        let seed = engine::rng::Seed::new(7);
        let mut session = Session::begin(scenario, rules, seed);
        let mut stage = Stage::of(&Shown::of(&session));
        let mut n_inputs = 0;
        while stage.offer() != Offer::Replying {
            match stage.wish(Tempo::Flow) {
                Wish::Wait(seconds) => stage.tick(seconds.expect("something is due") + 0.01),
                Wish::Next => _ = stage.take(),
                Wish::Do(deed) => {
                    let action = deed.action(&session).expect("it is on offer");
                    session.apply(&action, Stance::default()).expect("legal");
                    let shown = Shown::of(&session);
                    stage.does(deed, None, Stance::default());
                    stage.comes(shown.percept, shown.last());
                    n_inputs += 1;
                }
            }
            assert!(n_inputs < 20);
        }
        assert_eq!(session.floor(), Floor::Trainee);
        assert!(n_inputs >= 2, "every segment was listened to");
    }
}
