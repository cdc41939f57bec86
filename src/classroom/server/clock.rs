//! The time of a class and of everyone in it. It passes only while the class runs and
//! only as long as a server says so, every few seconds: a pause, a dead server or a
//! clock that was set costs nobody anything. It feeds no score.

/// How often a server says that time has passed, milliseconds.
pub const TICK: i64 = 2_000;
/// What passes at most from one time it says so to the next, milliseconds. More is a
/// server that was down, or a clock that was set.
const STEP: i64 = 3 * TICK;
/// How long somebody's line is silent before it is taken to be cut, milliseconds of the
/// class. Their pages ask every five seconds.
pub const CUT: i64 = 15_000;
/// What is given back at most to one person whose line was cut, in all, milliseconds.
/// Whoever cuts it on purpose gains this and no more; the instructor may give more.
pub const AWAY: i64 = 10 * 60_000;
/// The longest limit, milliseconds: a week.
pub const LONGEST: i64 = 7 * 24 * 60 * 60_000;
/// What people may be allowed, in hundredths of everyone's time; 0 for no limit.
pub const ALLOWANCES: [i64; 4] = [100, 150, 200, 0];

/// The time of a class, all in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassClock {
    /// Whether the class runs.
    pub running: bool,
    /// Everyone's time; 0 for no limit.
    pub limit: i64,
    /// What had passed at `ticked_at`.
    pub spent: i64,
    /// When that was, Unix milliseconds.
    pub ticked_at: i64,
}

/// The time of a person, in milliseconds of the class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeatClock {
    /// Hundredths of everyone's time; 0 for no limit.
    pub allowance: i64,
    /// Given by the instructor.
    pub granted: i64,
    /// What passed while their line was cut.
    pub away: i64,
    /// Where the class's time stood when they were last heard of.
    pub heard: i64,
    /// Where it stood when they came; `None` before that.
    pub came: Option<i64>,
}

impl ClassClock {
    /// Whether time passes.
    pub fn ticks(&self) -> bool {
        // A class that was left open for weeks has nothing to count any more.
        self.running && self.limit > 0 && self.spent < 4 * LONGEST
    }

    /// What has passed.
    pub fn elapsed(&self, now: i64) -> i64 {
        let since = if self.ticks() {
            (now - self.ticked_at).clamp(0, STEP)
        } else {
            0
        };
        self.spent + since
    }
}

impl SeatClock {
    /// Whether their line is cut: they were here, and have been silent for long.
    fn cut(&self, elapsed: i64) -> bool {
        self.came.is_some() && elapsed - self.heard > CUT
    }

    /// What passed since they were last heard of and is not to count, if their line is
    /// cut: all of it, until they have been given back as much as anybody is.
    fn given_back(&self, elapsed: i64) -> i64 {
        if !self.cut(elapsed) {
            return 0;
        }
        (elapsed - self.heard).min(AWAY - self.away).max(0)
    }

    /// What is left of this person's time; `None` where there is no limit.
    pub fn left(&self, class: &ClassClock, now: i64) -> Option<i64> {
        if class.limit == 0 || self.allowance == 0 {
            return None;
        }
        let elapsed = class.elapsed(now);
        // While the line is cut, their time stands where it was, up to a bound.
        let mine = elapsed - self.given_back(elapsed);
        let allowed = class.limit * self.allowance / 100 + self.granted + self.away;
        Some((allowed - mine).max(0))
    }

    /// They are heard of: what passed while their line was cut is given back.
    pub fn heard_at(mut self, elapsed: i64) -> Self {
        self.away += self.given_back(elapsed);
        self.heard = self.heard.max(elapsed);
        self
    }
}

/// A time in words that change once a minute, so that nobody watches seconds.
pub fn words(left: i64) -> String {
    match left {
        ..=0 => "time is up".into(),
        1..60_000 => "less than a minute left".into(),
        60_000..120_000 => "1 minute left".into(),
        _ => format!("{} minutes left", left / 60_000),
    }
}

/// A time as an instructor reads it: minutes and seconds.
pub fn exact(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A time as people type it: `20`, or `20:30`, in minutes and seconds.
///
/// # Errors
/// When it is neither, nothing, or more than a week.
pub fn typed(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let (minutes, seconds) = text.split_once(':').unwrap_or((text, "0"));
    let number = |text: &str| match text {
        "" => None,
        _ if text.len() > 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) => None,
        _ => text.parse::<i64>().ok(),
    };
    let ms = match (number(minutes), number(seconds)) {
        (Some(minutes), Some(seconds @ 0..60)) => (minutes * 60 + seconds) * 1_000,
        _ => return Err("a time is minutes, like 20, or minutes and seconds, like 1:30".into()),
    };
    if !(1..=LONGEST).contains(&ms) {
        return Err("a time is at least a second and at most a week".into());
    }
    Ok(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn running(limit: i64) -> ClassClock {
        ClassClock {
            running: true,
            limit,
            spent: 0,
            ticked_at: 1_000_000,
        }
    }

    fn person(allowance: i64) -> SeatClock {
        SeatClock {
            allowance,
            came: Some(0),
            ..SeatClock::default()
        }
    }

    /// What a server does every two seconds.
    fn tick(class: &mut ClassClock, now: i64) {
        class.spent = class.elapsed(now);
        class.ticked_at = now;
    }

    #[test]
    fn time_passes_only_while_the_class_runs() {
        let mut class = running(10 * MINUTE);
        let mut ana = person(100);
        let mut now = class.ticked_at;
        for _ in 0..30 {
            now += TICK;
            tick(&mut class, now);
            ana = ana.heard_at(class.spent);
        }
        assert_eq!(class.spent, MINUTE);
        class.running = false;
        assert_eq!(class.elapsed(now + 600 * MINUTE), MINUTE);
        assert_eq!(ana.left(&class, now + 600 * MINUTE), Some(9 * MINUTE));
        // A limit for nobody, and nobody's limit.
        assert_eq!(ana.left(&running(0), now), None);
        assert_eq!(person(0).left(&class, now), None);
    }

    #[test]
    fn clocks_that_are_set_and_servers_that_were_down_cost_next_to_nothing() {
        let mut class = running(10 * MINUTE);
        let day = 24 * 60 * MINUTE;
        for step in [
            -day,
            day,
            -3_600_000,
            3_600_000,
            600_000,
            i64::from(i32::MAX) * 1_000,
        ] {
            let (before, at) = (class.spent, class.ticked_at);
            tick(&mut class, at + step);
            assert!((0..=STEP).contains(&(class.spent - before)), "{step}");
            let at = class.ticked_at;
            tick(&mut class, at + TICK);
        }
        assert!(class.spent <= 6 * (STEP + TICK));
    }

    #[test]
    fn allowances_grants_and_what_was_lost_with_the_line() {
        let mut class = running(10 * MINUTE);
        class.spent = 4 * MINUTE;
        let now = class.ticked_at;
        let here = |allowance| person(allowance).heard_at(0);
        let at = |seat: SeatClock| SeatClock {
            heard: class.spent,
            ..seat
        };
        assert_eq!(at(here(100)).left(&class, now), Some(6 * MINUTE));
        assert_eq!(at(here(150)).left(&class, now), Some(11 * MINUTE));
        assert_eq!(at(here(200)).left(&class, now), Some(16 * MINUTE));
        // Silent since the first minute: the time stands there, and is given back.
        let silent = SeatClock {
            heard: MINUTE,
            ..here(100)
        };
        assert_eq!(silent.left(&class, now), Some(9 * MINUTE));
        let back = silent.heard_at(class.spent);
        assert_eq!(
            (back.away, back.left(&class, now)),
            (3 * MINUTE, Some(9 * MINUTE))
        );
        assert_eq!(back.heard_at(class.spent), back, "once");
        // A short silence is thinking.
        let thinks = SeatClock {
            heard: class.spent - CUT,
            ..here(100)
        };
        assert_eq!(thinks.heard_at(class.spent).away, 0);
        // Whoever has not come yet loses time like everybody, until it is granted.
        let mut late = SeatClock {
            allowance: 100,
            ..SeatClock::default()
        };
        assert_eq!(late.left(&class, now), Some(6 * MINUTE));
        late.granted = 4 * MINUTE;
        assert_eq!(late.left(&class, now), Some(10 * MINUTE));
    }

    #[test]
    fn whoever_cuts_the_line_again_and_again_gains_ten_minutes_and_no_more() {
        let mut class = running(20 * MINUTE);
        let mut ana = person(100);
        let left = |ana: &SeatClock, class: &ClassClock| ana.left(class, class.ticked_at);
        // Away for two minutes of every three, for as long as the class takes.
        for round in 1..=10 {
            class.spent += 2 * MINUTE;
            let away = left(&ana, &class);
            ana = ana.heard_at(class.spent);
            assert_eq!(left(&ana, &class), away, "coming back gives nothing more");
            assert_eq!(ana.away, (2 * round * MINUTE).min(AWAY));
            for _ in 0..4 {
                class.spent += CUT;
                ana = ana.heard_at(class.spent);
            }
        }
        assert_eq!(left(&ana, &class), Some(0));
        // Away once and for all: time counts again after ten minutes, and comes to its end.
        let mut class = running(20 * MINUTE);
        let gone = person(100);
        class.spent = 10 * MINUTE;
        assert_eq!(left(&gone, &class), Some(20 * MINUTE));
        class.spent = 29 * MINUTE;
        assert_eq!(left(&gone, &class), Some(MINUTE));
        class.spent = 30 * MINUTE;
        assert_eq!(left(&gone, &class), Some(0));
        assert_eq!(left(&gone.heard_at(class.spent), &class), Some(0));
    }

    #[test]
    fn times_as_people_type_and_read_them() {
        for (text, ms) in [("20", 20 * MINUTE), (" 1:30 ", 90_000), ("0:05", 5_000)] {
            assert_eq!(typed(text), Ok(ms));
        }
        for wrong in [
            "",
            ":",
            "0",
            "-1",
            "1:60",
            "1.5",
            "99999",
            "9999999999",
            "1:2:3",
            "x",
        ] {
            assert!(typed(wrong).is_err(), "{wrong}");
        }
        for (ms, text) in [
            (0, "time is up"),
            (59_999, "less than a minute left"),
            (61_000, "1 minute left"),
            (299_000, "4 minutes left"),
        ] {
            assert_eq!(words(ms), text);
        }
        assert_eq!(exact(299_900), "4:59");
    }
}
