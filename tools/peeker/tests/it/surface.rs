//! Help, completions, exit codes of usage errors, colours.

use crate::harness::Shell;

/// Every command.
const COMMANDS: [&[&str]; 36] = [
    &[],
    &["smoke"],
    &["bundles"],
    &["bundles", "list"],
    &["bundles", "show"],
    &["bundles", "create"],
    &["bundles", "update"],
    &["bundles", "archive"],
    &["orders"],
    &["orders", "list"],
    &["orders", "show"],
    &["orders", "watch"],
    &["orders", "cancel"],
    &["actions"],
    &["ledger"],
    &["approvals"],
    &["approvals", "list"],
    &["session", "mint"],
    &["customers", "forget"],
    &["events"],
    &["events", "listen"],
    &["events", "trigger"],
    &["events", "schema"],
    &["notifications"],
    &["notifications", "list"],
    &["notifications", "redeliver"],
    &["webhook"],
    &["webhook", "rejected"],
    &["webhook", "doctor"],
    &["webhook", "verify"],
    &["webhook", "sign"],
    &["webhook", "send"],
    &["webhook", "replay"],
    &["config", "show"],
    &["config", "path"],
    &["completions"],
];

#[test]
fn every_command_has_help() {
    let shell = Shell::empty();
    for command in COMMANDS {
        let help = shell.run(&[command, &["--help"]].concat()).ended(0).stdout;
        assert!(help.contains("Usage: peeker"), "{command:?}: {help}");
        let short = shell.run(&[command, &["-h"]].concat()).ended(0).stdout;
        assert!(short.len() < help.len(), "{command:?}");
    }
}

#[test]
fn help_lists_exit_codes_and_examples() {
    let help = Shell::empty().run(&["--help"]).ended(0).stdout;
    for words in ["Exit codes:", "3  not authorised", "5  temporary", "Examples:", "peeker smoke"] {
        assert!(help.contains(words), "{help}");
    }
}

#[test]
fn command_help_is_longer_than_its_summary() {
    let shell = Shell::empty();
    for (command, words) in [
        (&["smoke"][..], "acts like a customer"),
        (&["session", "mint"], "Prints only the token"),
        (&["customers", "forget"], "cannot be undone"),
        (&["ledger"], "Renewals and refunds are not in it"),
        (&["orders", "watch"], "6: it has pending actions"),
        (&["events", "listen"], "needs no open port"),
        (&["webhook", "rejected"], "WEBHOOK_CAPTURE"),
        (&["webhook", "doctor"], "reproduce each signature completely"),
        (&["webhook", "verify"], "Exit code 0"),
        (&["webhook", "sign"], "an empty line"),
        (&["webhook", "send"], "sent unchanged"),
        (&["webhook", "replay"], "oldest first"),
    ] {
        let help = shell.run(&[command, &["--help"]].concat()).ended(0).stdout;
        // Help is wrapped to the terminal's width.
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(words), "{command:?}: {help}");
    }
}

#[test]
fn usage_error_ends_with_exit_code_2() {
    let shell = Shell::empty();
    for arguments in [
        &["nonsense"][..],
        &["orders"],
        &["orders", "show"],
        &["orders", "show", "ord_1/../../x"],
        &["session", "mint", "--customer", "a@b.co"],
        &["session", "mint", "--customer", "a@b.co", "--bundle", "bun_1", "--google-licenses", "1"],
        &["session", "mint", "--customer", "a@b.co", "--google-licenses", "2", "--inboxes-per-domain", "4"],
        &["orders", "list", "--status", "complete"],
        &["orders", "list", "--limit", "0"],
        &["webhook", "verify"],
        &["webhook", "replay", "--from", "yesterday"],
        &["bundles", "create", "--name", "x", "--volume", "many"],
        &["smoke", "--timeout", "5 minutes"],
    ] {
        shell.run(arguments).ended(2);
    }
}

#[test]
fn usage_error_is_json_with_the_json_option() {
    let shell = Shell::empty();
    for (arguments, words) in [
        (&["--json", "nonsense"][..], "unrecognized subcommand 'nonsense'"),
        (&["bundles", "create", "--json"], "required arguments were not provided: --name <NAME> --volume <EMAILS>"),
        (&["--json", "orders", "list", "--limit", "0"], "invalid value '0'"),
    ] {
        let run = shell.run(arguments).ended(2);
        let error = run.document()["error"].clone();
        assert_eq!((error["code"].as_str(), error["exit_code"].as_u64()), (Some("command_line"), Some(2)), "{error}");
        assert!(error["message"].as_str().unwrap().contains(words), "{error}");
    }
    assert_eq!(shell.run(&["nonsense"]).ended(2).stdout, "");
}

#[test]
fn demo_path_without_equals_sign_is_explained() {
    let shell = Shell::empty();
    for arguments in [&["--demo", "d/demo.json", "bundles", "list"][..], &["bundles", "list", "--demo", "d/demo.json"]]
    {
        let run = shell.run(arguments).ended(2);
        assert!(run.stderr.contains("--demo=d/demo.json"), "{}", run.stderr);
    }
}

#[test]
fn completions_are_shell_scripts() {
    let shell = Shell::empty();
    for (name, words) in [("bash", "complete -F"), ("zsh", "#compdef peeker"), ("fish", "complete -c peeker")] {
        let script = shell.run(&["completions", name]).ended(0).stdout;
        assert!(script.contains(words), "{name}");
        assert!(script.contains("webhook"), "{name}");
    }
}

#[test]
fn no_color_or_progress_without_a_terminal() {
    let mut shell = Shell::empty();
    shell.set("PEEKER_API", "http://127.0.0.1:9");
    shell.set("PEEKER_PARTNER_KEY", "partner_x");
    for arguments in [&["config", "show"][..], &["orders", "list"], &["--help"]] {
        let run = shell.run(arguments);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{arguments:?}: {run:?}");
    }
}

#[test]
fn unreachable_side_is_a_temporary_error() {
    let mut shell = Shell::empty();
    shell.set("PEEKER_API", "http://127.0.0.1:9");
    shell.set("PEEKER_PARTNER_KEY", "partner_x");
    let run = shell.run(&["--json", "orders", "list"]).ended(5);
    assert_eq!(run.error_code(), "unreachable");
    assert!(run.stderr.contains("environment PEEKER_API"), "{}", run.stderr);
}

#[test]
fn readme_lists_every_command_setting_and_variable() {
    let readme = include_str!("../../README.md");
    for command in COMMANDS.iter().filter(|command| !command.is_empty()) {
        assert!(command.iter().all(|word| readme.contains(word)), "{command:?}");
    }
    let help = Shell::empty().run(&["--help"]).ended(0).stdout;
    let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)));
    let named = words.filter(|word| word.starts_with("PEEKER_") || (word.starts_with("--") && word.len() > 2));
    // These need no documentation.
    let known = ["--help", "--version"];
    let missing: Vec<&str> = named.filter(|word| !readme.contains(word) && !known.contains(word)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn invalid_id_or_time_is_reported_in_one_line() {
    let mut shell = Shell::empty();
    shell.set("PEEKER_API", "http://127.0.0.1:9");
    shell.set("PEEKER_PARTNER_KEY", "partner_0123456789");
    shell.set("PEEKER_WEBHOOK_SECRET", "whsec_any");
    let long = "x".repeat(3_000);
    let said = |arguments: &[&str]| shell.run(arguments).ended(2).stderr.lines().next().unwrap().to_owned();
    let ids = "ids have up to 128 letters, digits, - and _.";
    assert_eq!(said(&["orders", "show", &long]), format!("error: {}… is not an id: {ids}", "x".repeat(160)));
    assert_eq!(said(&["orders", "show", ""]), format!("error: The id is empty: {ids}"));
    for (from, words) in [
        ("99999d", "99999d is before 1970. Write "),
        ("0001-01-01", "0001-01-01 is before 1970. Write "),
        ("9999999999999", "9999999999999 is after the year 9999. Write "),
        (long.as_str(), "xxx… is no time. Write "),
    ] {
        let line = said(&["webhook", "replay", "--from", from]);
        assert!(line.contains(words) && line.len() < 300, "{line}");
    }
}
