//! The tree that a view is, and the pen that draws it. Nothing here knows a browser.

use crate::picker::action::{Action, Field};
use std::borrow::Cow;

/// One node of the tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// An element.
    Element(Element),
    /// Text, never HTML.
    Text(String),
}

/// One element of the tree.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Element {
    pub(crate) tag: &'static str,
    /// Tells siblings apart, so that an element stays itself when others come and go.
    pub(crate) key: Option<String>,
    pub(crate) attributes: Vec<(&'static str, Cow<'static, str>)>,
    /// The text of an input.
    pub(crate) value: Option<String>,
    pub(crate) children: Vec<Node>,
}

/// Draws a tree from the outside in. Its methods are plain calls without generics: a view is mostly such calls,
/// and built any other way it weighed three times as much.
#[derive(Debug, Default)]
pub(crate) struct Pen {
    /// The elements that are open, the innermost last.
    open: Vec<Element>,
    done: Vec<Node>,
}

impl Pen {
    /// An element and what `inside` draws into it. `what` is a tag with its classes and fixed attributes:
    /// `"p.hint.taken|id=taken"`.
    #[inline]
    pub(crate) fn put(&mut self, what: &'static str, inside: impl FnOnce(&mut Self)) {
        self.begin(what);
        inside(self);
        self.end();
    }

    /// An element with nothing but text.
    pub(crate) fn leaf(&mut self, what: &'static str, text: &str) {
        self.begin(what);
        self.text(text);
        self.end();
    }

    /// Text in the open element.
    pub(crate) fn text(&mut self, text: &str) {
        self.add(Node::Text(text.to_owned()));
    }

    /// Names the open element among its siblings.
    pub(crate) fn key(&mut self, key: &str) {
        if let Some(element) = self.open.last_mut() {
            element.key = Some(key.to_owned());
        }
    }

    /// An attribute of the open element.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.attribute(name, Cow::Owned(value.to_owned()));
    }

    /// An attribute of the open element that is there without a value, or is not there.
    pub(crate) fn flag(&mut self, name: &'static str, on: bool) {
        if on {
            self.attribute(name, Cow::Borrowed(""));
        }
    }

    /// What happens when the open element is used.
    pub(crate) fn does(&mut self, action: &Action) {
        let (what, with) = action.write();
        self.attribute("data-do", Cow::Borrowed(what));
        if !with.is_empty() {
            self.attribute("data-with", with);
        }
    }

    /// Makes the open element an input of the form, with its text.
    pub(crate) fn input(&mut self, field: Field, text: &str) {
        let id = field.id();
        self.key(&id);
        self.attribute("data-field", id.clone());
        self.attribute("id", id);
        if let Some(element) = self.open.last_mut() {
            element.value = Some(text.to_owned());
        }
    }

    /// What was drawn.
    pub(crate) fn finish(mut self) -> Vec<Node> {
        while !self.open.is_empty() {
            self.end();
        }
        self.done
    }

    #[inline(never)]
    fn begin(&mut self, what: &'static str) {
        let mut parts = what.split('|');
        let name = parts.next().unwrap_or_default();
        let (tag, classes) = name.split_once('.').unwrap_or((name, ""));
        self.open.push(Element { tag, ..Element::default() });
        if !classes.is_empty() {
            self.attribute("class", Cow::Owned(classes.split('.').collect::<Vec<_>>().join(" ")));
        }
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            self.attribute(name, Cow::Borrowed(value));
        }
    }

    #[inline(never)]
    fn end(&mut self) {
        if let Some(element) = self.open.pop() {
            self.add(Node::Element(element));
        }
    }

    #[inline(never)]
    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.done.push(node),
        }
    }

    #[inline(never)]
    fn attribute(&mut self, name: &'static str, value: Cow<'static, str>) {
        if let Some(element) = self.open.last_mut() {
            element.attributes.push((name, value));
        }
    }
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_ref())
    }
}
