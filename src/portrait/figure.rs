//! One person as paper: look and action units in, shapes out. For one look the number
//! and order of shapes never change, so that a mesh can be updated in place. Composes
//! the parts; how each is cut stands in its own file.

mod arms;
mod beard;
mod brows;
mod caps;
mod casual;
mod chair;
mod child;
mod cover;
mod dress;
mod eyes;
mod frame;
mod hair;
mod hairstyles;
mod head;
mod jackets;
mod longhair;
mod mouth;
mod torso;
mod trade;
mod worn;

use frame::{Body, Head};

use crate::portrait::{
    action::ActionUnits,
    look::Look,
    shape::{Layer, Shape, Sheet},
};

/// The shapes of `look` with these muscles, in the square 0 to 1000: crown near 130,
/// chin near 530, shoulders near 660, far edge of the counter at 868, hands down to
/// about 960. Shapes on [`Layer::Hands`] lie before the counter.
pub(crate) fn draw(look: &Look, au: &ActionUnits) -> Vec<Shape> {
    let au = au.limited();
    let body = Body::new(look, &au);
    let face = Head::new(look, &au, &body);
    let mut sheet = Sheet::new(Layer::Figure);
    hair::behind(&mut sheet, look, &face, &body);
    cover::behind(&mut sheet, look, &face, &body);
    chair::draw(&mut sheet, look, &body);
    torso::draw(&mut sheet, look, &au, &body, &face);
    arms::upper(&mut sheet, look, &au, &body);
    hair::over_shoulder(&mut sheet, look, &face, &body);
    head::draw(&mut sheet, look, &au, &face);
    eyes::draw(&mut sheet, look, &au, &face);
    head::nose(&mut sheet, look, &au, &face);
    beard::full(&mut sheet, look, &au, &face);
    mouth::draw(&mut sheet, look, &au, &face);
    beard::moustache(&mut sheet, look, &au, &face);
    brows::draw(&mut sheet, look, &au, &face);
    hair::front(&mut sheet, look, &face);
    cover::front(&mut sheet, look, &au, &face, &body);
    worn::draw(&mut sheet, look, &face);
    child::draw(&mut sheet, look, &au, &body);
    sheet.onto(Layer::Hands);
    arms::lower(&mut sheet, look, &au, &body);
    sheet.into_shapes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portrait::look;

    fn poses() -> Vec<ActionUnits> {
        let none = ActionUnits::default();
        vec![
            none,
            ActionUnits {
                au26: 1.0,
                au25: 1.0,
                au43: 1.0,
                ..none
            },
            ActionUnits {
                yaw: -1.0,
                pitch: 1.0,
                roll: 1.0,
                gaze_x: 1.0,
                gaze_y: 1.0,
                ..none
            },
            ActionUnits {
                folded: 1.0,
                shoulders: 1.0,
                au4: 1.0,
                torso_turn: 1.0,
                ..none
            },
            ActionUnits {
                planted: 1.0,
                lean: 1.0,
                au12: 1.0,
                au6: 1.0,
                flush: 1.0,
                ..none
            },
        ]
    }

    #[test]
    fn number_and_order_of_shapes_never_change() {
        for look in look::all() {
            let parts = |au: &ActionUnits| -> Vec<_> {
                draw(look, au)
                    .iter()
                    .map(|shape| (shape.layer, shape.part, shape.path.len()))
                    .collect()
            };
            let first = parts(&ActionUnits::default());
            assert!(
                first.len() > 90,
                "{} has only {} shapes",
                look.id,
                first.len()
            );
            for au in poses() {
                assert_eq!(parts(&au), first, "{} {au:?}", look.id);
            }
        }
    }

    #[test]
    fn a_still_face_is_drawn_the_same_twice() {
        let look = look::find("carpenter").expect("a known look");
        for au in poses() {
            assert_eq!(draw(look, &au), draw(look, &au));
        }
    }

    #[test]
    fn everybody_draws_a_different_picture() {
        let drawn: Vec<_> = look::all()
            .iter()
            .map(|look| draw(look, &ActionUnits::default()))
            .collect();
        for (i, one) in drawn.iter().enumerate() {
            assert!(drawn[i + 1..].iter().all(|other| other != one));
        }
    }
}
