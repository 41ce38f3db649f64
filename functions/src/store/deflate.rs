//! Compression of what is stored.

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use std::io::{Read, Write};

/// Most bytes of a draft or a quote: above the largest order (1,000 redirects of 2,048 characters are 2.1 MB).
pub(crate) const MAX_INFLATED: usize = 16 * 1024 * 1024;

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
