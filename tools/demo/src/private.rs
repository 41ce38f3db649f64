//! What a demo keeps is its owner's alone: files 0600, folders 0700, also those that an earlier demo left wider.

use std::path::Path;

/// How the names of a demo's files begin, its database's and the sandbox's included.
const OWN: [&str; 4] = ["values.", "dynamodb.sqlite", "sandbox.", "demo."];

/// Everything that this process makes from now on is for its owner alone.
pub(crate) fn begin() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Makes `folder` when there is none, and takes away what others may do with the demo's files in it. `also` is a file of
/// another name that is the demo's. A folder with files of others in it keeps its mode.
pub(crate) fn folder(folder: &Path, also: Option<&Path>) -> Result<(), String> {
    let attempt = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut alone = true;
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let named = OWN.iter().any(|own| name.to_string_lossy().starts_with(own));
            let own = named || also.and_then(Path::file_name).is_some_and(|also| also == name);
            // A link leads to a file that may be somebody else's.
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
    fn files_of_before_are_tightened_and_those_of_others_are_left() -> std::io::Result<()> {
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
        // A folder that is not the demo's alone.
        write(&own.join("notes.txt"), 0o644)?;
        std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o755))?;
        assert_eq!(folder(&own, None), Ok(()));
        assert_eq!((mode(&own), mode(&own.join("notes.txt"))), (0o755, 0o644));
        // What is made after the beginning.
        let new = base.join("new/deeper");
        assert_eq!(folder(&new, None), Ok(()));
        std::fs::write(new.join("demo.json"), "{}")?;
        assert_eq!((mode(&new), mode(&new.join("demo.json"))), (0o700, 0o600));
        std::fs::remove_dir_all(&base)
    }
}
