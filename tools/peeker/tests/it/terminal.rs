//! Effects of terminals and shells: invalid bytes, full devices, closed pipes, and text with control characters.

use crate::harness::{Run, Shell};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

const MARK: &[u8] = b"\xEF\xBB\xBF";

fn odd() -> &'static OsStr {
    OsStr::from_bytes(b"\xff")
}

fn utf16(text: &str) -> Vec<u8> {
    [vec![0xFF, 0xFE], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat()
}

/// The exit code and output of a command, with any bytes.
fn ended(mut command: Command) -> (i32, String) {
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn argument_with_invalid_utf8_is_a_usage_error() {
    let shell = Shell::empty();
    for before in [
        &["orders", "show"][..],
        &["orders", "list", "--customer"],
        &["orders", "cancel"],
        &["--api"],
        &["--json", "orders", "show"],
        &["session", "mint", "--bundle", "bun_1", "--customer"],
        &["webhook", "replay", "--from"],
        &["completions"],
        &["--demo"],
        &[],
    ] {
        let mut command = shell.command(before);
        command.arg(odd());
        let (code, said) = ended(command);
        assert_eq!(code, 2, "{before:?}: {said}");
        assert!(!said.contains("panicked") && said.contains("error"), "{before:?}: {said}");
    }
    // A file name may be invalid UTF-8.
    let mut command = shell.command(&["webhook", "verify"]);
    command.arg(odd()).env("PEEKER_WEBHOOK_SECRET", "whsec_1");
    let (code, said) = ended(command);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("No such file"), "{said}");
}

#[test]
fn variable_with_invalid_utf8_is_named() {
    let shell = Shell::empty();
    for name in ["PEEKER_API", "PEEKER_PARTNER_KEY", "PEEKER_URL", "PEEKER_SESSION_KID", "PEEKER_WEBHOOK_SECRET"] {
        let mut command = shell.command(&["config", "show"]);
        command.env(name, odd());
        let (code, said) = ended(command);
        assert_eq!((code, said.contains(&format!("{name} in the environment is not UTF-8 text"))), (2, true), "{said}");
    }
    for name in
        ["PEEKER_DEMO", "PEEKER_CONFIG", "PEEKER_PARTNER_KEY_FILE", "HOME", "XDG_CONFIG_HOME", "TERM", "COLUMNS"]
    {
        let mut command = shell.command(&["config", "show"]);
        command.env(name, odd());
        let (code, said) = ended(command);
        assert!(code == 0 || code == 2, "{name}: {said}");
        assert!(!said.contains("panicked"), "{name}: {said}");
    }
}

/// Commands that print without interaction.
fn printing(shell: &mut Shell) -> Vec<Vec<&'static str>> {
    shell.set("PEEKER_SESSION_KEY", "0123456789abcdef0123456789abcdef");
    shell.set("PEEKER_SESSION_KID", "one");
    shell.set("PEEKER_SESSION_AUDIENCE", "peeker-checkout/test");
    shell.set("PEEKER_WEBHOOK_SECRET", "whsec_1");
    shell.write("body.json", r#"{"id":"evt_1","type":"order.completed"}"#);
    [
        "--help",
        "--version",
        "-h",
        "orders --help",
        "config show",
        "config path",
        "--json config show",
        "completions bash",
        "completions zsh",
        "session mint --customer a@b.co --google-licenses 2 --local",
        "--json session mint --customer a@b.co --google-licenses 2 --local",
        "webhook sign body.json",
        "--json orders show",
        "--json --api http://127.0.0.1:1 orders list",
    ]
    .iter()
    .map(|line| line.split(' ').collect())
    .collect()
}

#[test]
fn failed_output_is_an_error() {
    let mut shell = Shell::empty();
    for arguments in printing(&mut shell) {
        let fine = shell.run(&arguments).code;
        let mut command = shell.command(&arguments);
        command.stdout(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
        let (code, said) = ended(command);
        // Commands that fail anyway keep their exit code.
        assert_eq!(code, if fine == 0 { 1 } else { fine }, "{arguments:?}: {said}");
        assert!(said.contains("standard output cannot be written"), "{arguments:?}: {said}");
    }
}

#[test]
fn closed_pipe_is_not_an_error() {
    let mut shell = Shell::empty();
    for arguments in printing(&mut shell) {
        let fine = shell.run(&arguments).code;
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = shell.command(&arguments);
        command.stdout(writer);
        let (code, said) = ended(command);
        assert_eq!(code, fine, "{arguments:?}: {said}");
        assert!(!said.contains("cannot be written") && !said.contains("panicked"), "{arguments:?}: {said}");
    }
}

#[test]
fn files_may_start_with_a_bom_and_utf16_is_reported() {
    let shell = Shell::empty();
    let marked = |text: &str| [MARK, text.as_bytes()].concat();
    let key = |run: &Run| run.data()["partner_key"]["value"].clone();
    let config = "api = \"https://file.example\"\npartner_key = \"partner_1\"\n";
    let demo = r#"{"api": "http://127.0.0.1:9", "partner_key": "partner_demo"}"#;
    for (file, text, before) in [
        ("config.toml", config, &["--config", "config.toml"][..]),
        ("demo.json", demo, &["--demo=demo.json"]),
        ("key", "partner_2\n", &["--partner-key-file", "key"]),
    ] {
        let arguments = [before, &["--json", "config", "show"]].concat();
        shell.write(file, marked(text));
        assert_eq!(key(&shell.run(&arguments).ended(0)), "(hidden)", "{file}");
        shell.write(file, utf16(text));
        let refused = shell.run(&arguments).ended(2);
        assert!(refused.stderr.contains("UTF-16"), "{file}: {}", refused.stderr);
    }
    // Checks the key itself, because it is sent.
    let (address, asked) = answering(json!({"data": [], "links": {}}));
    shell.write("key", marked("partner_2"));
    shell.run(&["--api", &address, "--partner-key-file", "key", "orders", "list"]).ended(0);
    let head = asked.join().unwrap().to_lowercase();
    assert!(head.contains("authorization: bearer partner_2\r\n"), "{head}");
}

#[test]
fn capture_with_a_bom_is_verified() {
    let mut shell = Shell::empty();
    shell.set("PEEKER_WEBHOOK_SECRET", "whsec_1");
    shell.write("body.json", "{\"id\":\"evt_1\",\"type\":\"order.completed\"}");
    let signed = shell.run(&["webhook", "sign", "body.json"]).ended(0).stdout;
    shell.write("plain", &signed);
    shell.run(&["webhook", "verify", "plain"]).ended(0);
    shell.write("marked", [MARK, signed.as_bytes()].concat());
    shell.run(&["webhook", "verify", "marked"]).ended(0);
    shell.write("wide", utf16(&signed));
    let refused = shell.run(&["webhook", "verify", "wide"]).ended(2);
    assert!(refused.stderr.contains("UTF-16"), "{}", refused.stderr);
}

/// Answers one request with `body`; returns the head of the request.
fn answering(body: Value) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && socket.read(&mut byte).unwrap() == 1 {
            head.push(byte[0]);
        }
        let body = body.to_string();
        let length = body.len();
        write!(socket, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
            .unwrap();
        String::from_utf8(head).unwrap()
    });
    (address, served)
}

/// Text with control characters, direction marks, or excessive length.
const NASTY: [&str; 5] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{9b}31m",
    "\u{202e}moc.live\u{202c}",
    "a\rb\nc\u{8}",
    "\u{200b}\u{2066}x\u{2069}",
];

fn odd_order(text: &str) -> Value {
    json!({
        "id": format!("ord_{text}"), "status": text, "created_at": text, "updated_at": text, "domain_count": text,
        "customer": format!("{text}{}", "客".repeat(3_000)), "renews_at": text, "cancels_at": text,
        "costs": {"total_cents": 100, "currency": text},
        "domains": [{"domain": format!("{text}{}", "d".repeat(3_000)), "status": text, "provider": text}],
        "inboxes": [{"address": format!("{text}{}", "i".repeat(3_000)), "domain": text, "provider": text}],
        "pending_actions": [{"type": text, "who": text, "what_to_do": text, "domain": text}],
        "timeline": [{"at": text, "type": text, "event_id": "e".repeat(3_000)}],
    })
}

#[test]
fn untrusted_text_is_cut_and_contains_no_controls() {
    for text in NASTY {
        for (arguments, answer) in [
            (&["orders", "list"][..], json!({"data": [odd_order(text)], "links": {"next": null}})),
            (&["orders", "show", "ord_1"], json!({"data": odd_order(text)})),
            (&["orders", "list", "--json"], json!({"data": [odd_order(text)], "links": {"next": null}})),
        ] {
            let mut shell = Shell::empty();
            shell.set("COLUMNS", "100");
            shell.set("PEEKER_PARTNER_KEY", "partner_1");
            let (address, served) = answering(answer);
            let run = shell.run(&[&["--api", &address], arguments].concat()).ended(0);
            served.join().unwrap();
            let obeyed = |c: char| {
                c.is_control() && c != '\n'
                    || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!run.stdout.chars().any(obeyed), "{arguments:?}: {:?}", run.stdout);
            if arguments.contains(&"--json") {
                assert!(run.stdout.len() > 9_000, "a program gets all of it");
                continue;
            }
            for line in run.stdout.lines() {
                // Wide letters take two columns each, so half as many fit.
                let columns: usize = line.chars().map(|c| if c == '客' { 2 } else { 1 }).sum();
                assert!(columns <= 100, "{arguments:?}: {columns} columns: {line}");
            }
        }
    }
}

#[test]
fn order_shows_renewal_end_and_inboxes() {
    let order = json!({
        "id": "ord_1", "status": "cancel_scheduled", "domain_count": 1, "renews_at": "2027-01-01T00:00:00Z",
        "cancels_at": "2027-01-02T00:00:00Z",
        "inboxes": [{"address": "sam@acme-mail.com", "domain": "acme-mail.com", "provider": "google"}],
    });
    let mut shell = Shell::empty();
    shell.set("PEEKER_PARTNER_KEY", "partner_1");
    let (address, served) = answering(json!({"data": order}));
    let shown = shell.run(&["--api", &address, "orders", "show", "ord_1"]).ended(0).stdout;
    served.join().unwrap();
    for words in
        ["renews   2027-01-01T00:00:00Z", "ends     2027-01-02T00:00:00Z", "sam@acme-mail.com  acme-mail.com  google"]
    {
        assert!(shown.contains(words), "{shown}");
    }
    let (address, served) = answering(json!({"data": [order], "links": {}}));
    let list = shell.run(&["--api", &address, "orders", "list"]).ended(0).stdout;
    served.join().unwrap();
    assert!(list.contains("ends 2027-01-02T00:00:00Z"), "{list}");
}
