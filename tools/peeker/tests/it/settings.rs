//! Sources of settings, their precedence, and hidden secrets.

use crate::harness::Shell;
use serde_json::Value;

/// `value` and `source` of a setting.
fn shown(shell: &Shell, arguments: &[&str], key: &str) -> (String, String) {
    let arguments = [arguments, &["--json", "config", "show"]].concat();
    let data = shell.run(&arguments).ended(0).data();
    let text = |field: &str| data[key][field].as_str().unwrap_or("null").to_owned();
    (text("value"), text("source"))
}

const CONFIG: &str = ".config/peeker/config.toml";

#[test]
fn flags_override_environment_and_file() {
    let mut shell = Shell::empty();
    shell.write(CONFIG, "api = \"https://file.example\"\n");
    let file = shell.folder.join(CONFIG);
    assert_eq!(shown(&shell, &[], "api"), ("https://file.example".into(), format!("file {}", file.display())));
    shell.set("PEEKER_API", "https://environment.example");
    assert_eq!(shown(&shell, &[], "api"), ("https://environment.example".into(), "environment PEEKER_API".into()));
    assert_eq!(
        shown(&shell, &["--api", "https://flag.example"], "api"),
        ("https://flag.example".into(), "flag --api".into())
    );
}

#[test]
fn running_demo_is_the_fallback_in_any_subfolder() {
    let mut shell = Shell::empty();
    shell.write("target/demo/demo.json", r#"{"api": "http://127.0.0.1:9", "partner_key": "partner_demo"}"#);
    shell.write("some/where/below/file", "");
    let demo = shell.folder.join("target/demo/demo.json");
    let mut command = shell.command(&["--json", "config", "show"]);
    let output = command.current_dir(shell.folder.join("some/where/below")).output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["data"]["api"]["value"], "http://127.0.0.1:9");
    assert_eq!(document["data"]["api"]["source"], format!("demo {}", demo.display()));
    // A key of a real deployment is never sent to a demo, or vice versa.
    shell.set("PEEKER_KEY", "pk_test_real");
    assert_eq!(shown(&shell, &[], "api"), ("null".into(), "null".into()));
    assert_eq!(shown(&shell, &["--demo"], "api").0, "http://127.0.0.1:9");
    assert_eq!(shown(&shell, &["--demo"], "peeker_key"), ("null".into(), "null".into()));
}

#[test]
fn secrets_come_from_files_or_stdin_and_stay_hidden() {
    let mut shell = Shell::empty();
    let key = shell.write("key", "partner_from_a_file\n");
    let key = key.to_str().unwrap();
    assert_eq!(
        shown(&shell, &["--partner-key-file", key], "partner_key"),
        ("(hidden)".into(), "flag --partner-key-file".into())
    );
    shell.write(CONFIG, "partner_key_file = \"secret\"\npeeker_key = \"pk_live_in_the_file\"\n");
    shell.write(".config/peeker/secret", "beside the configuration");
    assert_eq!(shown(&shell, &[], "partner_key").0, "(hidden)");
    assert_eq!(shown(&shell, &[], "peeker_key").0, "pk_live_(hidden)");
    shell.set("PEEKER_SESSION_KEY_FILE", key);
    assert_eq!(shown(&shell, &[], "session_key").1, "environment PEEKER_SESSION_KEY_FILE");
    let mut command = shell.command(&["config", "show", "--webhook-secret-file", "-"]);
    let output = command.stdin(std::fs::File::open(key).unwrap()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("flag --webhook-secret-file"), "{text}");
    for secret in ["from_a_file", "in_the_file", "beside the"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn invalid_settings_file_is_refused_without_quoting_it() {
    let shell = Shell::empty();
    for (text, words) in [
        ("api = https://x\npartner_key = \"s3cret\"", "line 1 is not TOML"),
        ("api = \"https://x\"\npartner_key = s3cret", "line 2 is not TOML"),
        ("apo = \"https://x\"\nparty = 1", "apo is not a setting; party is not a setting"),
        ("partner_key = 5", "partner_key is not a quoted string"),
        ("partner_key_file = \"nowhere\"", "cannot be read"),
        ("api_file = \"x\"", "api_file is not a setting"),
    ] {
        shell.write(CONFIG, text);
        let run = shell.run(&["config", "show"]).ended(2);
        assert!(run.stderr.contains(words), "{text}: {}", run.stderr);
        assert!(!run.stderr.contains("s3cret"), "{}", run.stderr);
    }
}

#[test]
fn missing_setting_lists_every_way_to_set_it() {
    let shell = Shell::empty();
    let run = shell.run(&["orders", "list"]).ended(2);
    for words in ["PEEKER_API", "--api", "config.toml", "cargo xtask demo"] {
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
}

#[test]
fn key_is_not_sent_unencrypted_to_another_machine() {
    let mut shell = Shell::empty();
    shell.set("PEEKER_PARTNER_KEY", "partner_secret");
    for (url, code) in [
        ("http://api.example.com", "url_insecure"),
        ("http://127.0.0.1.example.com", "url_insecure"),
        ("ftp://127.0.0.1", "url_insecure"),
        ("nowhere", "url_invalid"),
    ] {
        let run = shell.run(&["--json", "--api", url, "orders", "list"]).ended(2);
        assert_eq!(run.error_code(), code, "{url}");
    }
}

#[test]
fn no_option_takes_a_secret_value() {
    let shell = Shell::empty();
    let help = shell.run(&["--help"]).ended(0).stdout;
    for option in ["--partner-key ", "--peeker-key ", "--session-key ", "--webhook-secret ", "--login-password "] {
        assert!(!help.contains(option), "{option}");
    }
}
