//! Takes the steps of a tour one after the other, one look at the window per
//! frame, and ends the program with what did not happen.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Instant;

use bevy::app::AppExit;
use bevy::input::ButtonState;
use bevy::picking::hover::Hovered;
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::ui_widgets::ScrollIntoView;
use engine::session::Action;
use engine::state::Floor;

use super::hands::{self, Seen, Touch};
use super::script::{Condition, Script, Side, Step, TempoName, stroke};
use super::{Failure, set_clock};
use crate::game::pace::Pace;
use crate::game::run::Run;
use crate::game::screen::Screen;
use crate::game::settings::{Settings, Tempo};

/// Where a tour is.
#[derive(Resource)]
pub struct Runner {
    script: Script,
    out: PathBuf,
    failure: Failure,
    at: usize,
    /// Frames spent on this step.
    frame: u32,
    click: Click,
    picture: Option<Arc<AtomicU8>>,
    /// Code and address of the class that was open last.
    class: Option<[String; 2]>,
    over: bool,
    begun: Instant,
    n_frames: u32,
}

/// How far a click is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Click {
    #[default]
    Looking,
    Over(Entity, Vec2, u32),
    Down(Vec2),
    Up,
}

enum Progress {
    Done,
    Waiting(String),
    Failed(String),
}

/// A corner where the pointer is out of the way.
const ASIDE: Vec2 = Vec2::new(1.0, 1.0);
/// Frames a control has to notice the pointer over it.
const NOTICE: u32 = 10;
/// Frames that a whole conversation may take.
const LONG_TALK: u32 = 6_000;
/// States of a picture being written.
const WRITTEN: u8 = 1;
const LOST: u8 = 2;

impl Runner {
    pub(super) fn new(script: Script, out: PathBuf, failure: Failure) -> Self {
        Runner {
            script,
            out,
            failure,
            at: 0,
            frame: 0,
            click: Click::Looking,
            picture: None,
            class: None,
            over: false,
            begun: Instant::now(),
            n_frames: 0,
        }
    }
}

/// Looks at the window and does what the current step asks for.
pub fn drive(world: &mut World) {
    let Some(mut runner) = world.remove_resource::<Runner>() else {
        return;
    };
    if !runner.over {
        runner.take_step(world);
    }
    world.insert_resource(runner);
}

impl Runner {
    fn take_step(&mut self, world: &mut World) {
        let Some(step) = self.script.steps.get(self.at).cloned() else {
            return self.finish(world, None);
        };
        if step == Step::Quit {
            return self.finish(world, None);
        }
        if !matches!(step, Step::Click(_) | Step::Choose(_)) {
            // The real pointer stands somewhere over the window, and shows.
            hands::touch(world, ASIDE, Touch::Move);
        }
        self.n_frames += 1;
        match self.progress(world, &step) {
            Progress::Done => {
                self.at += 1;
                self.frame = 0;
                self.click = Click::Looking;
            }
            Progress::Waiting(_) if self.frame < self.script.patience => self.frame += 1,
            Progress::Waiting(why) => {
                let why = format!("{why} after {} frames", self.frame);
                self.finish(world, Some(format!("step {} {step:?}: {why}", self.at + 1)));
            }
            Progress::Failed(why) => {
                self.finish(world, Some(format!("step {} {step:?}: {why}", self.at + 1)));
            }
        }
    }

    fn finish(&mut self, world: &mut World, why: Option<String>) {
        self.over = true;
        let seconds = self.begun.elapsed().as_secs_f32();
        println!(
            "{} of {} steps, {} frames in {seconds:.1} s",
            self.at,
            self.script.steps.len(),
            self.n_frames
        );
        let exit = match why {
            None => AppExit::Success,
            Some(why) => {
                self.failure.set(why);
                AppExit::error()
            }
        };
        world.write_message(exit);
    }

    fn progress(&mut self, world: &mut World, step: &Step) -> Progress {
        match step {
            Step::Press(name) => self.press(world, name),
            Step::Type(text) => self.write(world, text),
            Step::PlayOn => self.play_on(world),
            Step::HearOut => self.hear_out(world),
            Step::PressUntil(keys, condition) => self.press_until(world, keys, condition),
            Step::Click(label) => self.click(world, label),
            Step::Choose(key) => self.choose(world, key),
            Step::WaitFor(condition) => holds(world, condition),
            Step::Screenshot(name) => self.photograph(world, name),
            Step::SetTextSize(percent) => set(world, |s| s.text_percent = *percent),
            Step::SetTempo(TempoName::Flow) => set(world, |s| s.tempo = Tempo::Flow),
            Step::SetTempo(TempoName::Turns) => set(world, |s| s.tempo = Tempo::Turns),
            Step::SetReducedMotion(on) => set(world, |s| s.reduced_motion = *on),
            Step::Edit(find, put) => self.edit(find, put),
            #[cfg(feature = "classroom")]
            Step::AtBoard(deed) => match crate::game::class::at_board(world, deed) {
                Ok(()) => Progress::Done,
                Err(why) => Progress::Failed(format!("{why:#}")),
            },
            #[cfg(feature = "classroom")]
            Step::DropAssignment => match crate::game::class::drop_assignment(world) {
                Ok(()) => Progress::Done,
                Err(why) => Progress::Failed(format!("{why:#}")),
            },
            Step::Frames(n) if self.frame >= *n => Progress::Done,
            Step::Frames(_) => {
                // Not limited by patience: it is what was asked for.
                self.frame += 1;
                self.script.patience = self.script.patience.max(self.frame + 1);
                Progress::Waiting(String::new())
            }
            Step::Quit => Progress::Done,
        }
    }

    fn press(&mut self, world: &mut World, name: &str) -> Progress {
        let stroke = match stroke(name) {
            Ok(stroke) => stroke,
            Err(why) => return Progress::Failed(why),
        };
        match self.frame {
            0 => hands::strike(world, &stroke, ButtonState::Pressed),
            1 => hands::strike(world, &stroke, ButtonState::Released),
            2 => {}
            _ => return Progress::Done,
        }
        Progress::Waiting(String::new())
    }

    /// One letter every two frames.
    fn write(&mut self, world: &mut World, text: &str) -> Progress {
        if let Some(class) = open_class(world) {
            self.class = Some(class);
        }
        let text = match &self.class {
            Some([code, address]) => text.replace("{code}", code).replace("{address}", address),
            None if text.contains('{') => {
                return Progress::Failed("no class was open in this program".to_owned());
            }
            None => text.to_owned(),
        };
        let letter = text.chars().nth(self.frame as usize / 2);
        let Some(letter) = letter else {
            return Progress::Done;
        };
        self.script.patience = self.script.patience.max(self.frame + 2);
        let state = match self.frame % 2 {
            0 => ButtonState::Pressed,
            _ => ButtonState::Released,
        };
        hands::write(world, letter, state);
        Progress::Waiting(String::new())
    }

    /// Listens, and says the first line, a key every few frames, until it is over.
    fn play_on(&mut self, world: &mut World) -> Progress {
        match floor(world) {
            None => Progress::Failed(NO_TALK.to_owned()),
            Some(Floor::Ended) => Progress::Done,
            Some(Floor::Customer) => self.keep_striking(world, &["Space"]),
            // A question how they feel, which comes before the replies, is skipped.
            Some(Floor::Trainee) => self.keep_striking(world, &["Space", "k", "1"]),
        }
    }

    fn hear_out(&mut self, world: &mut World) -> Progress {
        match floor(world) {
            None => Progress::Failed(NO_TALK.to_owned()),
            Some(Floor::Customer) => self.keep_striking(world, &["Space"]),
            Some(Floor::Trainee | Floor::Ended) => {
                release(world, &["Space"]);
                Progress::Done
            }
        }
    }

    fn press_until(&mut self, world: &mut World, keys: &[String], until: &Condition) -> Progress {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        match holds(world, until) {
            Progress::Waiting(_) => self.keep_striking(world, &keys),
            other => {
                release(world, &keys);
                other
            }
        }
    }

    /// Strikes one of these keys after the other, for as long as a talk may take.
    fn keep_striking(&mut self, world: &mut World, names: &[&str]) -> Progress {
        const EVERY: u32 = 6;
        match self.frame % EVERY {
            0 => {
                let name = names[(self.frame / EVERY) as usize % names.len()];
                if let Ok(key) = stroke(name) {
                    hands::strike(world, &key, ButtonState::Pressed);
                }
            }
            1 => release(world, names),
            _ => {}
        }
        self.script.patience = self.script.patience.max((self.frame + 2).min(LONG_TALK));
        Progress::Waiting(format!("the floor is {:?}", floor(world)))
    }

    /// Changes the file on the bench, as a text editor would.
    fn edit(&self, find: &str, put: &str) -> Progress {
        let Some(id) = &self.script.bench else {
            return Progress::Failed("this tour has no file on the bench".to_owned());
        };
        let file = super::bench_file(&self.out, id);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) if text.contains(find) => text,
            Ok(_) => return Progress::Failed("the file on the bench does not say so".to_owned()),
            Err(error) => return Progress::Failed(format!("{}: {error}", file.display())),
        };
        match std::fs::write(&file, text.replacen(find, put, 1)) {
            Ok(()) => Progress::Done,
            Err(error) => Progress::Failed(format!("{}: {error}", file.display())),
        }
    }

    fn choose(&mut self, world: &mut World, key: &str) -> Progress {
        if self.click != Click::Looking {
            return self.click(world, "");
        }
        let run = world.get_resource::<Run>();
        let Some(session) = run.and_then(Run::session) else {
            return Progress::Failed(NO_TALK.to_owned());
        };
        let choices = session.choices();
        let wanted = choices
            .iter()
            .find(|choice| choice.action == Action::Say(key.to_owned()));
        match wanted.and_then(|choice| choice.text.as_deref()) {
            Some(words) => self.click(world, &words.replace('*', "")),
            None => Progress::Waiting(format!("the reply is not on offer; {}", offers(&choices))),
        }
    }

    fn click(&mut self, world: &mut World, label: &str) -> Progress {
        match self.click {
            Click::Looking => {
                let seen = match find(&hands::controls(world), label) {
                    Ok(seen) => seen,
                    Err(why) => return Progress::Waiting(why),
                };
                let Some(at) = seen.at else {
                    world.trigger(ScrollIntoView {
                        entity: seen.entity,
                    });
                    return Progress::Waiting("it is out of sight".to_owned());
                };
                hands::touch(world, at, Touch::Move);
                self.click = Click::Over(seen.entity, at, self.frame);
            }
            Click::Over(entity, at, since) => {
                let hovered = world.get::<Hovered>(entity).is_some_and(|h| h.get());
                if hovered {
                    hands::touch(world, at, Touch::Press);
                    self.click = Click::Down(at);
                } else if self.frame > since + NOTICE {
                    return Progress::Failed("something else lies over it".to_owned());
                } else {
                    // It may have moved since: look again.
                    self.click = Click::Looking;
                    self.frame += 1;
                    let again = self.click(world, label);
                    if let Click::Over(entity, at, _) = self.click {
                        self.click = Click::Over(entity, at, since);
                    }
                    return again;
                }
            }
            Click::Down(at) => {
                hands::touch(world, at, Touch::Release);
                self.click = Click::Up;
            }
            Click::Up => {
                hands::touch(world, ASIDE, Touch::Move);
                return Progress::Done;
            }
        }
        Progress::Waiting("the pointer is on its way".to_owned())
    }

    fn photograph(&mut self, world: &mut World, name: &str) -> Progress {
        let Some(state) = &self.picture else {
            set_clock(world, false);
            let state = Arc::new(AtomicU8::new(0));
            let path = self.out.join(format!("{name}.png"));
            let told = state.clone();
            world.spawn(Screenshot::primary_window()).observe(
                move |captured: On<ScreenshotCaptured>| {
                    let outcome = if write(&captured.image, &path) {
                        WRITTEN
                    } else {
                        LOST
                    };
                    told.store(outcome, Ordering::SeqCst);
                },
            );
            self.picture = Some(state);
            return Progress::Waiting("no picture came".to_owned());
        };
        let outcome = state.load(Ordering::SeqCst);
        if outcome == 0 {
            return Progress::Waiting("no picture came".to_owned());
        }
        self.picture = None;
        set_clock(world, true);
        if outcome == WRITTEN {
            Progress::Done
        } else {
            Progress::Failed(format!("cannot write it to {}", self.out.display()))
        }
    }
}

/// Code and address of the class that is open in this program.
fn open_class(world: &World) -> Option<[String; 2]> {
    #[cfg(feature = "classroom")]
    {
        use crate::game::class::{open_address, open_code};
        Some([open_code(world)?.replace(' ', ""), open_address(world)?])
    }
    #[cfg(not(feature = "classroom"))]
    {
        _ = world;
        None
    }
}

fn write(image: &Image, path: &Path) -> bool {
    let picture = image.clone().try_into_dynamic();
    picture.is_ok_and(|picture| picture.to_rgb8().save(path).is_ok())
}

fn set(world: &mut World, change: impl FnOnce(&mut Settings)) -> Progress {
    change(&mut world.resource_mut::<Settings>());
    Progress::Done
}

/// Why there is nothing to play.
const NO_TALK: &str = "there is no conversation";

fn floor(world: &World) -> Option<Floor> {
    world.get_resource::<Run>().map(|run| run.shown().floor)
}

fn release(world: &mut World, names: &[&str]) {
    for key in names.iter().filter_map(|name| stroke(name).ok()) {
        hands::strike(world, &key, ButtonState::Released);
    }
}

fn holds(world: &mut World, condition: &Condition) -> Progress {
    let floor = floor(world);
    let (holds, why) = match condition {
        Condition::Screen(name) => {
            let now = **world.resource::<State<Screen>>();
            (
                Screen::named(name) == Some(now),
                format!("the screen is {now:?}"),
            )
        }
        Condition::Label(words) => {
            let seen = hands::controls(world);
            let control = seen
                .iter()
                .any(|seen| seen.at.is_some() && seen.label.starts_with(words.as_str()));
            let told = format!("it is not in sight; {}", labels(&seen));
            (control || hands::reads(world, words), told)
        }
        Condition::Floor(side) => {
            let wanted = match side {
                Side::Customer => Floor::Customer,
                Side::Trainee => Floor::Trainee,
            };
            (floor == Some(wanted), format!("the floor is {floor:?}"))
        }
        Condition::Ended => (
            floor == Some(Floor::Ended),
            format!("the floor is {floor:?}"),
        ),
        Condition::Settled => (
            world.resource::<Pace>().is_settled(),
            "something still moves".to_owned(),
        ),
    };
    if holds {
        Progress::Done
    } else {
        Progress::Waiting(why)
    }
}

/// The control with this label; or else the only one that begins so.
fn find(controls: &[Seen], label: &str) -> Result<Seen, String> {
    if let Some(exact) = controls.iter().find(|seen| seen.label == label) {
        return Ok(exact.clone());
    }
    let begins: Vec<_> = controls
        .iter()
        .filter(|seen| seen.label.starts_with(label))
        .collect();
    match begins[..] {
        [only] => Ok(only.clone()),
        [] => Err(format!("there is no such control; {}", labels(controls))),
        _ => Err(format!("several controls begin so; {}", labels(controls))),
    }
}

fn labels(controls: &[Seen]) -> String {
    let labels: Vec<_> = controls.iter().map(|seen| seen.label.as_str()).collect();
    format!("there are: {}", labels.join(" | "))
}

fn offers(choices: &[engine::session::Choice]) -> String {
    let keys: Vec<_> = choices
        .iter()
        .filter_map(|choice| match &choice.action {
            Action::Say(key) => Some(key.as_str()),
            _ => None,
        })
        .collect();
    format!("on offer: {}", keys.join(", "))
}
