#![doc = include_str!("../README.md")]

mod exports;
mod json;
mod suggest;
mod wire;

/// Half the bytes of the standard library's allocator.
#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(test)]
mod tests;

pub use exports::judge;
