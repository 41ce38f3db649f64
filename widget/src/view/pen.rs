//! The pen: a view draws with it, and what comes out is a drawing, the text that `dom.js` paints.
//!
//! A drawing is a sequence of marks, each followed by its text. It is a text and not a tree because a view is mostly
//! calls of the pen, and this is the form in which they weigh least: a tree of nodes with its patcher in Rust
//! weighed 20 KB more after brotli.

use crate::picker::action::{Action, Field};

/// An element begins; a tag with its classes and fixed attributes follows.
pub(crate) const BEGIN: char = '\u{1}';
/// The innermost element ends.
pub(crate) const END: char = '\u{2}';
/// Text in the innermost element.
pub(crate) const TEXT: char = '\u{3}';
/// An attribute of it: `name=value`.
pub(crate) const ATTRIBUTE: char = '\u{4}';
/// Its name among its siblings.
pub(crate) const KEY: char = '\u{5}';
/// The text of an input.
pub(crate) const VALUE: char = '\u{6}';

/// Draws from the outside in.
#[derive(Debug, Default)]
pub(crate) struct Pen(String);

impl Pen {
    /// An element and what `inside` draws into it. `what` is a tag with its classes and fixed attributes:
    /// `"p.hint.wrap|id=taken"`.
    #[inline]
    pub(crate) fn put(&mut self, what: &'static str, inside: impl FnOnce(&mut Self)) {
        self.mark(BEGIN, what);
        inside(self);
        self.end();
    }

    /// An element with nothing but text.
    #[inline(never)]
    pub(crate) fn leaf(&mut self, what: &'static str, text: &str) {
        self.mark(BEGIN, what);
        self.text(text);
        self.end();
    }

    /// Text in the open element.
    #[inline(never)]
    pub(crate) fn text(&mut self, text: &str) {
        self.mark(TEXT, text);
    }

    /// More of the text or attribute that was begun last. Marks in it are left out: nobody draws by typing.
    #[inline(never)]
    pub(crate) fn more(&mut self, text: &str) {
        for part in text.split(|c| c <= VALUE) {
            self.0.push_str(part);
        }
    }

    /// A number, as more of it.
    #[inline(never)]
    pub(crate) fn number(&mut self, number: u32) {
        self.more(&number.to_string());
    }

    /// Names the open element among its siblings.
    #[inline(never)]
    pub(crate) fn key(&mut self, key: &str) {
        self.mark(KEY, key);
    }

    /// An attribute of the open element.
    #[inline(never)]
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.mark(ATTRIBUTE, name);
        self.0.push('=');
        self.more(value);
    }

    /// An attribute of the open element that is there without a value, or is not there.
    pub(crate) fn flag(&mut self, name: &'static str, on: bool) {
        if on {
            self.set(name, "");
        }
    }

    /// What happens when the open element is used.
    #[inline(never)]
    pub(crate) fn does(&mut self, action: &Action) {
        let (what, with) = action.write();
        self.set("data-do", what);
        if !with.is_empty() {
            self.set("data-with", &with);
        }
    }

    /// Makes the open element an input of the form, with its text.
    #[inline(never)]
    pub(crate) fn input(&mut self, field: Field, text: &str) {
        let id = field.id();
        self.key(&id);
        self.set("data-field", &id);
        self.set("id", &id);
        self.mark(VALUE, text);
    }

    /// The drawing.
    pub(crate) fn finish(self) -> String {
        self.0
    }

    #[inline(never)]
    fn mark(&mut self, mark: char, text: &str) {
        self.0.push(mark);
        self.more(text);
    }

    #[inline(never)]
    fn end(&mut self) {
        self.0.push(END);
    }
}
