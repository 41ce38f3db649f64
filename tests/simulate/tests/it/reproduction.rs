//! A seed decides everything, so that a failing world can be run again.

use simulate::{ORDERS_PER_WORLD, Options, run};

#[test]
fn the_same_options_give_the_same_report_on_any_number_of_threads() {
    let options = Options { orders: ORDERS_PER_WORLD + 20, seed: 7, faults: 15, ..Options::default() };
    let first = run(&options).unwrap();
    let second = run(&Options { threads: 2, ..options.clone() }).unwrap();
    assert_eq!(first, second);

    let last_world = run(&Options { world: Some(1), ..options.clone() }).unwrap();
    let first_world = run(&Options { world: Some(0), ..options }).unwrap();
    assert_eq!((first_world.orders, last_world.orders), (ORDERS_PER_WORLD, 20));
    assert_eq!(first.placed, first_world.placed + last_world.placed);
    assert_eq!(first.faults(), first_world.faults() + last_world.faults());
}

#[test]
fn another_seed_is_another_world() {
    let options = Options { orders: 10, ..Options::default() };
    let first = run(&options).unwrap();
    let other = run(&Options { seed: 2, ..options }).unwrap();
    assert_ne!(first.counts, other.counts);
}
