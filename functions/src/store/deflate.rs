//! Compression of what is kept.

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use std::io::{Read, Write};

/// `plain`, compressed.
pub(crate) fn deflated(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default()
}

/// Up to `most` bytes of what was compressed; `None` when `packed` is something else.
pub(crate) fn inflated(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    ZlibDecoder::new(packed).take(most).read_to_end(&mut plain).ok()?;
    Some(plain)
}
