//! The parametric customer as a pure function: percept and look in, action units,
//! then filled paths out. It knows no window, no clock and no gauge; whoever draws
//! tessellates the paths or writes them as SVG.

pub(crate) mod action;
pub(crate) mod expression;
pub(crate) mod figure;
pub(crate) mod look;
pub(crate) mod phone;
#[cfg(feature = "game")]
pub(crate) mod poster;
pub(crate) mod scene;
pub(crate) mod shape;
pub(crate) mod sheet;
pub(crate) mod svg;
pub(crate) mod words;

mod cut;
mod micro;
mod people;
mod reading;
