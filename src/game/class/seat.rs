//! The class one sits in: what there is to play, how far one is, and what the server
//! has of it. Runs are kept in the seat's folder, input by input, whatever the line does.

use std::path::{Path, PathBuf};

use accesskit::{Live, Role};
use bevy::a11y::AccessibilityNode;
use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use bevy::winit::EventLoopProxyWrapper;
use engine::session::Session;
use engine::state::Floor;

use super::revealed::{self, Looks};
use super::sealed::{self, Taking};
use super::{Wake, in_window, sentence, tasks, trouble};
use crate::classroom::client::line::{Line, Plays, State as LineState, Told};
use crate::classroom::client::link::Link;
use crate::classroom::client::outbox;
use crate::classroom::client::seat::{CAME_BACK, Seat, Stand, kept_assignment};
use crate::classroom::homework::{Homework, Task};
use crate::classroom::inert;
use crate::game::encounter::keep::Record;
use crate::game::run::{Belongs, Run};
use crate::game::screen::{Screen, go};
use crate::game::settings::Settings;
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Class), show)
        .add_systems(OnExit(Screen::Encounter), look)
        // Before the screens change, so that the frame that was woken shows it.
        // A talk that begins in the same frame has the last word.
        .add_systems(
            PreUpdate,
            follow
                .before(sealed::collect)
                .run_if(in_state(Screen::Class)),
        )
        .add_systems(Update, tell.run_if(in_state(Screen::Encounter)));
}

/// The seat one has, and the line to its server.
#[derive(Resource)]
pub struct Seated {
    seat: Seat,
    folder: PathBuf,
    pub(super) line: Line,
    homework: Option<Homework>,
    /// What is shown of the line.
    shown: Told,
    /// The run of a sealed class that is being taken up.
    pub(super) taking: Option<Taking>,
    /// The debrief of a run of a sealed class that is looked at, or on its way.
    pub(super) looks: Option<Looks>,
    /// The attempt whose debrief was read last, in an open class.
    reads: Option<String>,
    /// What went wrong last.
    pub(super) trouble: Option<String>,
}

impl Seated {
    /// Sits down, and shows the class.
    pub(super) fn sit(world: &mut World, seat: Seat, folder: PathBuf) {
        // Who sits there already keeps the line.
        let here = world.get_resource::<Seated>();
        if here.is_none_or(|here| here.folder != folder || here.seat.token != seat.token) {
            let wake = Wake::of(world.get_resource::<EventLoopProxyWrapper>());
            match Line::begin(seat.clone(), folder.clone(), move || wake.wake()) {
                Ok(line) => world.insert_resource(Seated {
                    seat,
                    folder,
                    line,
                    homework: None,
                    shown: Told::default(),
                    taking: None,
                    looks: None,
                    reads: None,
                    trouble: None,
                }),
                Err(error) => return error!("no line to the class: {error:#}"),
            }
        }
        world.commands().set_state(Screen::Class);
    }

    /// A line of one's own to its server.
    ///
    /// # Errors
    /// When its file was changed.
    pub(super) fn link(&self) -> anyhow::Result<Link> {
        self.seat.link()
    }

    /// What opens the seat.
    pub(super) fn token(&self) -> &str {
        &self.seat.token
    }

    /// The attempt whose debrief was read last, in an open class.
    pub fn reads(&self) -> Option<&str> {
        self.reads.as_deref()
    }

    /// What is to be played, once it is there.
    fn open(&mut self) {
        if self.homework.is_some() {
            return;
        }
        let opened = kept_assignment(&self.folder).and_then(|assignment| {
            let (folder, mark) = (Some(self.folder.as_path()), Some(self.seat.seat.as_str()));
            assignment
                .map(|assignment| Homework::open(assignment, folder, mark))
                .transpose()
        });
        match opened {
            Ok(homework) => self.homework = homework,
            Err(error) => self.trouble = Some(format!("{error:#}")),
        }
    }

    fn tasks(&mut self) -> Vec<Task> {
        let tasks = self.homework.as_ref().map(Homework::tasks);
        match tasks {
            Some(Ok(tasks)) => tasks,
            Some(Err(error)) => {
                self.trouble = Some(format!("{error:#}"));
                Vec::new()
            }
            None => Vec::new(),
        }
    }
}

fn show(seated: Option<ResMut<Seated>>, images: ResMut<Assets<Image>>, mut commands: Commands) {
    let Some(mut seated) = seated else {
        return commands.set_state(Screen::Join);
    };
    seated.shown = seated.line.told();
    let stand = seated.shown.stand.clone();
    seated.seat.is_called(&stand);
    if let Some(Looks::At(attempt, revealed)) = &seated.looks {
        return revealed::show(attempt, revealed, images, commands);
    }
    seated.open();
    let tasks = seated.tasks();
    let seated = seated.into_inner();
    let next = tasks.iter().position(|task| !is_played(&stand, task));
    let first = tasks.iter().position(|task| task.ended.is_some());
    let label = inert::line(&seated.seat.class);
    let mut root = commands.spawn((layout::screen(&label), DespawnOnExit(Screen::Class)));
    root.with_children(|root| {
        root.spawn(text::title(label.clone()));
        let mut whose = format!("You are {}.", inert::line(&seated.seat.name));
        if let Some(wall) = seated.seat.on_the_wall() {
            whose = format!("{whose} {wall}");
        }
        if seated.seat.code.is_some() {
            whose = format!("{whose} {CAME_BACK}");
        }
        root.spawn(text::caption(whose));
        let assignment = seated
            .homework
            .as_ref()
            .map(|homework| &homework.assignment);
        if let Some(words) = assignment.and_then(|class| class.doctrine.scored_by()) {
            root.spawn((text::caption(words), layout::Measure(tokens::MEASURE + 8.0)));
        }
        status(root, seated, &tasks);
        scroll::scroll(root, |list| {
            if let Some(why) = seated.trouble.take() {
                trouble(list, &why);
            }
            if seated.shown.plays == Plays::Sealed {
                sealed::list(list, &seated.shown);
            }
            for (n, task) in tasks.iter().enumerate() {
                let debrief = seated.shown.over().then_some(tasks::Debrief {
                    look_at,
                    first: Some(n) == first && next.is_none(),
                });
                let stands = match (&task.ended, stand.receipt_of(task.n)) {
                    (Some(run), _) => of_a_run(run),
                    (None, Some(code)) => receipt(code),
                    (None, None) => tasks::not_ended(task).to_owned(),
                };
                tasks::card(list, (task, tasks.len()), stands, Some(n) == next, debrief);
            }
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            if let Some(task) = next.map(|n| &tasks[n]) {
                foot.spawn((button::primary(tasks::begins(task)), AutoFocus))
                    .observe(on_play);
            }
            let plays = seated.shown.plays == Plays::Sealed && seated.taking.is_none();
            let part = sealed::next(&seated.shown).filter(|_| plays);
            if let Some(part) = part {
                foot.spawn((button::primary(sealed::begins(part)), AutoFocus))
                    .observe(sealed::on_play);
            }
            let mut back = foot.spawn((
                button::quiet("To the first page"),
                Shortcut(KeyCode::Escape),
            ));
            back.observe(go(Screen::Title));
            let debriefs =
                seated.shown.over() && (first.is_some() || sealed::has_debriefs(&seated.shown));
            if next.is_none() && part.is_none() && !debriefs {
                back.insert(AutoFocus);
            }
        });
    });
}

/// How the line is and what the server has, quietly; spoken when it changes.
fn status(root: &mut ChildSpawnerCommands, seated: &Seated, tasks: &[Task]) {
    let words = match (&seated.taking, &seated.looks) {
        (Some(taking), _) => taking.words.clone(),
        (None, Some(_)) => "Asking the class’s computer for the debrief…".to_owned(),
        (None, None) => in_words(&seated.shown, tasks),
    };
    let mut told = accesskit::Node::new(Role::Status);
    told.set_live(Live::Polite);
    told.set_label(words.clone());
    root.spawn((
        AccessibilityNode::from(told),
        text::plain(words, size::BODY, Weight::Regular, tokens::INK),
        layout::Measure(tokens::MEASURE + 8.0),
    ));
}

fn in_words(told: &Told, tasks: &[Task]) -> String {
    let all_played = !tasks.is_empty() && tasks.iter().all(|task| is_played(&told.stand, task));
    let kept = match told.n_waiting {
        0 => "",
        1 => " One run is kept on this computer and handed in when the line is back.",
        _ => " Your runs are kept on this computer and handed in when the line is back.",
    };
    match (&told.state, told.plays) {
        (LineState::Gone(why), _) => sentence(&in_window(why, " under Join a class")),
        (LineState::Asking, _) => "Asking the server…".to_owned(),
        (LineState::Silent, Plays::NotYet) => {
            "The server does not answer; it is asked again and again.".to_owned()
        }
        (LineState::Silent, Plays::Sealed) => {
            "The class’s computer does not answer; it is asked again and again. Nothing is lost."
                .to_owned()
        }
        (LineState::Silent, _) if told.over() => format!(
            "The class is over; you can look at your debriefs. Its server does not answer now.{kept}"
        ),
        (LineState::Silent, _) if all_played => {
            format!("Everything is played. The server does not answer now.{kept}")
        }
        (LineState::Silent, _) => {
            format!("The server does not answer. You can play all the same.{kept}")
        }
        (LineState::Fine, Plays::NotYet) => {
            "The class has not begun yet. It begins here when your instructor says so.".to_owned()
        }
        (LineState::Fine, Plays::Sealed) => sealed::in_words(told),
        (LineState::Fine, Plays::Ready) if told.over() => {
            "The class is over. You can look at your debriefs.".to_owned()
        }
        (LineState::Fine, Plays::Ready) if all_played => {
            "Everything is played; thank you. The debriefs open when your instructor ends the \
             class."
                .to_owned()
        }
        (LineState::Fine, Plays::Ready) => "The line to the server is there.".to_owned(),
    }
}

/// Whether an encounter is played: to its end here, or by what the server has.
fn is_played(stand: &Stand, task: &Task) -> bool {
    task.ended.is_some() || stand.receipt_of(task.n).is_some()
}

fn receipt(code: &str) -> String {
    format!("Handed in, receipt {code}")
}

/// What became of a run that was played to its end.
fn of_a_run(run: &Path) -> String {
    if let Some(code) = outbox::handed_in(run) {
        return receipt(&code);
    }
    match outbox::refused(run) {
        Some(why) => format!("Not taken: {}. It stays on this computer", why.trim()),
        None => "Kept on this computer".to_owned(),
    }
}

/// Shows anew what has changed.
fn follow(seated: Option<Res<Seated>>, mut commands: Commands) {
    // A debrief that is read stays as it is.
    let seated = seated.filter(|seated| !matches!(seated.looks, Some(Looks::At(..))));
    if seated.is_some_and(|seated| seated.line.told() != seated.shown) {
        commands.set_state(Screen::Class);
    }
}

fn on_play(_: On<Activate>, mut commands: Commands) {
    commands.queue(|world: &mut World| {
        if let Err(error) = play(world) {
            if let Some(mut seated) = world.get_resource_mut::<Seated>() {
                seated.trouble = Some(format!("{error:#}"));
            }
            world.commands().set_state(Screen::Class);
        }
    });
}

/// The next encounter, or the one that was cut short.
fn play(world: &mut World) -> anyhow::Result<()> {
    let settings = world.resource::<Settings>();
    let Some(seated) = world.get_resource::<Seated>() else {
        return Ok(());
    };
    let Some(homework) = &seated.homework else {
        return Ok(());
    };
    let stand = seated.line.told().stand;
    let mut tasks = homework.tasks()?.into_iter();
    let Some(task) = tasks.find(|task| !is_played(&stand, task)) else {
        return Ok(());
    };
    let (session, mut file) = tasks::begin(homework, task, settings)?;
    let doctrine = homework.assignment.doctrine;
    seated.line.follow(&mut file);
    world.resource_mut::<Record>().hold(file);
    world.insert_resource(Run::belonging(session, Belongs::Class, doctrine));
    world.commands().set_state_if_neq(Screen::Encounter);
    Ok(())
}

/// Shows the debrief of a run of the class.
fn look_at(world: &mut World, path: &Path) {
    let settings = world.resource::<Settings>();
    let session = world.get_resource::<Seated>().and_then(|seated| {
        let homework = seated.homework.as_ref()?;
        let (session, attempt) = tasks::ended(homework, path, settings)?;
        Some((session, homework.assignment.doctrine, attempt))
    });
    let Some((session, doctrine, attempt)) = session else {
        if let Some(mut seated) = world.get_resource_mut::<Seated>() {
            seated.trouble = Some(format!("{} cannot be played again", path.display()));
        }
        return world.commands().set_state(Screen::Class);
    };
    if let Some(mut seated) = world.get_resource_mut::<Seated>() {
        if let Some(attempt) = &attempt {
            seated.line.recall(attempt);
        }
        seated.reads = attempt;
    }
    world.resource_mut::<Record>().look_at(path.to_owned());
    world.insert_resource(Run::belonging(session, Belongs::Class, doctrine));
    world.commands().set_state_if_neq(Screen::Debrief);
}

/// When a run is over there is something to be handed in; what went before is sent by
/// the line as it is written.
fn tell(run: Option<Res<Run>>, seated: Option<Res<Seated>>) {
    let (Some(run), Some(seated)) = (run, seated) else {
        return;
    };
    // One that its server steps is handed in there.
    let is_over = |session: &Session| session.floor() == Floor::Ended;
    if run.belongs.in_class() && run.is_changed() && run.session().is_some_and(is_over) {
        seated.line.look();
    }
}

/// Whatever was left, the line looks for it.
fn look(seated: Option<Res<Seated>>) {
    if let Some(seated) = seated {
        seated.line.look();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::classroom::client::seat::ClassState;

    #[test]
    fn without_the_line_nobody_is_told_to_play_what_is_over() {
        let mut told = Told {
            state: LineState::Silent,
            plays: Plays::Ready,
            ..Told::default()
        };
        assert!(in_words(&told, &[]).contains("You can play all the same."));
        told.n_waiting = 1;
        told.stand.state = ClassState::Closed;
        let words = in_words(&told, &[]);
        assert!(words.starts_with("The class is over; you can look at your debriefs."));
        assert!(
            words.ends_with("handed in when the line is back."),
            "{words}"
        );
    }

    #[test]
    fn a_card_says_where_its_run_is() {
        let name = format!("satisfactometer-card-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        let run = folder.join("run.sfa");
        assert_eq!(of_a_run(&run), "Kept on this computer");
        fs::write(folder.join("run.refused"), "it is another class's\n").expect("a file");
        let said = "Not taken: it is another class's. It stays on this computer";
        assert_eq!(of_a_run(&run), said);
        fs::write(folder.join("run.receipt"), r#"{"code":"7Q2F-M9KD"}"#).expect("a file");
        assert_eq!(of_a_run(&run), "Handed in, receipt 7Q2F-M9KD");
        fs::remove_dir_all(&folder).expect("it is ours");
    }
}
