//! A small table that prints as aligned text and shows in a notebook as a table.

use std::fmt;

/// Headed columns of text.
///
/// ```
/// use support::prelude::*;
/// let table = Table::new(["class", "points"]).row(["0", "500"]).row(["1", "500"]);
/// assert_eq!(table.to_string(), "class  points\n    0     500\n    1     500");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    left: usize,
}

impl Table {
    /// A table without rows yet.
    pub fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        Self { header: header.into_iter().map(Into::into).collect(), rows: Vec::new(), left: 0 }
    }

    /// Adds a row; missing cells stay empty, cells beyond the header are dropped.
    pub fn row<S: Into<String>>(mut self, cells: impl IntoIterator<Item = S>) -> Self {
        let mut row: Vec<String> = cells.into_iter().map(Into::into).collect();
        row.resize(self.header.len(), String::new());
        self.rows.push(row);
        self
    }

    /// Aligns the first `columns` to the left (names) instead of to the right (numbers).
    pub fn align_left(mut self, columns: usize) -> Self {
        self.left = columns;
        self
    }

    /// The table as HTML without style or script, which a notebook shows even when it is not trusted.
    pub fn to_html(&self) -> String {
        let line = |tag: &str, cells: &[String]| -> String {
            let cell = |(i, text): (usize, &String)| {
                let side = if i < self.left { "left" } else { "right" };
                format!("<{tag} style=\"text-align:{side}\">{}</{tag}>", escape(text))
            };
            format!("<tr>{}</tr>", cells.iter().enumerate().map(cell).collect::<String>())
        };
        let body: String = self.rows.iter().map(|row| line("td", row)).collect();
        format!("<table><thead>{}</thead><tbody>{body}</tbody></table>", line("th", &self.header))
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = || std::iter::once(&self.header).chain(&self.rows);
        let width = |i: usize| lines().map(|line| line[i].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        for (n, line) in lines().enumerate() {
            let cells = line.iter().zip(&widths).enumerate().map(|(i, (text, &width))| {
                if i < self.left { format!("{text:<width$}") } else { format!("{text:>width$}") }
            });
            let text = cells.collect::<Vec<_>>().join("  ");
            write!(f, "{}{}", if n == 0 { "" } else { "\n" }, text.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_escapes_what_a_cell_holds() {
        let html = Table::new(["a<b"]).row(["x & y"]).to_html();
        assert!(html.contains("a&lt;b") && html.contains("x &amp; y"), "{html}");
    }

    #[test]
    fn short_and_long_rows_keep_the_width() {
        let table = Table::new(["a", "b"]).row(["1"]).row(["1", "2", "3"]);
        assert_eq!(table.to_string(), "a  b\n1\n1  2");
    }
}
