//! The people: a closed table, one file each. Individuals with a trade and a taste in
//! clothes, not types; their looks say nothing of their temper.

mod baker;
mod bookkeeper;
mod carpenter;
mod clockmaker;
mod contractor;
mod courier;
mod designer;
mod farmer;
mod grandmother;
mod musician;
mod nurse;
mod parent;
mod pharmacist;
mod skin;
mod solicitor;
mod student;
mod teacher;

use crate::portrait::look::Look;

/// Everybody, in the order of a gallery.
pub(super) static PEOPLE: [Look; 16] = [
    bookkeeper::LOOK,
    carpenter::LOOK,
    contractor::LOOK,
    student::LOOK,
    courier::LOOK,
    grandmother::LOOK,
    pharmacist::LOOK,
    teacher::LOOK,
    parent::LOOK,
    nurse::LOOK,
    clockmaker::LOOK,
    baker::LOOK,
    designer::LOOK,
    farmer::LOOK,
    musician::LOOK,
    solicitor::LOOK,
];
