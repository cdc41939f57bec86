//! Trainees of known kinds, for the checks of the model and for par's company.
//! Those that are said to see only percepts get the percept, the words' acts
//! and their own memory; never a gauge or an unheard deal, nor what the person is like.

use std::sync::Arc;

use crate::act::Act;
use crate::customer::satisfaction;
use crate::perceive::perceive;
use crate::percept::Percept;
use crate::rng::{Dice, Seed};
use crate::rules::{ActKind, Rules};
use crate::scenario::written::{Gauge, SegmentKind};
use crate::scenario::{MAX_DEALS, MAX_REPLIES, ReplyRow, Scenario, Slice, Target, Test};
use crate::session::Session;
use crate::state::{Face, Flags, Floor, Setup, Stance, State, Traits, Voice};
use crate::step::{Input, Move, World, draw};

/// A trainee of a known kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bot {
    /// Sees only percepts, reads the customer, and knows the guidance: does what it asks for at least once.
    Expert,
    /// Sees only percepts, means well, holds one stance too long, and in every third reply says what comes to hand.
    Adequate,
    /// Knows neither: cuts in, takes what pressure suggests, and says sorry once it has gone wrong.
    Poor,
    /// Any legal input.
    Random,
    /// Says sorry wherever there is a sorry to be said.
    AlwaysSorry,
    /// Says the longest reply.
    AlwaysLongest,
    /// Says the reply that is shown first.
    AlwaysFirst,
    /// Says nothing as long as that is possible.
    AlwaysSilent,
    /// Takes the shortest way to an ending.
    LeaveAtOnce,
    /// Calls the supervisor as soon as that is on offer, else takes the first reply.
    SupervisorAtOnce,
}

/// What the expert gives for an act not yet done in this talk, in hundredths of a point.
const NEW_ACT: i32 = 1500;
/// How often the adequate trainee says what comes to hand, in percent.
const SLIPS: u32 = 37;

/// What a bot takes customers to be like.
const MIDDLE: Traits = Traits {
    temper: 1000,
    talk: 1000,
    suspicion: 1000,
    money: 1000,
    pride: 1000,
    volume: 0,
    bearing: 0,
    direct: false,
};

/// What a bot remembers of its own run.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Gauges as the bot believes them to be.
    belief: [i16; 5],
    /// Names of the deal that a hint was heard about, one bit each.
    hinted: u8,
    /// Whether a question was once given a moment's thought.
    weighed: bool,
    n_inputs: u16,
}

impl Memory {
    /// The mind of a bot before the first input.
    pub fn new(scenario: &Scenario, rules: &Rules) -> Self {
        let start = scenario.start();
        let mid =
            |said: Option<_>, otherwise: i16| said.map_or(otherwise, |amount| rules.middle(amount));
        Memory {
            belief: [
                mid(start.heat, 780),
                mid(start.heard, 180),
                mid(start.fixed, 50),
                mid(start.trust, 470),
                mid(start.ease, 470),
            ],
            hinted: 0,
            weighed: false,
            n_inputs: 0,
        }
    }
}

/// Plays a whole run and returns its inputs and last state.
pub fn play(
    scenario: &Scenario,
    rules: &Rules,
    seed: Seed,
    bot: Bot,
    run: u64,
) -> (Vec<Input>, State, Setup) {
    let setup = draw(scenario, rules, seed);
    let world = World::new(scenario, rules, &setup);
    let mut state = world.begin(seed);
    let mut memory = Memory::new(scenario, rules);
    let mut dice = Dice::for_play(seed, run);
    let mut inputs = Vec::new();
    while state.floor != Floor::Ended {
        let input = choose(&world, &state, bot, &mut memory, &mut dice);
        if !world.step(&mut state, input, &mut ()) {
            break;
        }
        inputs.push(input);
    }
    (inputs, state, setup)
}

/// Plays a whole run as a session, with everything that report and score need.
pub fn play_session(
    scenario: &Arc<Scenario>,
    rules: &Arc<Rules>,
    seed: Seed,
    bot: Bot,
    run: u64,
) -> Session {
    let mut session = Session::begin(Arc::clone(scenario), Arc::clone(rules), seed);
    let mut memory = Memory::new(scenario, rules);
    let mut dice = Dice::for_play(seed, run);
    while session.floor() != Floor::Ended {
        let input = choose(
            &session.world(),
            session.state(),
            bot,
            &mut memory,
            &mut dice,
        );
        let action = session.action(input.action);
        if session.apply(&action, input.stance).is_err() {
            break;
        }
    }
    session
}

/// The next input of a bot.
pub fn choose(
    world: &World,
    state: &State,
    bot: Bot,
    memory: &mut Memory,
    dice: &mut Dice,
) -> Input {
    memory.n_inputs += 1;
    let percept = perceive(world.setup, world.scenario.customer().mask, state, None);
    match state.floor {
        Floor::Customer => listen(world, state, bot, memory, &percept, dice),
        _ => speak(world, state, bot, memory, &percept, dice),
    }
}

fn stance(voice: Voice, face: Face) -> Stance {
    Stance { voice, face }
}

fn listen(
    world: &World,
    state: &State,
    bot: Bot,
    memory: &mut Memory,
    percept: &Percept,
    dice: &mut Dice,
) -> Input {
    let segment = world.segment(state);
    let hot = percept.loudness >= 54;
    let open = stance(Voice::Even, if hot { Face::Concerned } else { Face::Warm });
    let flat = stance(Voice::Even, Face::Neutral);
    let (action, stance) = match bot {
        Bot::Expert => match segment.kind {
            _ if state.flags.has(Flags::ASKED) => (Move::CutIn, open),
            SegmentKind::Tell | SegmentKind::Fact if state.nods < 2 => (Move::Encourage, open),
            SegmentKind::Tell | SegmentKind::Fact | SegmentKind::Ask => (Move::Listen, open),
            SegmentKind::Repeat => (Move::CutIn, open),
            SegmentKind::Provoke | SegmentKind::Threat => (Move::Listen, flat),
        },
        Bot::Adequate => match segment.kind {
            SegmentKind::Tell if dice.below(3) == 0 => (Move::Encourage, open),
            _ => (Move::Listen, open),
        },
        Bot::Poor if dice.below(3) == 0 => (Move::CutIn, flat),
        Bot::Random => {
            let actions = [Move::Listen, Move::Encourage, Move::CutIn];
            (
                actions[dice.below(3) as usize],
                Stance::ALL[dice.below(9) as usize],
            )
        }
        Bot::LeaveAtOnce | Bot::SupervisorAtOnce => (Move::CutIn, flat),
        _ => (Move::Listen, flat),
    };
    if action != Move::CutIn {
        memory.hinted |= hints(world, segment.tests);
        let gain = if action == Move::Encourage { 120 } else { 50 };
        let room = i32::from(1000 - memory.belief[1]);
        memory.belief[1] += (gain * room / 1000) as i16;
    }
    Input { action, stance }
}

/// The names of the deal a segment hints at.
fn hints(world: &World, tests: Slice) -> u8 {
    world.scenario.tests[tests.range()]
        .iter()
        .fold(0, |names, test| match test {
            Test::Deal { name, .. } if (*name as usize) < MAX_DEALS => names | 1 << name,
            _ => names,
        })
}

fn speak(
    world: &World,
    state: &State,
    bot: Bot,
    memory: &mut Memory,
    percept: &Percept,
    dice: &mut Dice,
) -> Input {
    let mut moves = [Move::Pause; MAX_REPLIES + 1];
    let n_moves = world.moves(state, &mut moves);
    let replies = &moves[..n_moves - 1];
    let flat = stance(Voice::Even, Face::Neutral);
    let Some(&first) = replies.first() else {
        return Input {
            action: Move::Pause,
            stance: flat,
        };
    };
    let pick = |score: &dyn Fn(Move) -> i32| {
        replies
            .iter()
            .copied()
            .max_by_key(|m| score(*m))
            .unwrap_or(first)
    };
    let acts = |m: Move| reply_acts(world, state, m);
    match bot {
        Bot::Expert => {
            if state.flags.has(Flags::ASKED) && !memory.weighed && percept.loudness < 54 {
                memory.weighed = true;
                return Input {
                    action: Move::Pause,
                    stance: flat,
                };
            }
            let ranked = judged(world, state, memory, percept, replies, NEW_ACT);
            settle(memory, &ranked, 0)
        }
        Bot::Adequate => {
            let mut ranked = judged(world, state, memory, percept, replies, 0);
            ranked.retain(|(_, input, _)| !crosses(world, acts(input.action)));
            // What comes to hand is neither the best line nor the worst.
            let n_between = ranked.len().saturating_sub(2) as u32;
            let n = if n_between > 0 && dice.below(100) < SLIPS {
                1 + dice.below(n_between) as usize
            } else {
                0
            };
            let mut input = settle(memory, &ranked, n);
            input.stance = stance(
                Voice::Even,
                if state.n_replies % 5 == 4 {
                    Face::Neutral
                } else {
                    Face::Concerned
                },
            );
            input
        }
        Bot::Poor => {
            // Apologies follow failures: the louder they are, the sooner a sorry.
            let upset = percept.loudness > 64;
            let (dice_sorry, tempted) = (dice.below(2) == 0, dice.below(4) == 0);
            let fits = |m: &Move| match () {
                () if upset && dice_sorry => says_sorry(acts(*m)),
                () if tempted => errs(world, acts(*m)),
                () => true,
            };
            let mut on_offer: Vec<Move> = replies.iter().copied().filter(fits).collect();
            if on_offer.is_empty() {
                on_offer.extend(replies);
            }
            let voice = if upset && dice.below(4) == 0 {
                Voice::Raised
            } else {
                Voice::Even
            };
            Input {
                action: on_offer[dice.below(on_offer.len() as u32) as usize],
                stance: stance(voice, Face::Neutral),
            }
        }
        Bot::Random => {
            let action = moves[dice.below(n_moves as u32) as usize];
            Input {
                action,
                stance: Stance::ALL[dice.below(9) as usize],
            }
        }
        Bot::AlwaysSorry => {
            let sorry = pick(&|m| i32::from(says_sorry(acts(m))));
            Input {
                action: sorry,
                stance: stance(Voice::Even, Face::Concerned),
            }
        }
        Bot::AlwaysLongest => {
            let longest = pick(&|m| length(world, state, m));
            Input {
                action: longest,
                stance: stance(Voice::Even, Face::Concerned),
            }
        }
        Bot::AlwaysFirst => Input {
            action: world.shown_first(state).unwrap_or(first),
            stance: flat,
        },
        Bot::AlwaysSilent if state.pauses < 3 => Input {
            action: Move::Pause,
            stance: flat,
        },
        Bot::AlwaysSilent => Input {
            action: pick(&|m| -length(world, state, m)),
            stance: flat,
        },
        Bot::LeaveAtOnce => Input {
            action: pick(&|m| ends(world, state, m)),
            stance: flat,
        },
        Bot::SupervisorAtOnce => {
            let action = pick(&|m| i32::from(acts(m).contains(&Act::Supervisor)));
            Input {
                action,
                stance: flat,
            }
        }
    }
}

fn row<'a>(world: &World<'a>, state: &State, action: Move) -> Option<&'a ReplyRow> {
    match action {
        Move::Say(n) => world.reply(state, n),
        _ => None,
    }
}

fn reply_acts<'a>(world: &World<'a>, state: &State, action: Move) -> &'a [Act] {
    row(world, state, action).map_or(&[], |reply| {
        if World::informed(state, reply) {
            &reply.acts[..reply.n_acts as usize]
        } else {
            &reply.plain_acts[..reply.n_plain as usize]
        }
    })
}

fn length(world: &World, state: &State, action: Move) -> i32 {
    let Move::Say(n) = action else { return 0 };
    world
        .words(state, n)
        .map_or(0, |text| text.chars().count() as i32)
}

/// 1 if the reply leads straight to an ending.
fn ends(world: &World, state: &State, action: Move) -> i32 {
    row(world, state, action).map_or(0, |reply| {
        let arms = &world.scenario.arms[reply.arms.range()];
        i32::from(
            arms.iter()
                .any(|arm| world.holds(state, arm.tests) && matches!(arm.to, Target::Ending(_))),
        )
    })
}

/// Whether a reply apologises.
fn says_sorry(acts: &[Act]) -> bool {
    acts.iter()
        .any(|act| matches!(act, Act::Apologise | Act::ApologiseFor))
}

/// Whether a reply does something that the guidance advises against.
fn errs(world: &World, acts: &[Act]) -> bool {
    acts.iter()
        .any(|act| world.rules.act(*act).kind == ActKind::Error)
}

/// Whether a reply crosses a red line: nobody who means well does that.
fn crosses(world: &World, acts: &[Act]) -> bool {
    acts.iter()
        .any(|act| world.rules.act(*act).kind == ActKind::RedLine)
}

/// A reply as a bot judges it: its worth, how to say it, and the gauges it is believed to lead to.
type Judged = (i32, Input, [i16; 5]);

/// Every reply in its best stance, by what it does for the customer as the bot
/// believes them to be; `new_act` is what doing something for the first time that
/// the guidance asks for, short of solving, is worth beside that.
fn judged(
    world: &World,
    state: &State,
    memory: &Memory,
    percept: &Percept,
    replies: &[Move],
    new_act: i32,
) -> Vec<Judged> {
    let mut believed = *state;
    believed.gauges = memory.belief;
    // Loudness tells heat, give or take the person's own volume.
    let heard_heat = ((i32::from(percept.loudness) - 20) * 40 / 3).clamp(0, 1000) as i16;
    believed.gauges[Gauge::Heat as usize] = heard_heat;
    // Nobody sees what somebody is like: they are taken for the middle of all.
    let setup = Setup {
        traits: MIDDLE,
        ..*world.setup
    };
    let world = &World::new(world.scenario, world.rules, &setup);
    let mut ranked: Vec<Judged> = Vec::with_capacity(MAX_REPLIES);
    for &action in replies {
        let Some(reply) = row(world, state, action) else {
            continue;
        };
        let fits = suits(world, &believed, reply, memory.hinted);
        let acts = reply_acts(world, state, action);
        let mut merit = 0;
        if errs(world, acts) || crosses(world, acts) || reply.gives > state.limit {
            merit -= 4000;
        }
        let owed = |act: &&Act| {
            let kind = world.rules.act(**act).kind;
            !state.did.has(**act) && !matches!(kind, ActKind::Solve | ActKind::Close)
        };
        merit += new_act * acts.iter().filter(owed).count() as i32;
        let best = Stance::ALL
            .into_iter()
            .filter(|stance| stance.voice != Voice::Raised)
            .map(|stance| {
                let mut next = believed;
                world.say_only(&mut next, action, stance, fits);
                let now = i32::from(satisfaction(world.rules, world.scenario.failure(), &next));
                let worth = now * 10 + i32::from(next.gauges[3]) + i32::from(next.gauges[4]);
                (worth + merit, Input { action, stance }, next.gauges)
            })
            .max_by_key(|(worth, ..)| *worth);
        ranked.extend(best);
    }
    ranked.sort_by_key(|(worth, ..)| -worth);
    ranked
}

/// Says the `n`th of the ranked replies and believes what it should do.
fn settle(memory: &mut Memory, ranked: &[Judged], n: usize) -> Input {
    match ranked.get(n) {
        Some(&(_, input, after)) => {
            memory.belief = after;
            input
        }
        None => Input {
            action: Move::Pause,
            stance: Stance::default(),
        },
    }
}

/// Whether the reply meets the case, as far as hints were heard: unknown parts count as met.
fn suits(world: &World, state: &State, reply: &ReplyRow, hinted: u8) -> bool {
    let asks_deal = hints(world, reply.suits);
    asks_deal & !hinted != 0 || world.holds(state, reply.suits)
}
