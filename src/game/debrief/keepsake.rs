//! What is kept beside a run: what was tried out after it, and its report. Without
//! a file of the run, in a tour say, there is no place for either.

use std::path::PathBuf;

use engine::analysis::AnalysisNote;
use engine::session::Session;

use crate::desk::debrief::html;
use crate::desk::debrief::study::Study;
use crate::desk::run_file::RunFile;
use crate::desk::what_if::Forks;
use crate::desk::whole_file::write_whole;
use crate::game::encounter::keep::Record;

/// The file of the run, if it has one.
pub fn file(record: Option<&Record>) -> Option<PathBuf> {
    let record = record?;
    let played = || record.file().and_then(RunFile::path);
    record.shelf().or_else(played).map(ToOwned::to_owned)
}

/// The run with what was kept beside it, and what there is to tell about that.
pub fn forks_of(run: &Session, record: Option<&Record>) -> (Forks, Option<String>) {
    let Some(path) = file(record) else {
        return (Forks::of(run.clone()), None);
    };
    match Forks::open(run.clone(), &path) {
        Ok((forks, troubles)) => (forks, (!troubles.is_empty()).then(|| troubles.join(" "))),
        Err(why) => (Forks::of(run.clone()), Some(format!("{why:#}"))),
    }
}

/// Writes what is to be kept; says what came of it.
pub fn save(forks: &Forks, record: Option<&Record>) -> String {
    let Some(path) = file(record) else {
        return "The run itself is not kept, so nothing can be kept beside it.".to_owned();
    };
    match forks.save(&path) {
        Ok(()) => {
            let beside = crate::desk::what_if::beside(&path);
            match beside.exists() {
                true => format!("Kept in {}", beside.display()),
                false => "Nothing is kept any more.".to_owned(),
            }
        }
        Err(why) => format!("{why:#}"),
    }
}

/// Writes the report of the run beside it; says where it is, or why it is not.
pub fn report(study: &Study, note: Option<&AnalysisNote>, record: Option<&Record>) -> String {
    let Some(path) = file(record).map(|path| path.with_extension("html")) else {
        return "The run itself is not kept, so there is no place for a report.".to_owned();
    };
    match html::page(study, note).and_then(|page| write_whole(&path, &page)) {
        Ok(()) => format!("The report, to read, print or send: {}", path.display()),
        Err(why) => format!("There is no report: {why:#}"),
    }
}
