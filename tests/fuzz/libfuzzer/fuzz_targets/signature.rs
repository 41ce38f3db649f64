//! Fuzzes the target `signature`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::signature(data));
