//! Par: the best clean line of a customer.

use engine::rng::Dice;
use engine::score::{Par, Score};
use engine::session::Session;
use engine::state::Floor;

use crate::playing::{no_par, random_play};
use crate::stories::{begin, scenario, story};

#[test]
fn par_is_the_same_every_time_and_its_line_plays() {
    let scenario = scenario(story());
    for seed in [0, 1, 0x12_3456_789A] {
        let session = begin(&scenario, seed);
        let world = session.world();
        let par = Par::of(world, session.seed());
        assert_eq!(par, Par::of(world, session.seed()));
        let mut state = world.begin(session.seed());
        for &input in &par.best.inputs {
            assert!(world.step(&mut state, input, &mut ()));
        }
        assert_eq!(state.floor, Floor::Ended);
        assert_eq!(world.survey(&state), par.best.survey);
        assert_eq!(state.ending, par.best.ending);
        assert!(par.worst <= par.random && par.random < par.best.survey);
    }
}

#[test]
fn no_random_play_beats_par() {
    let scenario = scenario(story());
    for seed in 0..4 {
        let first = begin(&scenario, seed);
        let par = Par::of(first.world(), first.seed());
        for n in 0..300 {
            let mut session = first.clone();
            random_play(&mut session, &mut Dice::for_play(first.seed(), n));
            let survey = session.world().survey(session.state());
            let ending = session.ending();
            // Par is the best clean and rightly ended line: a falsified paper
            // or an early exit may please more and is no par.
            if score_flags_clean(&session) && ending == Some("kept") {
                assert!(survey <= par.best.survey, "play {n} of seed {seed}");
            }
        }
    }
}

fn score_flags_clean(session: &Session) -> bool {
    Score::of(session, &no_par()).gates.is_empty()
}
