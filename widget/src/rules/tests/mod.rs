//! Tests of the rules for pages: the search box, lists, and files.

mod lists;
mod suggesting;
