//! What goes wrong, told as RFC 9457 says: a type, a title, a status, a sentence.
//! Causes are for the log, never for the one who asked.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::store::StoreError;

/// A problem as it is sent.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    detail: String,
    retry_after: Option<u32>,
}

/// What a route answers.
pub type Answer<T = Response> = Result<T, Problem>;

impl Problem {
    /// A problem of a kind, with a sentence about this case.
    pub fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>) -> Self {
        Problem {
            status,
            kind,
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// The same, to be tried again after some seconds.
    #[must_use]
    pub fn retry(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// No token, or one that is not known: nobody is told which.
    pub fn unknown_seat() -> Self {
        let detail = "this browser or program has no seat here; join with the class's code";
        Problem::new(StatusCode::UNAUTHORIZED, "no-seat", detail)
    }

    /// The seat is on another device now.
    pub fn moved() -> Self {
        let detail = "this seat has moved to another device and goes on there; what you played \
                      here stays here, and with a seat code from your instructor it comes back";
        Problem::new(StatusCode::UNAUTHORIZED, "seat-moved", detail)
    }

    /// There is nothing here, or nothing for this seat.
    pub fn not_found() -> Self {
        Problem::new(StatusCode::NOT_FOUND, "not-found", "there is nothing here")
    }

    /// The class was deleted.
    pub fn deleted() -> Self {
        let detail = "this class was deleted by its instructor; what you have on your own \
                      computer stays there";
        Problem::new(StatusCode::GONE, "class-deleted", detail)
    }

    /// Too much at once. Whatever is counted has room again within a second.
    pub fn too_many() -> Self {
        let detail = "that was too much at once; it will work again in a moment";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", detail).retry(1)
    }

    /// A mistake of ours. The cause goes to the console.
    pub fn ours(cause: &dyn std::fmt::Display) -> Self {
        anstream::eprintln!(
            "server: {}",
            crate::classroom::inert::line(&cause.to_string())
        );
        let detail = "the server made a mistake; nothing that was handed in is lost";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// The kind, a word for programs.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The sentence, for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(kind, detail) => {
                let status = match kind {
                    "bad-name" | "attempt-differs" | "attempt-taken" => {
                        StatusCode::UNPROCESSABLE_ENTITY
                    }
                    _ => StatusCode::CONFLICT,
                };
                Problem::new(status, kind, detail)
            }
            StoreError::Missing => Problem::not_found(),
            StoreError::Unavailable(cause) => {
                anstream::eprintln!("server: {}", crate::classroom::inert::line(&cause));
                let (status, detail) = if cause.contains("full") {
                    (
                        StatusCode::INSUFFICIENT_STORAGE,
                        "the disk of the class's computer is full, so this was not kept, and \
                         nothing was acknowledged; it works again when there is room",
                    )
                } else {
                    (
                        StatusCode::SERVICE_UNAVAILABLE,
                        "the class's store cannot be written now; nothing was acknowledged",
                    )
                };
                Problem::new(status, "store", detail).retry(5)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": format!("urn:satisfactometer:problem:{}", self.kind),
            "kind": self.kind,
            "title": self.status.canonical_reason().unwrap_or("problem"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
