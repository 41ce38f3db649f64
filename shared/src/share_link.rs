//! Links that open a page about a picture in place of the picture: what Drive, Dropbox and others give to share a file.

/// Whether `url` is a share link of a file service, behind which no picture is found. A hint for who types it, and no
/// reason to refuse it: some services answer such links with the file for a while.
///
/// ```
/// use shared::share_link::is_share_link;
/// assert!(is_share_link("https://drive.google.com/file/d/1aB/view?usp=sharing"));
/// assert!(!is_share_link("https://www.dropbox.com/s/1aB/sam.jpg?raw=1"));
/// ```
pub fn is_share_link(url: &str) -> bool {
    let url = url.trim().to_ascii_lowercase();
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some((host, path)) = rest.split_at_checked(end) else {
        return false;
    };
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_below = |name: &str| host.strip_suffix(name).is_some_and(|above| above.is_empty() || above.ends_with('.'));
    match host {
        "drive.google.com" | "docs.google.com" => !path.starts_with("/uc") && !path.starts_with("/thumbnail"),
        "dropbox.com" => !path.contains("raw=1") && !path.contains("dl=1"),
        "photos.google.com" | "photos.app.goo.gl" | "goo.gl" | "1drv.ms" | "onedrive.live.com" | "we.tl"
        | "wetransfer.com" => true,
        "icloud.com" | "share.icloud.com" | "photos.icloud.com" | "mega.nz" | "imgur.com" | "flic.kr" => true,
        _ => is_below("sharepoint.com") || is_below("box.com") && path.starts_with("/s/"),
    }
}
