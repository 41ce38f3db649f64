//! Writes JSON, value by value. Standing in for `serde_json`, which weighs more than all that it would write.

/// JSON under construction. Commas are set where one value follows another.
#[derive(Debug, Default)]
pub(crate) struct Json(String);

impl Json {
    /// `{…}` with the members that `inside` writes.
    pub(crate) fn object(&mut self, inside: impl FnOnce(&mut Self)) {
        self.open('{');
        inside(self);
        self.0.push('}');
    }

    /// `[…]` with the entries that `inside` writes.
    pub(crate) fn list(&mut self, inside: impl FnOnce(&mut Self)) {
        self.open('[');
        inside(self);
        self.0.push(']');
    }

    /// The name of the member that is written next.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.text(name);
        self.0.push(':');
        self
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.open('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => {
                    self.0.push('\\');
                    self.0.push(c);
                }
                '\n' => self.0.push_str("\\n"),
                '\t' => self.0.push_str("\\t"),
                '\r' => self.0.push_str("\\r"),
                c if c < ' ' => self.0.push(' '),
                c => self.0.push(c),
            }
        }
        self.0.push('"');
    }

    pub(crate) fn number(&mut self, number: u32) {
        self.comma();
        self.0.push_str(&number.to_string());
    }

    pub(crate) fn null(&mut self) {
        self.comma();
        self.0.push_str("null");
    }

    pub(crate) fn flag(&mut self, on: bool) {
        self.comma();
        self.0.push_str(if on { "true" } else { "false" });
    }

    /// A length, as a number.
    pub(crate) fn count(&mut self, count: usize) {
        self.number(u32::try_from(count).unwrap_or(u32::MAX));
    }

    pub(crate) fn done(self) -> String {
        self.0
    }

    fn open(&mut self, bracket: char) {
        self.comma();
        self.0.push(bracket);
    }

    fn comma(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with(['{', '[', ':', ',']) {
            self.0.push(',');
        }
    }
}
