//! The few icons, drawn with strokes in the colour of the text around them.

use crate::view::pen::Pen;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Check,
    Cross,
    Plus,
    Clock,
    Alert,
}

/// An icon that says nothing to a screen reader: the words beside it do.
pub(crate) fn icon(pen: &mut Pen, icon: Icon) {
    let path = match icon {
        Icon::Check => "path|d=M3.5 8.5l3 3 6-7",
        Icon::Cross => "path|d=M4 4l8 8M12 4l-8 8",
        Icon::Plus => "path|d=M8 3v10M3 8h10",
        Icon::Clock => "path|d=M8 4.5V8l2.5 1.5M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5z",
        Icon::Alert => "path|d=M8 5v3.5M8 11h.01M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5z",
    };
    pen.put("svg.icon|viewBox=0 0 16 16|aria-hidden=true", |pen| pen.put(path, |_| {}));
}
