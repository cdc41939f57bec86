//! Who a person is to look at: what stays the same whatever they feel. The people
//! themselves are in `people`; nothing here knows a mood.

use crate::portrait::{people, shape::Rgba8};

/// A person's lasting appearance. Ratios are 1 for an even build.
#[derive(Debug)]
pub(crate) struct Look {
    /// The name authors write in a scenario.
    pub(crate) id: &'static str,
    /// Who one sees, in words.
    pub(crate) title: &'static str,
    pub(super) skin: Skin,
    pub(super) face: Face,
    pub(super) eyes: Eyes,
    pub(super) brow: Brow,
    pub(super) nose: Nose,
    pub(super) lips: Lips,
    pub(super) hair: Hair,
    pub(super) cover: Cover,
    pub(super) beard: Beard,
    pub(super) glasses: Option<Glasses>,
    pub(super) earring: Option<Rgba8>,
    pub(super) build: Build,
    pub(super) dress: Dress,
    pub(super) rest: Rest,
    pub(super) freckles: Option<Rgba8>,
    /// A small child on the arm.
    pub(super) child: Option<Child>,
    /// The frame of the wheelchair they sit in.
    pub(super) chair: Option<Rgba8>,
    /// Lines and folds of age, 0 none to 1 many.
    pub(super) age: f32,
}

#[derive(Debug)]
pub(super) struct Skin {
    pub(super) base: Rgba8,
    pub(super) shade: Rgba8,
    pub(super) light: Rgba8,
    pub(super) blush: Rgba8,
}

#[derive(Debug)]
pub(super) struct Face {
    pub(super) width: f32,
    pub(super) length: f32,
    /// Width of the jaw against the cheekbones.
    pub(super) jaw: f32,
    /// Width of the chin.
    pub(super) chin: f32,
    /// Fullness of the cheeks, 0 hollow to 1 round.
    pub(super) cheek: f32,
}

#[derive(Debug)]
pub(super) struct Eyes {
    pub(super) iris: Rgba8,
    pub(super) size: f32,
    /// How much the outer corner is higher than the inner one, in units.
    pub(super) slant: f32,
    /// Depth of the crease above the lid, 0 none to 1 deep.
    pub(super) crease: f32,
    /// Lashes, 0 plain to 1 long.
    pub(super) lashes: f32,
}

#[derive(Debug)]
pub(super) struct Brow {
    pub(super) colour: Rgba8,
    pub(super) weight: f32,
    /// How high the bow rises, in units.
    pub(super) arch: f32,
}

#[derive(Debug)]
pub(super) struct Nose {
    pub(super) width: f32,
    pub(super) length: f32,
    /// Height of the bridge, 0 flat to 1 high.
    pub(super) bridge: f32,
}

#[derive(Debug)]
pub(super) struct Lips {
    pub(super) upper: Rgba8,
    pub(super) lower: Rgba8,
    pub(super) full: f32,
    pub(super) width: f32,
}

#[derive(Debug)]
pub(super) struct Hair {
    pub(super) style: HairStyle,
    pub(super) colour: Rgba8,
    /// The colour of strands in the light.
    pub(super) light: Rgba8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HairStyle {
    /// Short, dense and springy.
    Natural,
    /// Gone on top, cropped at the sides.
    Receding,
    /// Side parting, combed back.
    Swept,
    /// A mop of loose curls.
    Curls,
    /// Drawn back into a tail over one shoulder.
    Tail,
    /// Soft white waves, pinned at the back.
    Waves,
    /// Shoulder-length locs, the upper half tied up.
    Locs,
    /// Combed up into a large bun.
    Bun,
    /// Bald on top, white tufts at the sides.
    Tufts,
    /// Short at the sides, the rest under a cap.
    Cropped,
    /// A blunt bob with a fringe.
    Bob,
    /// Straight and long, over both shoulders.
    Long,
    /// Chin-length with a side parting.
    SidePart,
    /// None to be seen.
    Hidden,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Cover {
    None,
    /// A headscarf worn close, over chest and shoulders.
    Hijab {
        cloth: Rgba8,
        under: Rgba8,
    },
    /// A wound turban.
    Turban {
        cloth: Rgba8,
        under: Rgba8,
    },
    /// A knitted cap, turned up.
    Beanie {
        cloth: Rgba8,
    },
    /// A flat cap with a short peak.
    FlatCap {
        cloth: Rgba8,
    },
    /// A baker's round cap.
    Cap {
        cloth: Rgba8,
        band: Rgba8,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Beard {
    None,
    /// A day or two.
    Stubble(Rgba8),
    /// A moustache alone.
    Moustache(Rgba8),
    /// Full, kept, with a moustache.
    Full {
        colour: Rgba8,
        light: Rgba8,
        length: f32,
    },
}

#[derive(Debug)]
pub(super) struct Glasses {
    pub(super) rim: Rgba8,
    /// Half the height of a lens, in units.
    pub(super) height: f32,
    /// Width of the rim, in units.
    pub(super) weight: f32,
    /// How far down the nose they sit, in units.
    pub(super) low: f32,
    /// Shape of the lenses, 0 oblong to 1 round.
    pub(super) round: f32,
}

#[derive(Debug)]
pub(super) struct Build {
    /// Half the width of the shoulders, in units.
    pub(super) shoulders: f32,
    /// Half the width of the neck, in units.
    pub(super) neck: f32,
    /// Slope of the shoulders, in units from neck to arm.
    pub(super) slope: f32,
    pub(super) head: f32,
    pub(super) hands: f32,
    /// Width of the waist, 1 as wide as the shoulders let expect.
    pub(super) waist: f32,
    /// How much higher than most the head is, in units; they may also sit.
    pub(super) stature: f32,
    /// How far the head hangs forward, in units.
    pub(super) stoop: f32,
}

/// A child on the arm, old enough to look about.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) skin: Skin,
    pub(super) hair: Rgba8,
    pub(super) suit: Rgba8,
}

#[derive(Debug)]
pub(super) struct Dress {
    pub(super) style: DressStyle,
    pub(super) outer: Rgba8,
    pub(super) inner: Rgba8,
    pub(super) sleeve: Rgba8,
    pub(super) cuff: Rgba8,
    pub(super) accent: Rgba8,
    /// Sleeves end above the elbow.
    pub(super) bare_arms: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DressStyle {
    /// Lapels over a round-necked top.
    Blazer,
    /// A collared, pocketed jacket over a shirt; a pencil.
    WorkJacket,
    /// A quilted gilet over an open-collared shirt.
    Gilet,
    /// A hooded sweater; headphones round the neck.
    Hoodie,
    /// A zipped jacket with a reflective band and a bag strap.
    Cycling,
    /// A buttoned cardigan over a blouse; a brooch.
    Cardigan,
    /// A white coat with a name badge.
    Coat,
    /// A tweed jacket over a jumper, shirt and tie.
    Tweed,
    /// A shirt worn open over a striped top.
    Overshirt,
    /// A ward's V-necked top; a badge on a ribbon.
    Scrubs,
    /// A grey work coat over shirt and bow tie; tools in the pocket.
    WorkCoat,
    /// A bibbed apron over a plain top.
    Apron,
    /// A high, folded collar; a pendant.
    RollNeck,
    /// A checked shirt with braces.
    Checked,
    /// A denim jacket over a printed top.
    Denim,
    /// A tailored jacket; a silk scarf.
    Suit,
}

/// The resting face: what others read into it when nothing is meant.
#[derive(Debug)]
pub(super) struct Rest {
    /// Brows, -1 heavy to 1 raised.
    pub(super) brow: f32,
    /// Mouth corners, -1 down to 1 up.
    pub(super) mouth: f32,
    /// Lids, 0 open to 1 heavy.
    pub(super) lids: f32,
    /// Tilt of the head, -1 to 1.
    pub(super) tilt: f32,
}

/// The person authors call `id`.
pub(crate) fn find(id: &str) -> Option<&'static Look> {
    all().iter().find(|look| look.id == id)
}

/// The person authors call `id`; for an unknown id somebody, always the same.
pub(crate) fn or_somebody(id: &str) -> &'static Look {
    let all = all();
    let sum: usize = id.bytes().map(usize::from).sum();
    find(id).unwrap_or(&all[sum % all.len()])
}

/// Everybody, in the order of a gallery.
pub(crate) fn all() -> &'static [Look] {
    &people::PEOPLE
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_people_scenarios_ask_for_are_there() {
        for id in [
            "bookkeeper",
            "carpenter",
            "contractor",
            "student",
            "courier",
            "grandmother",
            "pharmacist",
            "teacher",
            "parent",
            "nurse",
            "clockmaker",
            "baker",
            "designer",
            "farmer",
            "musician",
            "solicitor",
        ] {
            assert_eq!(find(id).map(|look| look.id), Some(id));
        }
        assert!(find("nobody").is_none());
    }

    #[test]
    fn ids_are_keys_and_unique() {
        let ids: BTreeSet<_> = all().iter().map(|look| look.id).collect();
        assert_eq!(ids.len(), all().len());
        assert!(
            ids.iter()
                .all(|id| id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
        );
    }
}
