//! Help, completions, exit codes of mistakes, colours.

use crate::bench::Shell;

/// Every command that there is.
const COMMANDS: [&[&str]; 26] = [
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
    &["session", "mint"],
    &["customers", "forget"],
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
fn every_command_explains_itself() {
    let shell = Shell::empty();
    for command in COMMANDS {
        let help = shell.run(&[command, &["--help"]].concat()).ended(0).stdout;
        assert!(help.contains("Usage: peeker"), "{command:?}: {help}");
        let short = shell.run(&[command, &["-h"]].concat()).ended(0).stdout;
        assert!(short.len() < help.len(), "{command:?}");
    }
}

#[test]
fn the_help_tells_the_exit_codes_and_gives_examples() {
    let help = Shell::empty().run(&["--help"]).ended(0).stdout;
    for words in ["Exit codes:", "3  not authorised", "5  temporary", "Examples:", "peeker smoke"] {
        assert!(help.contains(words), "{help}");
    }
}

#[test]
fn the_help_of_a_command_says_more_than_its_line_in_the_list() {
    let shell = Shell::empty();
    for (command, words) in [
        (&["smoke"][..], "the way of your customers"),
        (&["session", "mint"], "Prints the token alone"),
        (&["customers", "forget"], "cannot be undone"),
        (&["orders", "watch"], "6 when somebody has to do something"),
        (&["webhook", "rejected"], "WEBHOOK_CAPTURE"),
        (&["webhook", "doctor"], "only a whole signature counts"),
        (&["webhook", "verify"], "Ends with 0"),
        (&["webhook", "sign"], "an empty line"),
        (&["webhook", "send"], "as it is"),
        (&["webhook", "replay"], "oldest first"),
    ] {
        let help = shell.run(&[command, &["--help"]].concat()).ended(0).stdout;
        // Lines are folded to the terminal's width.
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(words), "{command:?}: {help}");
    }
}

#[test]
fn a_mistake_on_the_command_line_ends_with_2() {
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
fn a_mistake_is_a_document_too_where_documents_are_asked_for() {
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
fn a_demo_that_is_named_as_a_word_of_its_own_is_told_how_to_be_named() {
    let shell = Shell::empty();
    for arguments in [&["--demo", "d/demo.json", "bundles", "list"][..], &["bundles", "list", "--demo", "d/demo.json"]]
    {
        let run = shell.run(arguments).ended(2);
        assert!(run.stderr.contains("--demo=d/demo.json"), "{}", run.stderr);
    }
}

#[test]
fn completions_are_scripts_for_the_shell() {
    let shell = Shell::empty();
    for (name, words) in [("bash", "complete -F"), ("zsh", "#compdef peeker"), ("fish", "complete -c peeker")] {
        let script = shell.run(&["completions", name]).ended(0).stdout;
        assert!(script.contains(words), "{name}");
        assert!(script.contains("webhook"), "{name}");
    }
}

#[test]
fn nothing_is_coloured_and_no_progress_is_shown_where_no_terminal_is() {
    let mut shell = Shell::empty();
    shell.set("PEEKER_API", "http://127.0.0.1:9");
    shell.set("PEEKER_PARTNER_KEY", "partner_x");
    for arguments in [&["config", "show"][..], &["orders", "list"], &["--help"]] {
        let run = shell.run(arguments);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{arguments:?}: {run:?}");
    }
}

#[test]
fn a_side_that_cannot_be_reached_is_temporary() {
    let mut shell = Shell::empty();
    shell.set("PEEKER_API", "http://127.0.0.1:9");
    shell.set("PEEKER_PARTNER_KEY", "partner_x");
    let run = shell.run(&["--json", "orders", "list"]).ended(5);
    assert_eq!(run.error_code(), "unreachable");
    assert!(run.stderr.contains("environment PEEKER_API"), "{}", run.stderr);
}

#[test]
fn the_readme_names_every_command_setting_and_variable() {
    let readme = include_str!("../../README.md");
    for command in COMMANDS.iter().filter(|command| !command.is_empty()) {
        assert!(command.iter().all(|word| readme.contains(word)), "{command:?}");
    }
    let help = Shell::empty().run(&["--help"]).ended(0).stdout;
    let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)));
    let named = words.filter(|word| word.starts_with("PEEKER_") || (word.starts_with("--") && word.len() > 2));
    // These need no word.
    let known = ["--help", "--version"];
    let missing: Vec<&str> = named.filter(|word| !readme.contains(word) && !known.contains(word)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_is_wrong_with_an_id_or_a_time_is_said_in_a_line() {
    let mut shell = Shell::empty();
    shell.set("PEEKER_API", "http://127.0.0.1:9");
    shell.set("PEEKER_PARTNER_KEY", "partner_0123456789");
    shell.set("PEEKER_WEBHOOK_SECRET", "whsec_any");
    let long = "x".repeat(3_000);
    let said = |arguments: &[&str]| shell.run(arguments).ended(2).stderr.lines().next().unwrap().to_owned();
    let ids = "ids have up to 128 letters, digits, - and _.";
    assert_eq!(said(&["orders", "show", &long]), format!("error: {}… is no id: {ids}", "x".repeat(160)));
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
