//! Choosing candidates without prices.

use shared::plan::RequiredDomains;
use shared::split::{Candidate, solve_split};

fn candidate(price_cents: Option<u32>, google: bool, microsoft: bool) -> Candidate {
    Candidate { price_cents, google, microsoft, keep: false }
}

fn places(google: u32, microsoft: u32, candidates: &[Candidate]) -> Vec<usize> {
    let chosen = solve_split(&RequiredDomains::new(google, microsoft), candidates).unwrap();
    chosen.iter().enumerate().filter(|(_, is_chosen)| **is_chosen).map(|(place, _)| place).collect()
}

#[test]
fn without_prices_the_first_fitting_candidates_are_chosen() {
    let either = candidate(None, true, true);
    let (google, microsoft) = (candidate(None, true, false), candidate(None, false, true));
    assert_eq!(places(1, 1, &[either, either, google, microsoft]), [0, 1]);
    assert_eq!(places(2, 0, &[microsoft, google, either, google]), [1, 2]);
    assert_eq!(places(1, 1, &[google, google, either]), [0, 2]);
}

#[test]
fn priced_candidates_come_before_unpriced_ones() {
    let candidates = [
        candidate(None, true, true),
        candidate(Some(1500), true, true),
        candidate(Some(900), true, true),
        candidate(None, true, true),
    ];
    assert_eq!(places(2, 0, &candidates), [1, 2]);
    assert_eq!(places(2, 1, &candidates), [0, 1, 2]);
}

#[test]
fn choice_works_with_a_thousand_candidates() {
    let candidates: Vec<Candidate> =
        (0..4_000).map(|number| candidate(Some(number % 977), number % 3 > 0, number % 2 > 0)).collect();
    assert_eq!(places(600, 400, &candidates).len(), 1_000);
}
