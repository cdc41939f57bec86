//! Numbers and words as a person reads them: points out of a hundred, with a true
//! minus sign. Nothing here knows what they mean.

/// A number of tenths in whole points: `413` is "41".
pub fn points(tenths: i32) -> String {
    signless(round(tenths, 10))
}

/// A change in tenths, with its sign and one decimal: `-62` is "−6.2".
pub fn change(tenths: i32) -> String {
    let n = tenths.unsigned_abs();
    format!("{}{}.{}", sign(tenths), n / 10, n % 10)
}

/// A change in thousandths in whole points, with its sign: `-62` is "−6".
pub fn whole_change(thousandths: i32) -> String {
    let points = round(thousandths, 10);
    format!("{}{}", sign(points), points.unsigned_abs())
}

/// "1st", "2nd", "3rd", "4th".
pub fn ordinal(n: usize) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// "one step", "3 steps".
pub fn counted(n: usize, one: &str, many: &str) -> String {
    match n {
        1 => format!("one {one}"),
        n => format!("{n} {many}"),
    }
}

/// With a capital at its beginning.
pub fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn signless(n: i32) -> String {
    match n {
        ..0 => format!("−{}", n.unsigned_abs()),
        n => n.to_string(),
    }
}

fn sign(n: i32) -> &'static str {
    match n {
        ..0 => "−",
        0 => "±",
        _ => "+",
    }
}

/// To the nearest, halves away from zero.
fn round(n: i32, by: i32) -> i32 {
    (n + n.signum() * by / 2) / by
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_rounded_and_signed() {
        assert_eq!([points(413), points(415), points(-62)], ["41", "42", "−6"]);
        assert_eq!(
            [change(62), change(-4), change(0)],
            ["+6.2", "−0.4", "±0.0"]
        );
        assert_eq!(
            [whole_change(-62), whole_change(45), whole_change(3)],
            ["−6", "+5", "±0"]
        );
    }

    #[test]
    fn places_have_their_endings() {
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 21, 112].map(ordinal).join(" "),
            "1st 2nd 3rd 4th 11th 12th 21st 112th"
        );
    }
}
