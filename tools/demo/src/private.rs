//! Restricts the demo's files to their owner: files 0600, folders 0700, including those of an earlier demo.

use std::path::Path;

/// Prefixes of the demo's file names, including those of the database and the sandbox.
const OWN: [&str; 4] = ["values.", "dynamodb.sqlite", "sandbox.", "demo."];

/// Makes every file that this process creates private.
pub(crate) fn begin() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Creates `folder` if needed, and removes other users' access to the demo's files in it. `also` is a file of the demo
/// with another name. A folder with other files keeps its mode.
pub(crate) fn folder(folder: &Path, also: Option<&Path>) -> Result<(), String> {
    let attempt = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut alone = true;
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let named = OWN.iter().any(|own| name.to_string_lossy().starts_with(own));
            let own = named || also.and_then(Path::file_name).is_some_and(|also| also == name);
            // A link may point to a file of another user.
            if own && entry.file_type()?.is_file() {
                tighten(&entry.path(), 0o600)?;
            } else {
                alone = false;
            }
        }
        if alone { tighten(folder, 0o700) } else { Ok(()) }
    };
    attempt().map_err(|error| format!("{}: {error}", folder.display()))
}

#[cfg(unix)]
fn tighten(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn tighten(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::{begin, folder};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).map_or(0, |found| found.permissions().mode() & 0o777)
    }

    fn write(path: &Path, wanted: u32) -> std::io::Result<()> {
        std::fs::write(path, "kept")?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(wanted))
    }

    #[test]
    fn existing_own_files_become_private() -> std::io::Result<()> {
        begin();
        let base = std::env::temp_dir().join(format!("peeker-checkout-private-{}", std::process::id()));
        let own = base.join("own");
        std::fs::create_dir_all(&own)?;
        std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o755))?;
        let names = [
            "values.json",
            "dynamodb.sqlite",
            "dynamodb.sqlite-wal",
            "sandbox.json",
            "demo.json",
            "demo.log",
            "here.json",
        ];
        for name in names {
            write(&own.join(name), 0o644)?;
        }
        let described = own.join("here.json");
        assert_eq!(folder(&own, Some(&described)), Ok(()));
        assert_eq!(mode(&own), 0o700);
        assert!(names.iter().all(|name| mode(&own.join(name)) == 0o600));
        // A folder with files of others.
        write(&own.join("notes.txt"), 0o644)?;
        std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o755))?;
        assert_eq!(folder(&own, None), Ok(()));
        assert_eq!((mode(&own), mode(&own.join("notes.txt"))), (0o755, 0o644));
        // Created later.
        let new = base.join("new/deeper");
        assert_eq!(folder(&new, None), Ok(()));
        std::fs::write(new.join("demo.json"), "{}")?;
        assert_eq!((mode(&new), mode(&new.join("demo.json"))), (0o700, 0o600));
        std::fs::remove_dir_all(&base)
    }
}
