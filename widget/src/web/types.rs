//! Types of the client for TypeScript, in one place: `npm run declare` writes them for the TypeScript of the widget.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("client.d.ts");
