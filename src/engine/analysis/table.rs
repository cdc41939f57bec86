//! A set of states that remembers where each one is kept: what merges equal
//! states. Open addressing over indexes, because the engine's order never hangs
//! on a hash map's habit.

use crate::state::State;

/// The numbers of states that were met before.
pub(super) struct Table {
    slots: Vec<u32>,
    n_held: usize,
}

const EMPTY: u32 = u32::MAX;

impl Table {
    pub(super) fn new() -> Self {
        Table {
            slots: vec![EMPTY; 1 << 10],
            n_held: 0,
        }
    }

    /// Enters the state that will be kept as number `n`; `false` if an equal one
    /// is there already. `kept` gives the state of a number.
    pub(super) fn enter<'a>(
        &mut self,
        state: &State,
        n: u32,
        kept: impl Fn(u32) -> &'a State,
    ) -> bool {
        if self.n_held * 2 >= self.slots.len() {
            self.grow(&kept);
        }
        let mask = self.slots.len() - 1;
        let mut at = hash(state) as usize & mask;
        while self.slots[at] != EMPTY {
            if kept(self.slots[at]) == state {
                return false;
            }
            at = (at + 1) & mask;
        }
        self.slots[at] = n;
        self.n_held += 1;
        true
    }

    fn grow<'a>(&mut self, kept: &impl Fn(u32) -> &'a State) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![EMPTY; old.len() * 2];
        let mask = self.slots.len() - 1;
        for n in old.into_iter().filter(|n| *n != EMPTY) {
            let mut at = hash(kept(n)) as usize & mask;
            while self.slots[at] != EMPTY {
                at = (at + 1) & mask;
            }
            self.slots[at] = n;
        }
    }
}

/// A number for a state, the same for equal ones; what differs between
/// neighbours goes in, the rest may collide.
fn hash(state: &State) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325u64;
    let mut mix = |value: u64| {
        hash = (hash ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash ^= hash >> 29;
    };
    mix(u64::from(state.beat) << 48
        | u64::from(state.active) << 32
        | u64::from(state.segment) << 24
        | u64::from(state.story) << 16
        | u64::from(state.n_replies) << 8
        | u64::from(state.pauses));
    let [heat, heard, fixed, trust, ease] = state.gauges.map(|gauge| gauge as u64 & 0xFFFF);
    mix(heat << 48 | heard << 32 | fixed << 16 | trust);
    mix(ease << 48 | u64::from(state.facts) << 16 | u64::from(state.flags.0));
    mix(u64::from(state.sum) << 16 | u64::from(state.worst));
    mix(u64::from(state.nods) << 16 | u64::from(state.face_run) << 8 | state.reply_face as u64);
    mix(state.did.bits() as u64 ^ (state.did.bits() >> 64) as u64);
    mix(u64::from(state.turn));
    hash
}
