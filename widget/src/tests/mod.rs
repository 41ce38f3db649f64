//! Tests of the pure rooms. Each plays a script: messages in, effects out, and what is drawn in the end.

mod ordering;
mod picking;
mod script;
mod suggesting;
mod viewing;
