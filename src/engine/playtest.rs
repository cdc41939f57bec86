//! Many runs by trainees with a character, added up. A run hangs on the base
//! and its number alone, and a tally holds sums only, so that the result is the
//! same in whatever order and on however many threads the runs are played.

use crate::act::Act;
use crate::bots::{Bot, Memory, choose};
use crate::rng::{Dice, Seed};
use crate::rules::{N_ACTS, Rules};
use crate::scenario::{MAX_REPLIES, Scenario};
use crate::score::par::clean;
use crate::state::{Face, Floor, Stance, State, Voice};
use crate::step::{Input, Move, World, draw};

/// The names of the roster, in its order: what a scenario can call a bot.
pub const NAMES: &[&str] = &[
    "Random",
    "Parrot",
    "Doormat",
    "Rusher",
    "Blamer",
    "Stonewall",
    "Shouter",
    "ByTheBook",
    "Expert",
];

/// How a character listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listens {
    /// To the end.
    Out,
    /// To the end, with nods.
    Nodding,
    /// Not at all.
    CutsIn,
}

/// A trainee with a character: what they would rather say, and how.
#[derive(Clone, Debug)]
pub struct Character {
    /// What they are called.
    pub name: String,
    /// One sentence about them.
    pub about: String,
    mind: Mind,
}

#[derive(Clone, Debug)]
enum Mind {
    /// One of the engine's bots.
    Bot(Bot),
    /// Says the reply with the act that stands first in a list.
    Prefers {
        rank: Box<[u8; N_ACTS]>,
        listens: Listens,
        stance: Stance,
    },
}

/// What an act that a character does not care for ranks.
const INDIFFERENT: u8 = 200;

impl Character {
    /// A character who prefers acts in this order and takes any other reply by chance.
    pub fn preferring(
        name: &str,
        about: &str,
        listens: Listens,
        stance: Stance,
        acts: &[Act],
    ) -> Self {
        let mut rank = Box::new([INDIFFERENT; N_ACTS]);
        for (n, act) in (0u8..INDIFFERENT).zip(acts) {
            let place = &mut rank[*act as usize];
            *place = n.min(*place);
        }
        Character {
            name: name.to_owned(),
            about: about.to_owned(),
            mind: Mind::Prefers {
                rank,
                listens,
                stance,
            },
        }
    }

    fn bot(name: &str, about: &str, bot: Bot) -> Self {
        Character {
            name: name.to_owned(),
            about: about.to_owned(),
            mind: Mind::Bot(bot),
        }
    }

    /// Everybody who plays: Random first.
    pub fn roster() -> Vec<Character> {
        use Act::*;
        use Listens::{CutsIn, Nodding, Out};
        let stance = |voice, face| Stance { voice, face };
        let even = stance(Voice::Even, Face::Neutral);
        let caring = stance(Voice::Even, Face::Concerned);
        let smiling = stance(Voice::Soft, Face::Warm);
        let loud = stance(Voice::Raised, Face::Neutral);
        let new = Character::preferring;
        vec![
            Character::bot("Random", "Does anything that is possible.", Bot::Random),
            new(
                "Parrot",
                "Only ever says that they understand.",
                Nodding,
                caring,
                &[NameFeeling, Validate, Reiterate, Apologise],
            ),
            new(
                "Doormat",
                "Agrees to everything and gives away what they can.",
                Out,
                smiling,
                &[
                    BreachLicence,
                    FalsifyPaper,
                    UnsafeWork,
                    Compensate,
                    Overpromise,
                    Grovel,
                    FalseComfort,
                    Flatter,
                    Promise,
                    Fix,
                    OfferOne,
                    Apologise,
                    ApologiseFor,
                ],
            ),
            new(
                "Rusher",
                "Has no time: cuts in and offers the first thing.",
                CutsIn,
                even,
                &[
                    Rush,
                    OfferOne,
                    Fix,
                    NextStep,
                    LetsSee,
                    Distracted,
                    ShortAnswer,
                ],
            ),
            new(
                "Blamer",
                "It was never the shop's fault.",
                Out,
                even,
                &[
                    BlameCustomer,
                    BlameOther,
                    Assume,
                    Excuse,
                    Argue,
                    Prejudge,
                    Condescend,
                ],
            ),
            new(
                "Stonewall",
                "No, and there is nothing to be done.",
                Out,
                even,
                &[RefuseFlat, NotMyJob, Dismiss, HideTruth, Refuse, Abandon],
            ),
            new(
                "Shouter",
                "Answers anger with anger.",
                CutsIn,
                loud,
                &[
                    Retaliate,
                    Threaten,
                    Insult,
                    Argue,
                    Sarcasm,
                    CalmDown,
                    BlameCustomer,
                ],
            ),
            new(
                "ByTheBook",
                "Goes through the guidance in its order and never looks up.",
                Nodding,
                caring,
                &[
                    Reiterate,
                    NameFeeling,
                    ApologiseFor,
                    Own,
                    AskSatisfy,
                    AskOpen,
                    Boundary,
                    SeeWhatWeCan,
                    OfferChoice,
                    Involve,
                    NextStep,
                    Explain,
                    CheckOk,
                    Promise,
                    FollowUp,
                    ConfirmResolved,
                    Thank,
                ],
            ),
            Character::bot(
                "Expert",
                "Knows the guidance and reads the customer, by what shows alone.",
                Bot::Expert,
            ),
        ]
    }

    fn next(&self, world: &World, state: &State, memory: &mut Memory, dice: &mut Dice) -> Input {
        match &self.mind {
            Mind::Bot(Bot::Random) => any(world, state, dice),
            Mind::Bot(bot) => choose(world, state, *bot, memory, dice),
            Mind::Prefers {
                rank,
                listens,
                stance,
            } => {
                let action = match (state.floor, listens) {
                    (Floor::Customer, Listens::Out) => Move::Listen,
                    (Floor::Customer, Listens::Nodding) => Move::Encourage,
                    (Floor::Customer, Listens::CutsIn) => Move::CutIn,
                    _ => preferred(world, state, rank, dice),
                };
                Input {
                    action,
                    stance: *stance,
                }
            }
        }
    }
}

/// Any legal input with any stance.
fn any(world: &World, state: &State, dice: &mut Dice) -> Input {
    let mut moves = [Move::Pause; MAX_REPLIES + 1];
    let n_moves = world.moves(state, &mut moves);
    Input {
        action: moves[dice.below(n_moves as u32) as usize],
        stance: Stance::ALL[dice.below(9) as usize],
    }
}

/// The reply with the act that is liked best; of those liked alike any.
fn preferred(world: &World, state: &State, rank: &[u8; N_ACTS], dice: &mut Dice) -> Move {
    let mut moves = [Move::Pause; MAX_REPLIES + 1];
    let n_moves = world.moves(state, &mut moves);
    let mut best = (u8::MAX, Move::Pause);
    let mut n_alike = 0;
    for &action in &moves[..n_moves] {
        let Move::Say(n) = action else { continue };
        let Some(reply) = world.reply(state, n) else {
            continue;
        };
        let (acts, n_acts) = if World::informed(state, reply) {
            (&reply.acts, reply.n_acts)
        } else {
            (&reply.plain_acts, reply.n_plain)
        };
        let liked = acts[..n_acts as usize]
            .iter()
            .map(|act| rank[*act as usize])
            .min()
            .unwrap_or(INDIFFERENT);
        if liked < best.0 {
            best = (liked, action);
            n_alike = 1;
        } else if liked == best.0 {
            n_alike += 1;
            if dice.below(n_alike) == 0 {
                best.1 = action;
            }
        }
    }
    best.1
}

/// Seed of a run: a hash of the base and the run's number.
pub fn seed_of(base: Seed, run: u64) -> Seed {
    let mut x = base.bits() ^ run.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    Seed::new(x ^ (x >> 31))
}

/// Who plays a run: every second run is played at random, the others in turn.
pub fn player_of(run: u64, n_characters: usize) -> usize {
    if n_characters < 2 || run.is_multiple_of(2) {
        return 0;
    }
    1 + (run / 2 % (n_characters as u64 - 1)) as usize
}

/// The survey of a run, next to the run's number: for the lowest and the highest.
pub type Extreme = Option<(i16, u64)>;

/// What came of the runs of one character. Surveys in tenths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Runs.
    pub n: u64,
    /// Runs by survey, in steps of two points.
    pub spread: [u64; 51],
    /// Sum of the surveys.
    pub sum: u64,
    /// Runs in which no critical line was crossed.
    pub clean: u64,
    /// Clean runs that ended rightly.
    pub right: u64,
    /// Runs by ending.
    pub endings: Vec<u64>,
    /// For each ending a run that reached it: the one with the lowest number.
    pub shown_by: Vec<Option<u64>>,
    /// Sum of the replies.
    pub replies: u64,
    /// The lowest survey.
    pub lowest: Extreme,
    /// The highest survey.
    pub highest: Extreme,
    /// Times each beat was entered.
    pub beats: Vec<u64>,
    /// Times each reply was said.
    pub said: Vec<u64>,
    /// Sum of the surveys of the runs at whose end it had been said, by times said.
    pub said_sum: Vec<u64>,
}

impl Tally {
    /// Of no runs.
    pub fn new(scenario: &Scenario) -> Self {
        Tally {
            n: 0,
            spread: [0; 51],
            sum: 0,
            clean: 0,
            right: 0,
            endings: vec![0; scenario.ending_keys().len()],
            shown_by: vec![None; scenario.ending_keys().len()],
            replies: 0,
            lowest: None,
            highest: None,
            beats: vec![0; scenario.beat_keys().len()],
            said: vec![0; scenario.n_replies()],
            said_sum: vec![0; scenario.n_replies()],
        }
    }

    /// Adds the runs of another tally of the same scenario.
    pub fn add(&mut self, other: &Tally) {
        let plus = |sums: &mut [u64], more: &[u64]| {
            sums.iter_mut().zip(more).for_each(|(sum, n)| *sum += n);
        };
        self.n += other.n;
        self.sum += other.sum;
        self.clean += other.clean;
        self.right += other.right;
        self.replies += other.replies;
        plus(&mut self.spread, &other.spread);
        plus(&mut self.endings, &other.endings);
        plus(&mut self.beats, &other.beats);
        plus(&mut self.said, &other.said);
        plus(&mut self.said_sum, &other.said_sum);
        for (mine, theirs) in self.shown_by.iter_mut().zip(&other.shown_by) {
            *mine = [*mine, *theirs].into_iter().flatten().min();
        }
        let both = |mine: Extreme, theirs: Extreme| [mine, theirs].into_iter().flatten();
        self.lowest = both(self.lowest, other.lowest).min();
        let high = |(survey, run): &(i16, u64)| (*survey, u64::MAX - *run);
        self.highest = both(self.highest, other.highest).max_by_key(high);
    }

    /// Plays a run and counts it.
    pub fn play(
        &mut self,
        scenario: &Scenario,
        rules: &Rules,
        base: Seed,
        run: u64,
        who: &Character,
    ) {
        let seed = seed_of(base, run);
        let setup = draw(scenario, rules, seed);
        let world = World::new(scenario, rules, &setup);
        let mut said = [0u32; 64];
        let mut n_said = 0;
        let mut entered = u16::MAX;
        let state = played(world, seed, run, who, &mut |state, input| {
            if state.beat != entered {
                entered = state.beat;
                self.beats[entered as usize] += 1;
            }
            if let Move::Say(n) = input.action
                && n_said < said.len()
            {
                said[n_said] = world.beat(state).replies.start + u32::from(n);
                n_said += 1;
            }
        });
        let survey = world.survey(&state);
        let points = u64::from(survey.clamp(0, 1000).unsigned_abs());
        for &reply in &said[..n_said] {
            self.said[reply as usize] += 1;
            self.said_sum[reply as usize] += points;
        }
        let unstained = clean(&state);
        self.n += 1;
        self.sum += points;
        self.spread[(points / 20) as usize] += 1;
        self.clean += u64::from(unstained);
        self.right += u64::from(unstained && world.ends_rightly(&state));
        self.replies += u64::from(state.n_replies);
        if let Some(n) = self.endings.get_mut(state.ending as usize) {
            *n += 1;
            let shown = &mut self.shown_by[state.ending as usize];
            *shown = Some(shown.map_or(run, |first| first.min(run)));
        }
        if self
            .lowest
            .is_none_or(|(low, first)| (survey, run) < (low, first))
        {
            self.lowest = Some((survey, run));
        }
        if self
            .highest
            .is_none_or(|(high, first)| survey > high || (survey == high && run < first))
        {
            self.highest = Some((survey, run));
        }
    }

    /// Mean survey, in tenths.
    pub fn mean(&self) -> i16 {
        (self.sum / self.n.max(1)) as i16
    }

    /// The survey below which a share of the runs lies, thousandths; in tenths, to a
    /// point, and never outside of what there was.
    pub fn quantile(&self, share: u64) -> i16 {
        let wanted = self.n * share / 1000;
        let (mut n, mut at) = (0, 1000);
        for (step, runs) in (0i16..).zip(&self.spread) {
            n += runs;
            if n > wanted {
                at = step * 20 + 10;
                break;
            }
        }
        let end = |of: Option<(i16, u64)>, otherwise| of.map_or(otherwise, |(survey, _)| survey);
        at.min(end(self.highest, 1000)).max(end(self.lowest, 0))
    }
}

/// The inputs of a run.
pub fn inputs_of(world: World, seed: Seed, run: u64, who: &Character) -> Vec<Input> {
    let mut inputs = Vec::new();
    played(world, seed, run, who, &mut |_, input| inputs.push(input));
    inputs
}

fn played(
    world: World,
    seed: Seed,
    run: u64,
    who: &Character,
    look: &mut dyn FnMut(&State, Input),
) -> State {
    let mut state = world.begin(seed);
    let mut memory = Memory::new(world.scenario, world.rules);
    let mut dice = Dice::for_play(seed, run);
    while state.floor != Floor::Ended {
        let input = who.next(&world, &state, &mut memory, &mut dice);
        look(&state, input);
        if !world.step(&mut state, input, &mut ()) {
            break;
        }
    }
    state
}
