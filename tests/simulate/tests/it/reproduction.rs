//! A seed determines everything, so that a failing world can be run again.

use crate::share::Share;
use simulate::Options;

#[test]
fn report_does_not_depend_on_the_number_of_threads() {
    let options = Options { orders: 25, per_world: 20, seed: 7, faults: 15, ..Options::default() };
    let mut orders = Share::Repeated.orders();
    let first = orders.run(&options).unwrap();
    let second = orders.run(&Options { threads: 2, ..options.clone() }).unwrap();
    assert_eq!(first, second);

    let last_world = orders.run(&Options { world: Some(1), ..options }).unwrap();
    assert_eq!((first.worlds, last_world.worlds, last_world.orders), (2, 1, 5));
    assert!(last_world.faults() > 0 && last_world.faults() < first.faults(), "{first} {last_world}");
}

#[test]
fn different_seed_gives_a_different_run() {
    let options = Options { orders: 5, ..Options::default() };
    let mut orders = Share::Seeds.orders();
    let first = orders.run(&options).unwrap();
    let other = orders.run(&Options { seed: 2, ..options }).unwrap();
    assert_ne!(first.counts, other.counts);
}
