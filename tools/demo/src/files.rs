//! Static files: those of the demo's pages, and the built package.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::path::Path;

/// Path, media type, content.
pub(crate) type File = (String, &'static str, Vec<u8>);

/// Files of the demo's own pages.
const OWN: [(&str, &str); 16] = [
    ("/page/style.css", include_str!("../page/style.css")),
    ("/page/brands.css", include_str!("../page/brands.css")),
    ("/page/demo.css", include_str!("../page/demo.css")),
    ("/page/demo.mjs", include_str!("../page/demo.mjs")),
    ("/page/notifications.mjs", include_str!("../page/notifications.mjs")),
    ("/page/payment.mjs", include_str!("../page/payment.mjs")),
    ("/page/playground.mjs", include_str!("../page/playground.mjs")),
    ("/states/states.css", include_str!("../states/states.css")),
    ("/states/states.mjs", include_str!("../states/states.mjs")),
    ("/states/stories.mjs", include_str!("../states/stories.mjs")),
    ("/states/choosing.mjs", include_str!("../states/choosing.mjs")),
    ("/states/ordering.mjs", include_str!("../states/ordering.mjs")),
    ("/states/ordered.mjs", include_str!("../states/ordered.mjs")),
    ("/states/steps.mjs", include_str!("../states/steps.mjs")),
    ("/states/answers.mjs", include_str!("../states/answers.mjs")),
    ("/states/hand.mjs", include_str!("../states/hand.mjs")),
];

/// The demo's own files.
pub(crate) fn own() -> impl Iterator<Item = File> {
    OWN.into_iter()
        .map(|(path, text)| (path.to_owned(), kind_of(path).unwrap_or("text/plain"), text.as_bytes().to_vec()))
}

/// Loads a page again when the widget was built again.
const RELOAD: &str = include_str!("../page/reload.mjs");

/// The script that all pages have: it does something only with `--watch`.
pub(crate) fn reload(watch: bool) -> Response {
    answer("text/javascript; charset=utf-8", if watch { RELOAD.into() } else { Vec::new() })
}

/// A file in `dist` as it is now.
pub(crate) fn fresh(dist: &Path, path: &str) -> Response {
    let found = package(dist).ok().and_then(|files| files.into_iter().find(|(known, ..)| known == path));
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |(_, kind, bytes)| answer(kind, bytes))
}

/// Every file in `dist` that a page can load.
pub(crate) fn package(dist: &Path) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    let mut open = vec![dist.to_path_buf()];
    while let Some(folder) = open.pop() {
        let fail = |error: std::io::Error| format!("{}: {error}. Build it: cargo xtask build-widget", folder.display());
        for entry in std::fs::read_dir(&folder).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            let name = path.strip_prefix(dist).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                open.push(path);
            } else if let Some(kind) = kind_of(&name) {
                files.push((format!("/{name}"), kind, std::fs::read(&path).map_err(fail)?));
            }
        }
    }
    match files.iter().any(|(path, ..)| path == "/peeker-checkout.js") {
        true => Ok(files),
        false => Err(format!("{} has no widget. Build it: cargo xtask build-widget", dist.display())),
    }
}

/// The media type of a file; `None` if pages do not load it.
fn kind_of(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "js" | "mjs" => Some("text/javascript; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "css" => Some("text/css; charset=utf-8"),
        "json" | "map" => Some("application/json"),
        _ => None,
    }
}

/// Serves a file to any page, cross-origin isolated ones included.
pub(crate) fn answer(kind: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    (headers, bytes).into_response()
}
