//! A cache entry: the result of one compilation, as bytes with a checksum.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::cell_key::Key;
use super::dep_info::Inputs;

/// Name and version of the format, at the start of each entry.
const MAGIC: &[u8; 8] = b"cell 01\n";
const CHECKSUM: usize = 32;

/// The result of a compilation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Source as it was compiled: the library's line numbers refer to it.
    pub source: String,
    /// Lines of the source in canonical order.
    pub order: Vec<usize>,
    /// Messages of the compiler in cargo's format.
    pub messages: Vec<Value>,
    /// True if the compilation succeeded.
    pub success: bool,
    /// Files and variables that the compiler read besides the source.
    pub inputs: Inputs,
    /// Time that the compiler took, in milliseconds.
    pub milliseconds: u64,
    /// Library, if one was built.
    #[serde(skip)]
    pub library: Option<Vec<u8>>,
}

/// The part of an entry before the library.
#[derive(Serialize, Deserialize)]
struct Head {
    key: String,
    library: bool,
    entry: Entry,
}

impl Entry {
    /// Encodes the entry as bytes: magic, checksum of all that follows, length of the head, head, compressed library.
    pub fn encode(&self, key: &Key) -> Option<Vec<u8>> {
        let entry = Self { library: None, ..self.clone_head() };
        let head = Head { key: key.name(), library: self.library.is_some(), entry };
        let head = serde_json::to_vec(&head).ok()?;
        let mut body = u32::try_from(head.len()).ok()?.to_le_bytes().to_vec();
        body.extend(head);
        if let Some(library) = &self.library {
            body.extend(lz4::block::compress(library, None, true).ok()?);
        }
        let checksum = Sha256::digest(&body);
        Some([MAGIC.as_slice(), checksum.as_slice(), &body].concat())
    }

    /// Decodes an entry; `None` if it is damaged, of another version, or of another key.
    pub fn decode(bytes: &[u8], key: &Key) -> Option<Self> {
        let (checksum, body) = bytes.strip_prefix(MAGIC)?.split_at_checked(CHECKSUM)?;
        if Sha256::digest(body).as_slice() != checksum {
            return None;
        }
        let (length, rest) = body.split_first_chunk::<4>()?;
        let (head, library) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        let Head { key: found, library: has_library, mut entry } = serde_json::from_slice(head).ok()?;
        if found != key.name() {
            return None;
        }
        if has_library {
            entry.library = Some(lz4::block::decompress(library, None).ok()?);
        }
        Some(entry)
    }

    fn clone_head(&self) -> Self {
        Self {
            source: self.source.clone(),
            order: self.order.clone(),
            messages: self.messages.clone(),
            inputs: self.inputs.clone(),
            library: None,
            ..*self
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Makes an entry with a library of this size.
    pub fn entry(size: usize) -> Entry {
        let library = (0..size).map(|n| u8::try_from(n * n % 251).unwrap()).collect();
        Entry {
            source: "fn f() {}\n".into(),
            order: vec![0],
            messages: vec![serde_json::json!({ "reason": "compiler-message" })],
            success: true,
            inputs: Inputs::default(),
            milliseconds: 123,
            library: Some(library),
        }
    }

    #[test]
    fn an_entry_comes_back_as_it_was() {
        for library in [None, entry(0).library, entry(5000).library] {
            let entry = Entry { library, ..entry(0) };
            let key = Key::of_text("a");
            let bytes = entry.encode(&key).unwrap();
            assert_eq!(Entry::decode(&bytes, &key), Some(entry));
            assert_eq!(Entry::decode(&bytes, &Key::of_text("b")), None);
        }
    }

    #[test]
    fn no_damage_goes_unnoticed() {
        let key = Key::of_text("a");
        let bytes = entry(300).encode(&key).unwrap();
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 0x10;
            assert_eq!(Entry::decode(&other, &key), None, "byte {at} flipped");
            assert_eq!(Entry::decode(&bytes[..at], &key), None, "cut at {at}");
        }
        assert_eq!(Entry::decode(&[bytes.as_slice(), b"x"].concat(), &key), None, "a byte more");
    }
}
