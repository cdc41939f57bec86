//! Ways through the pages of a class that several tests go.

use super::Page;
use crate::server::Server;

impl Page<'_> {
    /// Opens the board by the console's link.
    #[track_caller]
    pub fn enter(&self, server: &Server) {
        self.open(&format!("{}/enter/{}", server.board, server.enter));
    }

    /// Opens the board's only class.
    #[track_caller]
    pub fn to_the_class(&self) {
        self.go(".cards a");
    }

    /// Where the wall is, as the board says.
    #[track_caller]
    pub fn wall(&self) -> String {
        self.sees("a|Projector view");
        let link = self.eval("find('a|Projector view').href");
        link.as_str().expect("an address").to_owned()
    }

    /// Goes through the debrief of a class by the arrow key and looks at every page of it;
    /// returns how many there are.
    #[track_caller]
    pub fn through_the_debrief(&self, mut look: impl FnMut(usize)) -> usize {
        let mut n_pages = 0;
        loop {
            look(n_pages);
            n_pages += 1;
            if self.eval("!document.querySelector('a[rel=next]')") == true {
                return n_pages;
            }
            assert!(n_pages < 100, "it comes to its end");
            self.eval("window.before = true");
            self.key("ArrowRight");
            self.until("!window.before && document.readyState === 'complete'");
        }
    }
}
