//! Runs the targets on the corpus and on a bounded number of seeded mutations of it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

use fastrand::Rng;
use fuzz::TARGETS;
use std::path::Path;

/// Mutations per target: seconds on a small machine, and enough to reach every branch of the parsers.
const MUTATIONS: u64 = 3_000;
/// Words that the parsers recognize.
const WORDS: [&str; 16] =
    ["null", "true", "-1", "1e999", "\u{0}", "\"", "{", "[", "}", "]", "\\u0000", "v1=", ",", ".", "domains", "😀"];

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files.into_iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn mutate(data: &mut Vec<u8>, rng: &mut Rng, others: &[Vec<u8>]) {
    for _ in 0..=rng.usize(..4) {
        let at = rng.usize(..=data.len());
        match rng.u8(..6) {
            0 if at < data.len() => data[at] ^= 1 << rng.u8(..8),
            1 if at < data.len() => drop(data.drain(at..(at + rng.usize(..8)).min(data.len()))),
            2 => data.truncate(at),
            3 => {
                let other = rng.choice(others).unwrap();
                data.splice(at..at, other.iter().skip(rng.usize(..=other.len())).copied());
            }
            4 if at < data.len() => data[at] = rng.u8(..),
            _ => drop(data.splice(at..at, rng.choice(WORDS).unwrap().bytes())),
        }
        data.truncate(200_000);
    }
}

fn run(name: &str) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let seeds = corpus(name);
    let mut rng = Rng::with_seed(7);
    for seed in &seeds {
        target(seed);
    }
    for _ in 0..MUTATIONS {
        let mut data = rng.choice(&seeds).unwrap().clone();
        mutate(&mut data, &mut rng, &seeds);
        target(&data);
    }
}

#[test]
fn random_headers_never_verify() {
    run("signature");
}

#[test]
fn random_bodies_never_break_the_event_parser() {
    run("event");
}

#[test]
fn random_responses_never_break_the_upstream_client() {
    run("answer");
}

#[test]
fn random_text_is_never_a_valid_session() {
    run("token");
}

#[test]
fn random_bodies_never_break_a_public_route() {
    run("body");
}
