//! A small table, printed as aligned text and shown in a notebook as HTML.

use std::fmt;

/// The most rows shown: nobody reads more, and a page of them stops a browser.
const MOST_ROWS: usize = 1000;
/// The most columns shown: a hundred, and one for the names of the rows.
const MOST_COLUMNS: usize = 101;

/// A table of text with a header. If it has more than 1,000 rows or 101 columns, the middle ones are not printed or
/// shown, and a last line gives the size.
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
    note: Option<String>,
}

impl Table {
    /// Makes a table with a header and no rows.
    pub fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        let header = header.into_iter().map(Into::into).collect();
        Self { header, rows: Vec::new(), left: 0, note: None }
    }

    /// Adds a row; missing cells stay empty, cells beyond the header are dropped.
    pub fn row<S: Into<String>>(mut self, cells: impl IntoIterator<Item = S>) -> Self {
        let mut row: Vec<String> = cells.into_iter().take(self.header.len()).map(Into::into).collect();
        row.resize(self.header.len(), String::new());
        self.rows.push(row);
        self
    }

    /// Aligns the first `columns` to the left (names) instead of to the right (numbers).
    pub fn align_left(mut self, columns: usize) -> Self {
        self.left = columns;
        self
    }

    /// Sets a sentence below the table, about data that the table does not hold.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Returns the table as HTML without style sheet or script, which a notebook shows even when it is not trusted.
    pub fn to_html(&self) -> String {
        let columns = Shown::of(self.header.len(), MOST_COLUMNS);
        let line = |tag: &str, cells: &[String]| -> String {
            let cell = |place: Option<usize>| {
                let side = if place.is_some_and(|i| i < self.left) { "left" } else { "right" };
                let text = place.map_or(GAP.to_string(), |i| escape(&cells[i]));
                format!("<{tag} style=\"text-align:{side}\">{text}</{tag}>")
            };
            format!("<tr>{}</tr>", columns.places().map(cell).collect::<String>())
        };
        let gap = vec![GAP.to_string(); self.header.len()];
        let rows = Shown::of(self.rows.len(), MOST_ROWS);
        let body: String =
            rows.places().map(|place| line("td", place.map_or(&gap, |row| &self.rows[row]))).collect();
        let notes: String = self.notes().map(|note| format!("<p>{}</p>", escape(&note))).collect();
        if self.header.is_empty() && !notes.is_empty() {
            return notes;
        }
        format!("<table><thead>{}</thead><tbody>{body}</tbody></table>{notes}", line("th", &self.header))
    }

    /// Returns the sentences below the table.
    fn notes(&self) -> impl Iterator<Item = String> {
        let (rows, columns) = (self.rows.len(), self.header.len());
        let left_out = (rows > MOST_ROWS || columns > MOST_COLUMNS)
            .then(|| format!("{rows} x {columns} cells; {GAP} stands for those that are not shown"));
        left_out.into_iter().chain(self.note.clone())
    }
}

/// The text in place of rows or columns that are left out.
const GAP: &str = "…";

/// The indices that are shown of `n` rows or columns: all, or the first and the last ones.
#[derive(Clone, Copy)]
struct Shown {
    n: usize,
    /// The number shown at each end, with a gap between; `None` if all are shown.
    ends: Option<usize>,
}

impl Shown {
    fn of(n: usize, most: usize) -> Self {
        Self { n, ends: (n > most).then_some(most / 2) }
    }

    /// Returns the indices in order, with `None` for the gap.
    fn places(self) -> impl Iterator<Item = Option<usize>> {
        let ends = self.ends.unwrap_or(self.n);
        let last = if self.ends.is_some() { self.n - ends..self.n } else { 0..0 };
        (0..ends).map(Some).chain(self.ends.map(|_| None)).chain(last.map(Some))
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<_> = Shown::of(self.header.len(), MOST_COLUMNS).places().collect();
        let line = |cells: &Vec<String>| -> Vec<String> {
            columns.iter().map(|place| place.map_or(GAP.to_string(), |i| cells[i].clone())).collect()
        };
        let gap = vec![GAP.to_string(); self.header.len()];
        let rows = Shown::of(self.rows.len(), MOST_ROWS).places();
        let rows = rows.map(|place| line(place.map_or(&gap, |row| &self.rows[row])));
        let lines: Vec<Vec<String>> = std::iter::once(line(&self.header)).chain(rows).collect();
        let width = |i: usize| lines.iter().map(|line| line[i].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns.len()).map(width).collect();
        let left = |i: usize| columns[i].is_some_and(|column| column < self.left);
        let mut texts: Vec<String> = lines
            .iter()
            .map(|line| {
                let cells = line.iter().zip(&widths).enumerate().map(|(i, (text, &width))| {
                    if left(i) { format!("{text:<width$}") } else { format!("{text:>width$}") }
                });
                cells.collect::<Vec<_>>().join("  ").trim_end().to_string()
            })
            .collect();
        if self.header.is_empty() && self.note.is_some() {
            texts.clear();
        }
        texts.extend(self.notes());
        f.write_str(&texts.join("\n"))
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

    #[test]
    fn the_middle_of_a_long_or_wide_table_is_left_out() {
        let numbers = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>();
        let long = (0..1001).fold(Table::new(["n"]), |table, i| table.row([i.to_string()]));
        let text = long.to_string();
        assert_eq!(text.lines().count(), 1 + 500 + 1 + 500 + 1);
        assert!(text.contains("\n 499\n   …\n 501\n"), "{text}");
        assert!(text.ends_with("1001 x 1 cells; … stands for those that are not shown"), "{text}");
        assert_eq!(long.to_html().matches("<tr>").count(), 1 + 500 + 1 + 500);

        let wide = Table::new(numbers(102)).row(numbers(102));
        assert_eq!(wide.to_string().lines().next().map(|line| line.split_whitespace().count()), Some(101));
        assert!(wide.to_string().contains("49  …  52"), "{wide}");
        assert_eq!(wide.to_html().matches("<td").count(), 101);

        let whole = (0..1000).fold(Table::new(numbers(101)), |table, _| table.row(numbers(101)));
        assert!(!whole.to_string().contains('…') && !whole.to_html().contains('…'));
    }

    #[test]
    fn a_note_stands_below_or_alone() {
        let noted = Table::new(["a"]).row(["1"]).note("x < y");
        assert_eq!(noted.to_string(), "a\n1\nx < y");
        assert!(noted.to_html().ends_with("</table><p>x &lt; y</p>"));
        let alone = Table::new([""; 0]).note("too large");
        assert_eq!((alone.to_string(), alone.to_html()), ("too large".into(), "<p>too large</p>".into()));
    }
}
