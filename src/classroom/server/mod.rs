//! The server of a class: a board on this computer alone, a port for programs that have
//! compared its words, and one for the browsers of the room.

mod api;
mod app;
pub mod backup;
mod board;
pub mod clock;
mod export;
mod gists;
mod guard;
#[cfg(any(feature = "game", test))]
pub mod hosting;
mod left_open;
mod live;
mod moves;
mod outcome;
mod pages;
mod people;
mod places;
mod presence;
mod problem;
mod put_back;
pub mod receipt;
pub mod rescore;
mod review;
mod room;
mod runs;
mod scores;
pub mod secret;
mod sent;
mod serve;
mod staged;
mod steps;
mod store;
mod taken;
mod talks;
mod times;
mod tls;
mod vote;
mod wrong;

use std::fs;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use app::App;
pub use app::Doors;
pub use board::Plan;
use guard::Port;
use problem::Problem;
use receipt::Key;
use store::Store;

use crate::classroom::client::address::GAME_PORT;
use crate::classroom::inert;
use crate::desk::library::{Library, user_folder};

/// The port for phones and browsers, unless another is named.
pub const ROOM_PORT: u16 = 7072;
/// The port for the board, unless another is named.
pub const BOARD_PORT: u16 = 7071;
/// Longest time for a request, from head to answer. News streams are answered at once.
const REQUEST: Duration = Duration::from_secs(10);

/// Open files that every place at every port needs, and the store. Systems allow many
/// more, and begin with fewer.
const FILES: u64 = 4_096;

/// What the command line says about a server.
pub struct Options {
    /// Where it keeps everything; the user's own folder if it is left out.
    pub folder: Option<PathBuf>,
    /// A PostgreSQL to keep classes in, instead of a file.
    pub database: Option<String>,
    /// Port for phones and browsers of the room; 0 takes any, and without one there
    /// are no pages for them.
    pub port: Option<u16>,
    /// Port for programs; 0 takes any.
    pub game_port: u16,
    /// Port for the board, on this computer alone; 0 takes any.
    pub board_port: u16,
    /// Address of this computer in the room, where it cannot be found out.
    pub address: Option<IpAddr>,
    /// A class to begin with.
    pub class: Option<Plan>,
}

/// Serves until it is interrupted; returns the exit code.
///
/// # Errors
/// When the folder, the store or a port cannot be had.
pub fn host(library: Library, options: Options) -> anyhow::Result<u8> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let opened = open(library, options).await?;
        opened.announce().await?;
        interrupted().await;
        opened.close().await;
        writeln!(
            anstream::stdout(),
            "Stopped. Everything is kept; start again to go on."
        )?;
        Ok(0)
    })
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start")
}

/// A server that answers, in tasks of its own.
struct Opened {
    app: Arc<App>,
    /// Where the board is, on this computer.
    board: String,
    folder: PathBuf,
    /// The class it was opened with.
    class: Option<String>,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
    _lock: fs::File,
}

async fn open(library: Library, options: Options) -> anyhow::Result<Opened> {
    let folder = match options.folder {
        Some(folder) => folder,
        None => user_folder("class")
            .context("this system names no folder for the user's data; name one with --folder")?,
    };
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let lock = lock(&folder)?;
    if let Some(earlier) = put_back::finish(&folder)? {
        anstream::eprintln!("server: {}", earlier.words());
    }
    if options.database.is_none() {
        put_back::is_whole(&folder)?;
    }
    // Where it is refused there are as many connections as there can be.
    _ = rlimit::increase_nofile_limit(FILES);
    let key = Key::open(&folder.join("signing.key"))?;
    let public_key = key.public();
    let (tls, pin) = tls::acceptor(&key)?;
    let words = tokio::task::spawn_blocking(move || pin.words()).await??;
    let store = Store::open(&folder, options.database.as_deref(), Some(key)).await?;
    let everyone = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let room = match options.port {
        Some(port) => Some(listen(everyone, port, "--port").await?),
        None => None,
    };
    let game = listen(everyone, options.game_port, "--game-port").await?;
    let alone = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let board = listen(alone, options.board_port, "--board-port").await?;
    let address = options.address.unwrap_or_else(own_address);
    let at = |listener: &TcpListener| {
        let local = listener.local_addr()?;
        Ok::<_, std::io::Error>(SocketAddr::new(address, local.port()))
    };
    let browsers = room.as_ref().map(at).transpose()?;
    let doors = Doors {
        browsers: browsers.map(|at| format!("http://{at}")),
        game: match at(&game)? {
            at if at.port() == GAME_PORT => at.ip().to_string(),
            at => at.to_string(),
        },
        words,
    };
    let board_url = format!("http://{}", board.local_addr()?);
    let app = Arc::new(App::new(store, library, doors, public_key));
    let class = match options.class {
        Some(plan) => {
            let id = board::make(&app, plan).await;
            Some(id.map_err(|problem| anyhow::anyhow!("{}", problem.detail()))?)
        }
        None => None,
    };
    let news = app.store.news_of_others().await?;
    let (stop, stopped) = watch::channel(false);
    let serve = |listener, routes, port, tls| {
        let router = finish(&app, port, routes);
        tokio::spawn(serve::serve(listener, router, tls, stopped.clone()))
    };
    let mut servers = vec![
        serve(board, board_routes(), Port::Board, None),
        serve(game, game_routes(), Port::Game, Some(tls)),
        tokio::spawn(times::pass(Arc::clone(&app), stopped.clone())),
        tokio::spawn(live::follow(Arc::clone(&app), news, stopped.clone())),
        tokio::spawn(left_open::end(Arc::clone(&app), stopped.clone())),
    ];
    servers.extend(room.map(|room| serve(room, room_routes(), Port::Room, None)));
    // What a server that was killed had not ended yet.
    for class in app.store.classes().await? {
        if class.state == "closed"
            && let Err(problem) = runs::end_all(&app, &class).await
        {
            anstream::eprintln!("server: {}", inert::line(problem.detail()));
        }
        if let Err(problem) = scores::bring_up_to_date(&app, &class).await {
            anstream::eprintln!("server: {}", inert::line(problem.detail()));
        }
    }
    Ok(Opened {
        app,
        board: board_url,
        folder,
        class,
        stop,
        servers,
        _lock: lock,
    })
}

impl Opened {
    /// A link that opens the board, once. The one before it stops working.
    fn board_link(&self) -> anyhow::Result<String> {
        let token = secret::token()?;
        app::locked(&self.app.door).link = Some(secret::hash(&token));
        Ok(format!("{}/enter/{token}", self.board))
    }

    /// Tells the terminal where everything is.
    async fn announce(&self) -> anyhow::Result<()> {
        let doors = &self.app.doors;
        let link = self.board_link()?;
        let class = match &self.class {
            Some(id) => self.app.store.class(id).await?,
            None => None,
        };
        let mut out = anstream::stdout();
        writeln!(out, "Board, for you alone (the link opens once):")?;
        writeln!(out, "  {link}")?;
        if let Some(browsers) = &doors.browsers {
            writeln!(out, "Room, for phones and browsers on this network:")?;
            writeln!(out, "  {browsers}")?;
            writeln!(
                out,
                "It is not encrypted: what is typed there can be read on this network."
            )?;
        }
        writeln!(out, "Game, encrypted: {}", doors.game)?;
        writeln!(out, "It says these words: {}", doors.words)?;
        if let Some(class) = class {
            writeln!(out, "Join code: {}", pages::halves(&class.code))?;
            if let Ok(live) = self.app.live(&class) {
                let assignment = &live.assignment;
                let told = [assignment.doctrine.scored_by(), assignment.picked()];
                for words in told.into_iter().flatten() {
                    writeln!(out, "{words}")?;
                }
            }
        }
        writeln!(out, "Receipts are signed with key {}.", self.app.public_key)?;
        writeln!(
            out,
            "Kept in {}. Ctrl+C stops the server.",
            self.folder.display()
        )?;
        Ok(out.flush()?)
    }

    /// Lets go of everything that is open.
    async fn close(self) {
        self.app.close();
        _ = self.stop.send(true);
        for server in self.servers {
            _ = server.await;
        }
        // Connections get a moment for what they are answering.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The folder for one process alone. Held until the process ends, however it ends.
fn lock(folder: &Path) -> anyhow::Result<fs::File> {
    let lock = folder.join("in-use.lock");
    let file =
        fs::File::create(&lock).with_context(|| format!("cannot make {}", lock.display()))?;
    if file.try_lock().is_err() {
        bail!(
            "another server is using {}; stop it, or name another folder with --folder",
            folder.display()
        );
    }
    Ok(file)
}

async fn listen(address: IpAddr, port: u16, option: &str) -> anyhow::Result<TcpListener> {
    let at = SocketAddr::new(address, port);
    TcpListener::bind(at).await.with_context(|| {
        format!("cannot use port {port} of {address}; name another one with {option}")
    })
}

/// The address that this computer uses towards others. Nothing is sent.
fn own_address() -> IpAddr {
    let local = || -> std::io::Result<IpAddr> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        // An address for documentation: only the choice of the way out matters.
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        Ok(socket.local_addr()?.ip())
    };
    local().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

/// What trainees may ask, wherever they are.
fn common_routes() -> Router<Arc<App>> {
    api::routes()
        .merge(sent::routes())
        .merge(times::room_routes())
        .merge(wrong::room_routes())
}

/// The same for programs, and a form of their own to play in.
fn game_routes() -> Router<Arc<App>> {
    common_routes().merge(talks::routes())
}

/// The same for browsers, and the pages.
fn room_routes() -> Router<Arc<App>> {
    common_routes()
        .merge(room::routes())
        .merge(vote::room_routes())
        .merge(review::room_routes())
}

fn board_routes() -> Router<Arc<App>> {
    board::routes()
        .merge(vote::board_routes())
        .merge(times::board_routes())
        .merge(outcome::board_routes())
        .merge(export::board_routes())
        .merge(wrong::board_routes())
        .merge(rescore::board_routes())
        .merge(people::board_routes())
        .merge(moves::board_routes())
        .merge(sent::board_routes())
        .merge(room::wall_routes())
        .merge(review::room_routes())
}

/// What every router has around it.
fn finish(app: &Arc<App>, port: Port, routes: Router<Arc<App>>) -> Router {
    routes
        .merge(room::statics())
        .fallback(async || Problem::not_found())
        .layer(CatchPanicLayer::new())
        .layer(axum::middleware::from_fn(to_its_end))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            REQUEST,
        ))
        .layer(axum::middleware::from_fn_with_state(
            (Arc::clone(app), port),
            guard::guard,
        ))
        .with_state(Arc::clone(app))
}

/// A request that was heard is carried out to its end, whoever hangs up or tires of
/// waiting: one that is dropped between a commit and what follows from it leaves this
/// server behind its own store.
async fn to_its_end(request: Request, next: Next) -> Response {
    let answer = tokio::spawn(next.run(request)).await;
    answer.unwrap_or_else(|error| Problem::ours(&error).into_response())
}

async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    _ = tokio::signal::ctrl_c().await;
}
