//! The history of the cells that were run, for clients that request it.

use jupyter_protocol::HistoryRequest;
use serde_json::{Value, json};

/// Number of this session, the only one that is kept.
const SESSION: u32 = 1;

/// A history with one entry per cell.
#[derive(Debug, Default)]
pub struct History {
    cells: Vec<(u32, String)>,
}

impl History {
    /// Adds a cell.
    pub fn push(&mut self, number: u32, code: &str) {
        self.cells.push((number, code.to_owned()));
    }

    /// Returns the content of a `history_reply`.
    pub fn answer(&self, request: &HistoryRequest) -> Value {
        let all = self.cells.iter();
        let (found, output): (Vec<&(u32, String)>, bool) = match request {
            HistoryRequest::Tail { n, output, .. } => (last(all.collect(), *n), *output),
            HistoryRequest::Range { session, start, stop, output, .. } => {
                let ours = session.is_none_or(|session| session == 0 || session == SESSION as i32);
                let within = |number: u32| number as i32 >= *start && (*stop <= 0 || (number as i32) < *stop);
                (all.filter(|(number, _)| ours && within(*number)).collect(), *output)
            }
            HistoryRequest::Search { pattern, unique, output, n, .. } => {
                let mut found: Vec<&(u32, String)> = all.filter(|(_, code)| matches(pattern, code)).collect();
                if *unique {
                    let mut seen = std::collections::HashSet::new();
                    found.reverse();
                    found.retain(|(_, code)| seen.insert(code.clone()));
                    found.reverse();
                }
                (last(found, *n), *output)
            }
        };
        let entries = found.into_iter().map(|(number, code)| match output {
            // Outputs are not kept.
            true => json!([SESSION, number, [code, null]]),
            false => json!([SESSION, number, code]),
        });
        json!({ "status": "ok", "history": entries.collect::<Vec<_>>() })
    }
}

fn last<T>(mut all: Vec<T>, n: i32) -> Vec<T> {
    match usize::try_from(n) {
        Ok(n) if n > 0 => all.split_off(all.len().saturating_sub(n)),
        _ => all,
    }
}

/// Checks whether a text matches a pattern with `*` for any run and `?` for any one character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // Place of the last `*` and of the text it was tried at: to return there is enough.
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, tried)) => {
                    star = Some((at, tried + 1));
                    (p, t) = (at + 1, tried + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(answer: &Value) -> Vec<&str> {
        answer["history"].as_array().unwrap().iter().map(|entry| entry[2].as_str().unwrap()).collect()
    }

    #[test]
    fn tail_range_and_search_find_their_cells() {
        let mut history = History::default();
        for (number, code) in [(1, "let a = 1;"), (2, "a + 1"), (3, "let b = 2;"), (4, "a + 1")] {
            history.push(number, code);
        }
        let tail = HistoryRequest::Tail { n: 2, output: false, raw: true };
        assert_eq!(codes(&history.answer(&tail)), ["let b = 2;", "a + 1"]);
        let range = HistoryRequest::Range { session: None, start: 2, stop: 4, output: false, raw: true };
        assert_eq!(codes(&history.answer(&range)), ["a + 1", "let b = 2;"]);
        let search =
            |unique| HistoryRequest::Search { pattern: "a*".into(), unique, output: false, raw: true, n: 10 };
        assert_eq!(codes(&history.answer(&search(false))).len(), 2);
        assert_eq!(codes(&history.answer(&search(true))), ["a + 1"]);
        let with_output = HistoryRequest::Tail { n: 1, output: true, raw: true };
        assert_eq!(history.answer(&with_output)["history"][0][2][0], "a + 1");
    }

    #[test]
    fn patterns_are_globs() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("le? *;", "let a = 1;", true),
            ("let*1*", "let a = 1;", true),
            ("a", "ab", false),
            ("*b", "ab", true),
            ("*b", "abc", false),
            ("a*b*c", "a1b2b3c", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
