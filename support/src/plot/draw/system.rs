//! The fonts of the computer, for letters missing in the crate's own font. The fonts are searched once, when the
//! first such letter is drawn, and never for a figure without one.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};

/// Limits of the search: more files, deeper folders and larger tables are no usual collection of fonts.
const MOST_FILES: usize = 10_000;
const DEEPEST: usize = 8;
const LARGEST_TABLE: u64 = 16 << 20;
const LARGEST_FILE: u64 = 256 << 20;

/// A font file, or the first font of a collection.
#[derive(Debug)]
pub(super) struct Face {
    path: PathBuf,
    /// The characters of the font, in rising runs.
    has: Vec<(u32, u32)>,
    /// The bytes of the file, read when a letter of the font is drawn.
    bytes: OnceLock<Vec<u8>>,
}

/// A collection of fonts.
#[derive(Debug, Default)]
pub(super) struct Library {
    /// The order of search for regular and for bold letters: fonts that go best with the crate's first.
    faces: [Vec<usize>; 2],
    all: Vec<Face>,
    found: Mutex<HashMap<(char, bool), Found>>,
}

/// The index of a font, and a letter of that font; `None` if no font has the letter.
type Found = Option<(usize, GlyphId)>;

/// The fonts of this computer.
static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::of(&folders()));

/// Returns the font of the computer that has a letter, and the letter's number in the font.
pub(super) fn find(c: char, bold: bool) -> Option<(&'static Face, GlyphId)> {
    LIBRARY.find(c, bold)
}

impl Library {
    /// Returns the fonts in some folders and those within.
    pub(super) fn of(folders: &[PathBuf]) -> Self {
        let mut paths = Vec::new();
        folders.iter().for_each(|folder| list(folder, 0, &mut paths));
        paths.sort();
        paths.dedup();
        let face = |path: PathBuf| {
            let has = characters(&path).filter(|has| !has.is_empty())?;
            Some(Face { path, has, bytes: OnceLock::new() })
        };
        let all: Vec<Face> = paths.into_iter().filter_map(face).collect();
        let sorted = |bold| {
            let mut order: Vec<usize> = (0..all.len()).collect();
            // A stable sort: of equally good fonts the first by path.
            order.sort_by_key(|&i| oddness(&all[i].path, bold));
            order
        };
        Self { faces: [false, true].map(sorted), all, found: Mutex::default() }
    }

    /// Returns the best font that draws something for a letter.
    pub(super) fn find(&self, c: char, bold: bool) -> Option<(&Face, GlyphId)> {
        let mut known = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let found = *known.entry((c, bold)).or_insert_with(|| {
            let order = self.faces[usize::from(bold)].iter();
            order.copied().find_map(|i| self.all[i].glyph(c).map(|glyph| (i, glyph)))
        });
        found.map(|(i, glyph)| (&self.all[i], glyph))
    }
}

impl Face {
    /// Returns the number of a letter that can be drawn as an outline.
    fn glyph(&self, c: char) -> Option<GlyphId> {
        let place = self.has.partition_point(|run| run.1 < c as u32);
        self.has.get(place).filter(|run| run.0 <= c as u32)?;
        let font = self.font()?;
        let glyph = font.charmap().map(c).filter(|glyph| glyph.to_u32() != 0)?;
        // Fonts of coloured pictures have empty outlines.
        let mut ink = Ink(false);
        self.draw(glyph, 16.0, &mut ink);
        ink.0.then_some(glyph)
    }

    fn font(&self) -> Option<FontRef<'_>> {
        let bytes = self.bytes.get_or_init(|| {
            let small = std::fs::metadata(&self.path).is_ok_and(|data| data.len() <= LARGEST_FILE);
            if small { std::fs::read(&self.path).unwrap_or_default() } else { Vec::new() }
        });
        FontRef::from_index(bytes, 0).ok()
    }

    /// Returns the distance to the next letter, in ems.
    pub(super) fn advance(&self, glyph: GlyphId) -> Option<f64> {
        let font = self.font()?;
        font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(glyph).map(f64::from)
    }

    /// Draws a letter.
    pub(super) fn draw(&self, glyph: GlyphId, size: f32, pen: &mut impl OutlinePen) {
        let outline = self.font().and_then(|font| font.outline_glyphs().get(glyph));
        if let Some(outline) = outline {
            let settings = DrawSettings::unhinted(Size::new(size), LocationRef::default());
            // An outline that cannot be read is left out.
            let _ = outline.draw(settings, pen);
        }
    }
}

/// A pen that records whether anything is drawn.
struct Ink(bool);

impl OutlinePen for Ink {
    fn move_to(&mut self, _: f32, _: f32) {}

    fn line_to(&mut self, _: f32, _: f32) {
        self.0 = true;
    }

    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {
        self.0 = true;
    }

    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {
        self.0 = true;
    }

    fn close(&mut self) {}
}

/// Returns the folders in which Linux, macOS, Windows and conda keep fonts.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = [
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/run/current-system/sw/share/X11/fonts",
        "/System/Library/Fonts",
        "/Library/Fonts",
    ]
    .map(PathBuf::from)
    .to_vec();
    let of = [
        ("HOME", ".local/share/fonts"),
        ("HOME", ".fonts"),
        ("HOME", "Library/Fonts"),
        ("XDG_DATA_HOME", "fonts"),
        ("CONDA_PREFIX", "fonts"),
        ("CONDA_PREFIX", "share/fonts"),
        ("SYSTEMROOT", "Fonts"),
        ("LOCALAPPDATA", "Microsoft/Windows/Fonts"),
    ];
    let named = of.into_iter().filter_map(|(name, folder)| {
        std::env::var_os(name).filter(|base| !base.is_empty()).map(|base| Path::new(&base).join(folder))
    });
    folders.extend(named);
    folders
}

/// Adds the font files of a folder and of those within.
fn list(folder: &Path, depth: usize, to: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if to.len() >= MOST_FILES {
            return;
        }
        let ending = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        if matches!(ending.as_deref(), Some("ttf" | "otf" | "ttc" | "otc")) {
            to.push(path);
        } else if depth < DEEPEST && path.is_dir() {
            list(&path, depth + 1, to);
        }
    }
}

/// Returns how badly a font goes with upright letters without serifs, judged by the file's name: all that is known
/// without reading every file.
fn oddness(path: &Path, bold: bool) -> u32 {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
    let odd = [
        ("lastresort", 100),
        ("italic", 8),
        ("oblique", 8),
        ("condensed", 4),
        ("mono", 3),
        ("math", 3),
        ("serif", 2),
        ("naskh", 1),
        ("light", 2),
        ("thin", 2),
        ("black", 2),
        ("extra", 2),
    ];
    let all: u32 = odd.iter().filter(|(word, _)| name.contains(word)).map(|(_, weight)| weight).sum();
    // DejaVu and Droid name fonts without serifs `Sans`.
    all + u32::from(!name.contains("sans")) + u32::from(name.contains("bold") != bold)
}

/// Returns the characters of a font with outlines, from the font's tables alone: of a large file little is read.
fn characters(path: &Path) -> Option<Vec<(u32, u32)>> {
    let mut file = File::open(path).ok()?;
    let mut read = |at: u64, n: u64| -> Option<Vec<u8>> {
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut bytes = Vec::new();
        (&mut file).take(n.min(LARGEST_TABLE)).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 == n).then_some(bytes)
    };
    let number = |bytes: &[u8]| bytes.iter().fold(0u64, |n, &byte| n << 8 | u64::from(byte));
    let start = match &read(0, 16)?[..] {
        head @ [b't', b't', b'c', b'f', ..] => number(&head[12..]),
        _ => 0,
    };
    let head = read(start, 12)?;
    let records = read(start + 12, 16 * number(&head[4..6]))?;
    let table = |tag: &[u8]| records.chunks_exact(16).find(|record| &record[..4] == tag);
    table(b"glyf").or_else(|| table(b"CFF ")).or_else(|| table(b"CFF2"))?;
    let record = table(b"cmap")?;
    let map = read(number(&record[8..12]), number(&record[12..]))?;
    // A font of this one table, for skrifa to read.
    let mut font = head[..4].to_vec();
    font.extend([0, 1, 0, 16, 0, 0, 0, 0]);
    font.extend(b"cmap\0\0\0\0\0\0\0\x1c");
    font.extend(&record[12..]);
    font.extend(map);
    let mut all: Vec<u32> = FontRef::new(&font).ok()?.charmap().mappings().map(|(c, _)| c).collect();
    all.sort_unstable();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for c in all {
        match runs.last_mut() {
            Some((_, last)) if c <= last.saturating_add(1) => *last = c,
            _ => runs.push((c, c)),
        }
    }
    Some(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_are_found_by_their_letters_and_by_nothing_else() {
        let assets = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/assets"));
        let library = Library::of(&[assets.clone(), assets, PathBuf::from("/no/such/folder")]);
        assert_eq!(library.all.len(), 2, "{:?}", library.all);
        for (bold, name) in [(false, "Inter-Regular.otf"), (true, "Inter-SemiBold.otf")] {
            let (face, glyph) = library.find('a', bold).unwrap();
            assert!(face.path.ends_with(name), "{face:?}");
            assert!((0.3..0.9).contains(&face.advance(glyph).unwrap()));
        }
        assert!(library.find('模', false).is_none() && library.find(' ', false).is_none());
        assert!(Library::of(&[]).find('a', false).is_none());
    }

    #[test]
    fn broken_files_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let good = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/Inter-Regular.otf")).unwrap();
        std::fs::write(folder.path().join("empty.ttf"), "").unwrap();
        std::fs::write(folder.path().join("text.ttc"), "ttcf, but nothing else of a collection").unwrap();
        std::fs::write(folder.path().join("noise.otf"), [0xff; 5000]).unwrap();
        for cut in [13, 40, 300, good.len() / 2] {
            std::fs::write(folder.path().join(format!("cut-{cut}.otf")), &good[..cut]).unwrap();
        }
        let library = Library::of(&[folder.path().to_path_buf()]);
        for c in ['a', '模', '\u{10ffff}', '\0'] {
            library.find(c, false);
        }
        std::fs::write(folder.path().join("good.otf"), good).unwrap();
        assert!(Library::of(&[folder.path().to_path_buf()]).find('a', true).is_some());
    }
}
