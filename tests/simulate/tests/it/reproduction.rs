//! A seed decides everything, so that a failing world can be run again.

use simulate::{ORDERS_PER_WORLD, Options, run};

#[test]
fn the_same_options_give_the_same_report_on_any_number_of_threads() {
    let options = Options { orders: 3 * ORDERS_PER_WORLD / 2, seed: 7, faults: 15, ..Options::default() };
    let first = run(&options).unwrap();
    let second = run(&Options { threads: 2, ..options.clone() }).unwrap();
    assert_eq!(first, second);
    let other = run(&Options { seed: 8, ..options }).unwrap();
    assert_ne!(first.counts, other.counts);
}

#[test]
fn one_world_of_a_simulation_can_be_run_alone() {
    let whole = Options { orders: ORDERS_PER_WORLD + 20, seed: 3, faults: 10, ..Options::default() };
    let both = run(&whole).unwrap();
    let first = run(&Options { world: Some(0), ..whole.clone() }).unwrap();
    let second = run(&Options { world: Some(1), ..whole }).unwrap();
    assert_eq!(second.orders, 20);
    assert_eq!(both.placed, first.placed + second.placed);
    assert_eq!(both.faults(), first.faults() + second.faults());
}
