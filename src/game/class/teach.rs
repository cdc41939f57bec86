//! Teaching: what a class is made of. The server is opened inside this program.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::text::EditableText;
use bevy::ui_widgets::{Activate, ValueChange};
use bevy::winit::EventLoopProxyWrapper;
use engine::doctrine::{Doctrine, Doctrines};
use engine::rules::Rules;

use super::open::Teaching;
use super::{Places, Scenarios, Task, Wake, trouble};
use crate::classroom::assignment::{SeedRule, picked};
use crate::classroom::client::address::GAME_PORT;
use crate::classroom::server::hosting::Hosting;
use crate::classroom::server::{BOARD_PORT, Options, Plan, ROOM_PORT};
use crate::desk::library::about_minutes;
use crate::game::screen::{Screen, go};
use crate::game::theme::entry::entry;
use crate::game::theme::options::options;
use crate::game::theme::segmented::{Choose, Segment, segmented};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::toggle::toggle;
use crate::game::theme::tokens::{self, gap};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Form>()
        .add_systems(OnEnter(Screen::Teach), show)
        .add_systems(PreUpdate, collect.run_if(in_state(Screen::Teach)));
}

/// The attempts that can be chosen.
const ATTEMPTS: [u32; 4] = [1, 2, 3, 5];
/// The longest title, characters.
const TITLE: usize = 80;
/// The longest seed, characters: eight, and whatever stands between them.
const SEED: usize = 16;

/// What was chosen, and how far the opening is.
#[derive(Resource)]
struct Form {
    title: String,
    /// Ids of the scenarios; the first of all at first.
    scenarios: Option<Vec<String>>,
    attempts: usize,
    own: bool,
    /// The seed as it was typed; empty unless one is picked.
    seed: String,
    sealed: bool,
    /// The doctrine, by its place in the list.
    doctrine: usize,
    trouble: Option<String>,
    work: Option<Task<Hosting>>,
}

impl Default for Form {
    fn default() -> Self {
        Form {
            title: "Class".to_owned(),
            scenarios: None,
            attempts: 0,
            own: false,
            seed: String::new(),
            // As everywhere: what is hidden stays so unless somebody says otherwise.
            sealed: true,
            doctrine: 0,
            trouble: None,
            work: None,
        }
    }
}

/// What is written in a line.
#[derive(Component)]
enum Line {
    Title,
    Seed,
}

fn show(
    mut form: ResMut<Form>,
    scenarios: Res<Scenarios>,
    teaching: Option<Res<Teaching>>,
    mut commands: Commands,
) {
    if teaching.is_some() {
        // There is one already.
        return commands.set_state(Screen::Open);
    }
    let rules = Rules::current();
    let all = &scenarios.0.entries;
    let first = || {
        all.iter()
            .take(1)
            .map(|entry| entry.scenario.id().to_owned())
    };
    let chosen = form.scenarios.get_or_insert_with(|| first().collect());
    let chosen = chosen.clone();
    let form = form.into_inner();
    let mut root = commands.spawn((layout::screen("Teach"), DespawnOnExit(Screen::Teach)));
    root.with_children(|root| {
        root.spawn(text::title("Teach"));
        scroll::scroll(root, |content| {
            if let Some(why) = &form.trouble {
                trouble(content, why);
            }
            if form.work.is_some() {
                content.spawn(text::lead("Opening the class…"));
                return;
            }
            content
                .spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
                .with_children(|panel| {
                    panel.spawn(text::body(
                        "This computer becomes the class's server, for as long as this window is \
                         open. Everyone joins with the code that you get, from the game or in a \
                         browser.",
                    ));
                    entry(panel, "Title", &form.title, TITLE).insert((Line::Title, AutoFocus));
                    panel.spawn(text::strong("Who comes in"));
                    for entry in all {
                        let id = entry.scenario.id().to_owned();
                        let on = chosen.contains(&id);
                        let minutes = about_minutes(&entry.scenario, &rules);
                        let label = format!("{} · {minutes}", entry.scenario.title());
                        toggle(panel, &label, on).observe(
                            move |change: On<ValueChange<bool>>, mut form: ResMut<Form>| {
                                let chosen = form.scenarios.get_or_insert_default();
                                chosen.retain(|other| *other != id);
                                if change.value {
                                    chosen.push(id.clone());
                                }
                            },
                        );
                    }
                    choices(panel, form);
                });
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            if form.work.is_none() {
                foot.spawn(button::primary("Open the class")).observe(
                    |_: On<Activate>, mut commands: Commands| {
                        commands.run_system_cached_with(open, true);
                    },
                );
                foot.spawn(button::quiet("Go on with an earlier one"))
                    .observe(|_: On<Activate>, mut commands: Commands| {
                        commands.run_system_cached_with(open, false);
                    });
            }
            foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape)))
                .observe(go(Screen::Title));
        });
    });
}

fn choices(panel: &mut ChildSpawnerCommands, form: &Form) {
    panel.spawn(text::strong("Attempts at each"));
    let words = ATTEMPTS.map(|n| Segment::new(&n.to_string()));
    segmented(panel, "Attempts at each", &words, form.attempts)
        .observe(|choose: On<Choose>, mut form: ResMut<Form>| form.attempts = choose.part);
    panel.spawn(text::strong("Customers"));
    let words = [
        Segment::new("The same for everyone"),
        Segment::new("Their own"),
    ];
    segmented(panel, "Customers", &words, usize::from(form.own))
        .observe(|choose: On<Choose>, mut form: ResMut<Form>| form.own = choose.part == 1);
    entry(
        panel,
        "Seed, if it is to be a certain customer",
        &form.seed,
        SEED,
    )
    .insert(Line::Seed);
    panel.spawn(text::caption(
        "Eight characters, as a report shows them; leave it empty for somebody new. Further \
         attempts follow from it, and another class with the same seed meets the same customers.",
    ));
    panel.spawn(text::strong("Scored by"));
    let words: Vec<(&str, &str)> = Doctrines::current()
        .choices()
        .map(|doctrine| (&*doctrine.title, &*doctrine.sentence))
        .collect();
    options(panel, "Scored by", &words, form.doctrine)
        .observe(|choose: On<Choose>, mut form: ResMut<Form>| form.doctrine = choose.part);
    panel.spawn(text::caption(
        "How clauses weigh in conduct where the documents disagree. The customers, satisfaction, \
         red lines and the critical gate are the same under each.",
    ));
    panel.spawn(text::strong("Where the scenarios are"));
    let words = [
        Segment::new("On everyone’s computer"),
        Segment::new("Here alone"),
    ];
    segmented(
        panel,
        "Where the scenarios are",
        &words,
        usize::from(form.sealed),
    )
    .observe(|choose: On<Choose>, mut form: ResMut<Form>| form.sealed = choose.part == 1);
    panel.spawn(text::caption(
        "On everyone’s computer the class is open: the game goes on without the network, and a \
         determined reader can study the scenarios. Here alone it is sealed: nothing but words \
         and faces leaves this computer, and the game needs the line to it.",
    ));
}

/// Opens a server: with a new class, or with those that there are.
fn open(
    In(new): In<bool>,
    lines: Query<(&EditableText, &Line)>,
    mut form: ResMut<Form>,
    places: Res<Places>,
    scenarios: Res<Scenarios>,
    proxy: Option<Res<EventLoopProxyWrapper>>,
    mut commands: Commands,
) {
    for (text, line) in &lines {
        let written = text.value().to_string();
        match line {
            Line::Title => form.title = written,
            Line::Seed => form.seed = written,
        }
    }
    let all = scenarios.0.entries.iter().map(|entry| entry.scenario.id());
    let chosen = form.scenarios.clone().unwrap_or_default();
    // In the order of the list, whatever was pressed first.
    let ids: Vec<String> = all
        .filter(|id| chosen.iter().any(|other| other == id))
        .map(str::to_owned)
        .collect();
    form.trouble = None;
    if new && ids.is_empty() {
        form.trouble = Some("choose somebody who comes in".to_owned());
        return commands.set_state(Screen::Teach);
    }
    let seed = match picked(&form.seed) {
        Err(why) if new => {
            form.trouble = Some(why);
            return commands.set_state(Screen::Teach);
        }
        seed => seed.unwrap_or_default(),
    };
    let plan = new.then(|| Plan {
        title: form.title.clone(),
        scenarios: ids,
        attempts: ATTEMPTS.get(form.attempts).copied().unwrap_or(1),
        seeds: if form.own {
            SeedRule::Own
        } else {
            SeedRule::Same
        },
        seed,
        sealed: form.sealed,
        shows_names: false,
        limit: 0,
        doctrine: Doctrines::current()
            .choices()
            .nth(form.doctrine)
            .unwrap_or(Doctrine::balanced()),
    });
    // A tour meets nobody, and does not mind other servers.
    let port = |usual| if places.alone { 0 } else { usual };
    let options = Options {
        folder: places.hosted.clone(),
        database: None,
        port: Some(port(ROOM_PORT)),
        game_port: port(GAME_PORT),
        board_port: port(BOARD_PORT),
        address: places.alone.then_some([127, 0, 0, 1].into()),
        class: plan,
    };
    let library = scenarios.0.clone();
    let wake = Wake::of(proxy.as_deref());
    let changed = wake.clone();
    form.work = Some(Task::begin(wake, move || {
        Hosting::open(library, options, move || changed.wake())
    }));
    commands.set_state(Screen::Teach);
}

fn collect(mut form: ResMut<Form>, mut commands: Commands) {
    let Some(result) = form.work.as_ref().and_then(Task::result) else {
        return;
    };
    form.work = None;
    match result {
        Ok(hosting) => {
            commands.insert_resource(Teaching::of(hosting));
            commands.set_state(Screen::Open);
        }
        Err(why) => {
            form.trouble = Some(why);
            commands.set_state(Screen::Teach);
        }
    }
}
