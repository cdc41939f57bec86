//! What an instructor does in a browser, done without one: so that tests and a tour can
//! show what becomes of it in a trainee's program.

use anyhow::Context;
use serde::Deserialize;

use super::super::store::{NewSeat, Write};
use super::super::{app, runs, secret};
use super::Hosting;

/// What somebody at the board does: by which tests and a tour change a class.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum AtBoard {
    /// Ends the class.
    End,
    /// Lets it rest.
    Pause,
    /// Has the wall show names as they were typed, or nicknames.
    ShowNames(bool),
    /// Lets people join, or no longer.
    LetIn(bool),
    /// Gives somebody with this name a seat.
    Invite(String),
}

impl Hosting {
    /// Does what somebody at the board does, and waits until it is done.
    ///
    /// # Errors
    /// When there is no class, or the board would say no.
    pub fn at_board(&self, deed: &AtBoard) -> anyhow::Result<()> {
        let opened = self.opened.as_ref().context("it is closed")?;
        let class = opened.class.as_deref().context("it has no class")?;
        self.runtime.block_on(async {
            let row = opened.app.store.class(class).await?.context("it is gone")?;
            let (class, now) = (row.id.clone(), app::now());
            let state = |state| Write::State {
                class: row.id.clone(),
                revision: row.revision,
                state,
                now,
            };
            opened
                .app
                .store
                .write(match deed {
                    AtBoard::End => state("closed"),
                    AtBoard::Pause => state("paused"),
                    AtBoard::ShowNames(shown) => Write::Names {
                        class,
                        shown: *shown,
                    },
                    AtBoard::LetIn(open) => Write::Joining { class, open: *open },
                    AtBoard::Invite(name) => Write::Join(NewSeat {
                        class,
                        seat: uuid::Uuid::new_v4().simple().to_string(),
                        token_hash: secret::hash(&secret::token()?),
                        name: Some(name.clone()),
                        chance: 1,
                        plain: false,
                        invited: true,
                        now,
                    }),
                })
                .await?;
            if *deed == AtBoard::End {
                let ended = runs::end_all(&opened.app, &row).await;
                ended.map_err(|problem| anyhow::anyhow!("{}", problem.detail()))?;
            }
            if let Ok(live) = opened.app.live(&row) {
                live.tell();
            }
            Ok(())
        })
    }
}
