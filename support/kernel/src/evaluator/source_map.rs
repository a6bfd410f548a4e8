//! Maps a place in the source that evcxr generated to a line of the cell.

/// Prefix of places in the cells' source, as the compiler writes it.
const SOURCE: &str = "src/lib.rs:";

/// A line of a cell: its number from 1, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: usize,
    pub text: String,
}

/// Returns the cell's line at `place` (`src/lib.rs:12:5`) of the `generated` source; `None` for a place in another
/// file, or in evcxr's own code.
///
/// evcxr copies a cell line by line and may write something around one; equal lines keep their order.
pub fn in_cell(place: &str, generated: &str, cell: &str) -> Option<Line> {
    let number = number(place)?;
    let lines: Vec<&str> = generated.lines().map(str::trim).collect();
    let here = *lines.get(number.checked_sub(1)?)?;
    // evcxr writes each statement on a line of its own, so it may also be a part of the cell's line.
    let alike = |line: &str| here.contains(line) || (here.len() > 2 && line.contains(here));
    let candidates: Vec<(usize, &str)> =
        cell.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && alike(line.trim())).collect();
    // The longest line is the most specific: `}` is part of many lines.
    let longest = candidates.iter().map(|(_, line)| line.trim().len()).max()?;
    let alike: Vec<&(usize, &str)> =
        candidates.iter().filter(|(_, line)| line.trim().len() == longest).collect();
    let earlier = lines[..number - 1].iter().filter(|line| **line == here).count();
    let (index, text) = **alike.get(earlier).or(alike.last())?;
    Some(Line { number: index + 1, text: text.to_owned() })
}

/// Returns the text at a place in the `generated` source.
pub fn text<'a>(place: &str, generated: &'a str) -> Option<&'a str> {
    let line = generated.lines().nth(number(place)?.checked_sub(1)?)?.trim();
    (!line.is_empty()).then_some(line)
}

fn number(place: &str) -> Option<usize> {
    place.strip_prefix(SOURCE)?.split(':').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: &str =
        "let v = vec![1];\n\nlet i = 7;\nprintln!(\"{}\", v[0]);\nprintln!(\"{}\", v[i]);\nv[0]";
    const GENERATED: &str = "#![allow(x)]\npub extern \"C\" fn run(\nmatch catch_unwind(||{\nlet v = vec![1];\n\n\
                             let i = 7;\nprintln!(\"{}\", v[0]);\nprintln!(\"{}\", v[i]);\n(v[0]\n).evcxr_display();\n}";

    #[test]
    fn a_line_is_found_whatever_evcxr_wrote_around_it() {
        let line = |number| in_cell(&format!("src/lib.rs:{number}:5"), GENERATED, CELL);
        assert_eq!(line(8), Some(Line { number: 5, text: "println!(\"{}\", v[i]);".into() }));
        assert_eq!(line(9).map(|line| line.number), Some(6));
        assert_eq!(line(2), None);
        assert_eq!(line(99), None);
        assert_eq!(in_cell("/crates/tch/src/lib.rs:8:5", GENERATED, CELL), None);
    }

    #[test]
    fn statements_may_share_a_line() {
        let cell = "let a = 1;\nlet s = f(); let n = g(s)?;";
        let generated = "let a = 1;\nlet s = f();\nlet n = g(s)?;\nOk(())";
        assert_eq!(in_cell("src/lib.rs:3:9", generated, cell).map(|line| line.number), Some(2));
    }

    #[test]
    fn equal_lines_keep_their_order() {
        let cell = "f(1)?;\ng();\nf(1)?;";
        let generated = format!("mod x {{}}\n{cell}\nOk(())");
        let line =
            |number: usize| in_cell(&format!("src/lib.rs:{number}:1"), &generated, cell).unwrap().number;
        assert_eq!((line(2), line(3), line(4)), (1, 2, 3));
    }
}
