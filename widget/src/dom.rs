//! Paints a view into the page. The only file that touches nodes: it makes elements and text, never HTML.
//!
//! The tree painted last is kept beside its nodes, so that only differences are written and a node that stays
//! the same element stays the same node, with its focus, its selection and its scroll position.

use crate::view::node::{Element, Node};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Document, ShadowRoot};

#[wasm_bindgen]
extern "C" {
    /// What can have the focus, or a text: inputs of both kinds, buttons, headings.
    type Control;
    #[wasm_bindgen(method)]
    fn focus(this: &Control);
    #[wasm_bindgen(method, getter)]
    fn value(this: &Control) -> String;
    #[wasm_bindgen(method, setter)]
    fn set_value(this: &Control, value: &str);
}

/// Where SVG elements live.
const SVG: &str = "http://www.w3.org/2000/svg";

/// A view on the page.
#[derive(Debug)]
pub(crate) struct Canvas {
    document: Document,
    shadow: ShadowRoot,
    container: web_sys::Element,
    painted: Vec<Painted>,
}

/// One node on the page, and what it was painted from.
#[derive(Debug)]
struct Painted {
    node: web_sys::Node,
    source: Source,
    children: Vec<Painted>,
}

/// A tree node without its children, which have nodes of their own.
#[derive(Debug)]
enum Source {
    Element(Element),
    Text(String),
}

impl Canvas {
    /// Takes over `container`, an element inside `shadow`.
    pub(crate) fn new(shadow: ShadowRoot, container: web_sys::Element) -> Option<Self> {
        let document = container.owner_document()?;
        container.set_text_content(None);
        Some(Self { document, shadow, container, painted: Vec::new() })
    }

    /// Makes the page look like `view`. A focus that would get lost goes to the heading.
    pub(crate) fn paint(&mut self, view: Vec<Node>) {
        let focused = self.shadow.active_element();
        let old = std::mem::take(&mut self.painted);
        self.painted = patch_children(&self.document, &self.container, old, view);
        let Some(focused) = focused else {
            return;
        };
        if self.shadow.active_element().is_some() {
            return;
        }
        if focused.is_connected() && !focused.has_attribute("disabled") {
            focus(&focused);
        } else {
            self.focus("title");
        }
    }

    /// Puts the focus on the element with `id`.
    pub(crate) fn focus(&self, id: &str) {
        let selector = ["[id=\"", id, "\"]"].concat();
        if let Ok(Some(element)) = self.container.query_selector(&selector) {
            focus(&element);
        }
    }
}

fn focus(element: &web_sys::Element) {
    element.unchecked_ref::<Control>().focus();
}

fn patch_children(document: &Document, parent: &web_sys::Node, old: Vec<Painted>, new: Vec<Node>) -> Vec<Painted> {
    let mut pool: Vec<Option<Painted>> = old.into_iter().map(Some).collect();
    let matched: Vec<(Node, Option<Painted>)> = new
        .into_iter()
        .map(|node| {
            let known =
                pool.iter_mut().find(|slot| slot.as_ref().is_some_and(|painted| is_same(&painted.source, &node)));
            let painted = known.and_then(Option::take);
            (node, painted)
        })
        .collect();
    for leftover in pool.into_iter().flatten() {
        parent.remove_child(&leftover.node).ok();
    }
    let mut painted = Vec::with_capacity(matched.len());
    let mut next = parent.first_child();
    for (node, known) in matched {
        let child = match known {
            Some(known) => patch(document, known, node),
            None => create(document, node),
        };
        let Some(child) = child else {
            continue;
        };
        if next.as_ref() == Some(&child.node) {
            next = child.node.next_sibling();
        } else {
            parent.insert_before(&child.node, next.as_ref()).ok();
        }
        painted.push(child);
    }
    painted
}

/// The same element as before: by its key, or by its tag and class.
fn is_same(source: &Source, node: &Node) -> bool {
    match (source, node) {
        (Source::Element(old), Node::Element(new)) => {
            old.tag == new.tag
                && old.key == new.key
                && (old.key.is_some() || old.attribute("class") == new.attribute("class"))
        }
        (Source::Text(_), Node::Text(_)) => true,
        _ => false,
    }
}

fn create(document: &Document, node: Node) -> Option<Painted> {
    match node {
        Node::Text(text) => {
            let node = document.create_text_node(&text).into();
            Some(Painted { node, source: Source::Text(text), children: Vec::new() })
        }
        Node::Element(mut element) => {
            let is_svg = matches!(element.tag, "svg" | "path");
            let namespace = if is_svg { Some(SVG) } else { None };
            let made = match namespace {
                Some(namespace) => document.create_element_ns(Some(namespace), element.tag),
                None => document.create_element(element.tag),
            };
            let made = made.ok()?;
            for (name, value) in &element.attributes {
                made.set_attribute(name, value).ok();
            }
            let children = std::mem::take(&mut element.children);
            let children = patch_children(document, &made, Vec::new(), children);
            write_value(&made, element.value.as_deref());
            Some(Painted { node: made.into(), source: Source::Element(element), children })
        }
    }
}

fn patch(document: &Document, painted: Painted, node: Node) -> Option<Painted> {
    let Painted { node: place, source, children } = painted;
    match (source, node) {
        (Source::Text(old), Node::Text(new)) => {
            if old != new {
                place.set_node_value(Some(&new));
            }
            Some(Painted { node: place, source: Source::Text(new), children })
        }
        (Source::Element(old), Node::Element(mut new)) => {
            let element = place.dyn_ref::<web_sys::Element>()?;
            for (name, _) in &old.attributes {
                if new.attribute(name).is_none() {
                    element.remove_attribute(name).ok();
                }
            }
            for (name, value) in &new.attributes {
                if old.attribute(name) != Some(value.as_ref()) {
                    element.set_attribute(name, value).ok();
                }
            }
            let children = patch_children(document, element, children, std::mem::take(&mut new.children));
            write_value(element, new.value.as_deref());
            Some(Painted { node: place, source: Source::Element(new), children })
        }
        (_, node) => create(document, node),
    }
}

/// Writes an input's text only when it differs: writing moves the caret.
fn write_value(element: &web_sys::Element, value: Option<&str>) {
    let control: &Control = element.unchecked_ref();
    if let Some(value) = value
        && control.value() != value
    {
        control.set_value(value);
    }
}
