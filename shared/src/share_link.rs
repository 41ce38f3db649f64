//! Share links of file services such as Google Drive and Dropbox, which open a page instead of the picture itself.

/// Whether `url` is a share link of a file service, and not a direct link to a picture. Use it for a hint, not to
/// refuse the URL: some services still answer such links with the file.
///
/// ```
/// use shared::share_link::is_share_link;
/// assert!(is_share_link("https://drive.google.com/file/d/1aB/view?usp=sharing"));
/// assert!(!is_share_link("https://www.dropbox.com/s/1aB/sam.jpg?raw=1"));
/// ```
pub fn is_share_link(url: &str) -> bool {
    let url = url.trim().to_ascii_lowercase();
    let rest = url.split_once(':').and_then(|(_, rest)| rest.strip_prefix("//")).unwrap_or(&url);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some((host, path)) = rest.split_at_checked(end) else {
        return false;
    };
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_below = |name: &str| host.strip_suffix(name).is_some_and(|above| above.is_empty() || above.ends_with('.'));
    match host {
        "drive.google.com" | "docs.google.com" => !path.starts_with("/uc") && !path.starts_with("/thumbnail"),
        "dropbox.com" => !path.split(['?', '&']).any(|part| part == "raw=1" || part == "dl=1"),
        "photos.google.com" | "photos.app.goo.gl" | "goo.gl" | "1drv.ms" | "onedrive.live.com" | "we.tl"
        | "wetransfer.com" => true,
        "icloud.com" | "share.icloud.com" | "photos.icloud.com" | "mega.nz" | "imgur.com" | "flic.kr" => true,
        _ => is_below("sharepoint.com") || is_below("box.com") && path.starts_with("/s/"),
    }
}
