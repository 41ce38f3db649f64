//! Fuzzes the target `token`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::proof(data));
