//! What every request passes: which port it came in by, whom it says it talks to, where
//! it comes from, and what a browser may do with the answer.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::problem::Problem;

/// Pages hold no inline script or style and load nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'self'";

/// Longest path and query that is looked at, bytes.
const MAX_PATH: usize = 2_048;

/// Which port a request came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// The instructor's, on this computer alone.
    Board,
    /// That of phones and browsers in the room, which is not encrypted.
    Room,
    /// That of programs, which have compared this server's words.
    Game,
}

/// Refuses what a foreign page or name has sent; for every router.
pub async fn guard(
    State((app, port)): State<(Arc<App>, Port)>,
    mut request: Request,
    next: Next,
) -> Response {
    request.extensions_mut().insert(port);
    let mut response = match check(&app, port, &request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &str); 5] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With `no-referrer` browsers send `Origin: null` with the forms of our own pages.
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn check(app: &App, port: Port, request: &Request) -> Result<(), Problem> {
    let uri = request.uri();
    if uri
        .path_and_query()
        .is_some_and(|path| path.as_str().len() > MAX_PATH)
    {
        let detail = "that address is too long";
        return Err(Problem::new(StatusCode::URI_TOO_LONG, "too-long", detail));
    }
    let headers = request.headers();
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        // An address in full says for itself whom it is for.
        .filter(|host| uri.authority().is_none_or(|named| named.as_str() == *host))
        // A program has compared the key, so no name can have led it astray.
        .filter(|host| port == Port::Game || is_ours(app, host))
        .ok_or_else(|| {
            let detail = "this server is known by its address alone, not by that name";
            Problem::new(StatusCode::MISDIRECTED_REQUEST, "other-host", detail)
        })?;
    if headers.contains_key(header::CONTENT_ENCODING) {
        let detail = "requests are not packed here";
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "packed",
            detail,
        ));
    }
    let foreign = || {
        let detail = "that was sent by a page of another site";
        Problem::new(StatusCode::FORBIDDEN, "other-origin", detail)
    };
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if let Some(origin) = headers.get(header::ORIGIN)
        && origin.as_bytes() != format!("http://{host}").as_bytes()
    {
        return Err(foreign());
    }
    // Browsers send the origin with everything that changes something; programs with
    // a token of their own need none.
    let bears = headers.contains_key(header::AUTHORIZATION);
    let from_page = headers.contains_key(header::COOKIE) && !bears;
    if !safe && from_page && !headers.contains_key(header::ORIGIN) {
        return Err(foreign());
    }
    Ok(())
}

/// Addresses, `localhost`, and names the instructor chose: a name that somebody else
/// has pointed here is none of them.
fn is_ours(app: &App, host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.parse::<IpAddr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || app.names.iter().any(|ours| ours.eq_ignore_ascii_case(name))
}
