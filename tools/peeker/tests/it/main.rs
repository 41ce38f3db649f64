//! The command line as a partner uses it: the real binary, against a real stack.

mod bench;
mod captures;
mod sessions;
mod settings;
mod smoke;
mod surface;
