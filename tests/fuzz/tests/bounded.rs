//! The targets over the kept corpus and a bounded number of seeded mutations of it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

use fuzz::TARGETS;
use std::path::Path;

/// Mutations per target: seconds on a small machine, and enough to walk every branch of the readers.
const MUTATIONS: u64 = 3_000;
/// Words that readers look for.
const WORDS: [&str; 16] =
    ["null", "true", "-1", "1e999", "\u{0}", "\"", "{", "[", "}", "]", "\\u0000", "v1=", ",", ".", "domains", "😀"];

/// SplitMix64: the same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files.into_iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn mutate(data: &mut Vec<u8>, numbers: &mut Numbers, others: &[Vec<u8>]) {
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(data.len() + 1);
        match numbers.below(6) {
            0 if at < data.len() => data[at] ^= 1 << numbers.below(8),
            1 if at < data.len() => drop(data.drain(at..(at + numbers.below(8)).min(data.len()))),
            2 => data.truncate(at),
            3 => {
                let other = &others[numbers.below(others.len())];
                data.splice(at..at, other.iter().skip(numbers.below(other.len())).copied());
            }
            4 if at < data.len() => data[at] = u8::try_from(numbers.below(256)).unwrap(),
            _ => drop(data.splice(at..at, WORDS[numbers.below(WORDS.len())].bytes())),
        }
        data.truncate(200_000);
    }
}

fn run(name: &str) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let seeds = corpus(name);
    let mut numbers = Numbers(7);
    for seed in &seeds {
        target(seed);
    }
    for _ in 0..MUTATIONS {
        let mut data = seeds[numbers.below(seeds.len())].clone();
        mutate(&mut data, &mut numbers, &seeds);
        target(&data);
    }
}

#[test]
fn no_header_forges_a_signature() {
    run("signature");
}

#[test]
fn no_body_breaks_the_event_reader() {
    run("event");
}

#[test]
fn no_answer_breaks_the_client_of_upstream() {
    run("answer");
}

#[test]
fn no_text_forges_a_session() {
    run("token");
}

#[test]
fn no_body_breaks_a_public_route() {
    run("body");
}
