//! Joined Arabic letters: Unicode has a character for each form of a letter beside others, and fonts have them.

/// First letter, its first form, and the number of forms of each letter from there on: isolated, final and, if the
/// letter is joined to the next one, initial and medial.
const LETTERS: [(char, char, &[u8]); 8] = [
    ('ء', '\u{fe80}', &[1, 2, 2, 2, 2, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4]),
    ('ف', '\u{fed1}', &[4, 4, 4, 4, 4, 4, 4, 2, 2, 4]),
    ('پ', '\u{fb56}', &[4]),
    ('چ', '\u{fb7a}', &[4]),
    ('ژ', '\u{fb8a}', &[2]),
    ('ک', '\u{fb8e}', &[4]),
    ('گ', '\u{fb92}', &[4]),
    ('ی', '\u{fbfc}', &[4]),
];
/// Letters that become one letter with a lam before them, and the first form of that letter.
const AFTER_LAM: [(char, char); 4] =
    [('آ', '\u{fef5}'), ('أ', '\u{fef7}'), ('إ', '\u{fef9}'), ('ا', '\u{fefb}')];
/// A line that joins the letters on both sides.
const STROKE: char = 'ـ';

/// Returns a letter's first form and its number of forms.
fn forms(c: char) -> Option<(u32, u8)> {
    LETTERS.iter().find_map(|&(first, form, counts)| {
        let place = (c as u32).checked_sub(first as u32)? as usize;
        let count = *counts.get(place)?;
        Some((form as u32 + counts[..place].iter().map(|&n| u32::from(n)).sum::<u32>(), count))
    })
}

/// Returns whether a letter is joined to the next one, if the next one can be joined to the letter before.
fn reaches_on(c: char) -> bool {
    c == STROKE || forms(c).is_some_and(|(_, count)| count == 4)
}

fn reaches_back(c: char) -> bool {
    c == STROKE || forms(c).is_some_and(|(_, count)| count > 1)
}

/// Returns the letters in the forms they have beside each other; `is_mark` tells marks, which do not part letters.
pub(super) fn joined(letters: &[char], is_mark: impl Fn(char) -> bool) -> Vec<char> {
    let mut out = Vec::with_capacity(letters.len());
    let mut i = 0;
    while i < letters.len() {
        let c = letters[i];
        let before = letters[..i].iter().rev().find(|c| !is_mark(**c));
        let after = letters[i + 1..].iter().find(|c| !is_mark(**c));
        let back = before.is_some_and(|&b| reaches_on(b)) && reaches_back(c);
        let on = after.is_some_and(|&a| reaches_back(a)) && reaches_on(c);
        let pair = letters.get(i + 1).and_then(|next| AFTER_LAM.iter().find(|(alef, _)| alef == next));
        let form = |first: u32, n: u32| char::from_u32(first + n).unwrap_or(c);
        match (forms(c), pair) {
            (_, Some((_, both))) if c == 'ل' => {
                out.push(form(*both as u32, u32::from(back)));
                i += 1;
            }
            (Some((first, _)), _) => out.push(form(first, u32::from(back) + 2 * u32::from(on))),
            (None, _) => out.push(c),
        }
        i += 1;
    }
    out
}

/// Returns the letter of which a character is a form.
pub(super) fn letter(form: char) -> Option<char> {
    LETTERS.iter().find_map(|&(first, start, counts)| {
        let mut rest = (form as u32).checked_sub(start as u32)?;
        for (place, &count) in counts.iter().enumerate() {
            if rest < u32::from(count) {
                return char::from_u32(first as u32 + place as u32);
            }
            rest -= u32::from(count);
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<u32> {
        let letters: Vec<char> = text.chars().collect();
        joined(&letters, |c| c == '\u{64e}').into_iter().map(u32::from).collect()
    }

    #[test]
    fn letters_take_the_forms_unicode_names() {
        // Meem initial, reh final, hah initial, beh medial, alef final.
        assert_eq!(codes("مرحبا"), [0xfee3, 0xfeae, 0xfea3, 0xfe92, 0xfe8e]);
        // Yeh, ghain and the last of each row.
        assert_eq!(codes("ي"), [0xfef1]);
        assert_eq!(codes("غ"), [0xfecd]);
        assert_eq!(codes("هي"), [0xfeeb, 0xfef2]);
        // Lam and alef are one letter; a mark does not part letters; Persian letters are joined too.
        assert_eq!(codes("سلام"), [0xfeb3, 0xfefc, 0xfee1]);
        assert_eq!(codes("ب\u{64e}ب"), [0xfe91, 0x64e, 0xfe90]);
        assert_eq!(codes("گپ"), [0xfb94, 0xfb57]);
        assert_eq!(codes("a ב"), ['a', ' ', 'ב'].map(u32::from));
    }

    #[test]
    fn each_form_knows_its_letter() {
        for c in "ءآبتمنهويپچژکگی".chars() {
            let (first, count) = forms(c).unwrap();
            for n in 0..u32::from(count) {
                assert_eq!(letter(char::from_u32(first + n).unwrap()), Some(c));
            }
        }
        assert_eq!((letter('a'), letter('\u{fefb}')), (None, None));
    }
}
