//! Frames between the kernel and the runner, the process that runs cells: a kind and some fields. The runner gets its
//! end of the socket as standard input and moves it to a descriptor that no child inherits.
//!
//! ```text
//! 1 byte   kind
//! 4 bytes  length of the rest, little endian
//! …        fields, each preceded by its length in 4 bytes
//! ```

use std::io::{self, Read, Write};

/// Name under which every compiled cell exports its function.
pub const CELL_FUNCTION: &str = "run_user_code";

/// Field of a [`Kind::Missing`] frame for a variable whose type was redefined.
pub const REDEFINED: &str = "redefined";

/// Maximum number of bytes of a frame, far above a panic's text or an answer.
const LIMIT: usize = 64 << 20;

/// The kind of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// To the runner: load a library (field 0: its path) and call its cell function.
    Run = 1,
    /// To the runner: the kernel has handled the frame that a cell sent; the cell may go on.
    Taken = 2,
    /// To the runner: an answer to [`Kind::Input`] (field 0: [`Answer`] as a byte, field 1: the text).
    Answer = 3,
    /// From the runner: the cell ended.
    Ended = 10,
    /// From the runner: the library could not be loaded (field 0: the reason).
    NotLoaded = 11,
    /// From the runner: the cell reads standard input.
    Input = 12,
    /// From a cell: a panic was caught.
    Panic = 20,
    /// From a cell: an error ended the cell by `?` (fields: the error's type, place and text).
    Error = 21,
    /// From a cell: a variable is not in the store under its type (field 0: its name, field 1: [`REDEFINED`] if it is
    /// there under another one).
    Missing = 22,
}

/// The result of a question to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Answer {
    /// The user's text follows.
    Text = 0,
    /// The front end does not allow input.
    Unavailable = 1,
    /// The cell was interrupted.
    Cancelled = 2,
}

impl Kind {
    /// Returns the kind with this number.
    pub fn of(number: u8) -> Option<Self> {
        use Kind::{Answer, Ended, Error, Input, Missing, NotLoaded, Panic, Run, Taken};
        [Run, Taken, Answer, Ended, NotLoaded, Input, Panic, Error, Missing]
            .into_iter()
            .find(|kind| *kind as u8 == number)
    }
}

/// A message between the kernel and the runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Kind of the frame.
    pub kind: Kind,
    /// Fields, in the order that the kind defines.
    pub fields: Vec<Vec<u8>>,
}

impl Frame {
    /// Makes a frame with these fields.
    pub fn new<const N: usize>(kind: Kind, fields: [&[u8]; N]) -> Self {
        Self { kind, fields: fields.into_iter().map(<[u8]>::to_vec).collect() }
    }

    /// Returns field `index` as text; empty if there is none.
    pub fn text(&self, index: usize) -> String {
        self.fields.get(index).map(|field| String::from_utf8_lossy(field).into_owned()).unwrap_or_default()
    }

    /// Writes the frame in one call, so that frames of several threads do not mix.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let mut body = Vec::new();
        for field in &self.fields {
            body.extend_from_slice(&length(field.len())?);
            body.extend_from_slice(field);
        }
        let mut bytes = vec![self.kind as u8];
        bytes.extend_from_slice(&length(body.len())?);
        bytes.extend_from_slice(&body);
        to.write_all(&bytes)?;
        to.flush()
    }

    /// Reads the next frame; fails if the other side has closed the socket.
    pub fn read(from: &mut impl Read) -> io::Result<Self> {
        let mut head = [0; 5];
        from.read_exact(&mut head)?;
        let kind = Kind::of(head[0]).ok_or_else(|| invalid("unknown kind of frame"))?;
        let mut body = vec![0; size(&head[1..])?];
        from.read_exact(&mut body)?;
        let (mut fields, mut rest) = (Vec::new(), body.as_slice());
        while let Some((head, after)) = rest.split_first_chunk::<4>() {
            let length = size(head)?;
            let (field, after) = after.split_at_checked(length).ok_or_else(|| invalid("cut field"))?;
            fields.push(field.to_vec());
            rest = after;
        }
        Ok(Self { kind, fields })
    }
}

fn length(length: usize) -> io::Result<[u8; 4]> {
    match u32::try_from(length) {
        Ok(short) if length <= LIMIT => Ok(short.to_le_bytes()),
        _ => Err(invalid("frame too long")),
    }
}

fn size(bytes: &[u8]) -> io::Result<usize> {
    let bytes = bytes.try_into().map_err(|_| invalid("cut length"))?;
    let size = u32::from_le_bytes(bytes) as usize;
    if size > LIMIT { Err(invalid("frame too long")) } else { Ok(size) }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_arrive_as_they_were_sent() -> io::Result<()> {
        let frames = [
            Frame::new(Kind::Run, [b"/a path/with\nanything".as_slice()]),
            Frame::new(Kind::Ended, []),
            Frame::new(Kind::Answer, [&[0], "größe".as_bytes()]),
            Frame::new(Kind::Error, [b"".as_slice(), b"", b"EVCXR_END_CONTENT\n"]),
        ];
        let mut bytes = Vec::new();
        frames.iter().try_for_each(|frame| frame.write(&mut bytes))?;
        let mut read = bytes.as_slice();
        for frame in &frames {
            assert_eq!(&Frame::read(&mut read)?, frame);
        }
        assert!(Frame::read(&mut read).is_err(), "the end of the stream is no frame");
        Ok(())
    }

    #[test]
    fn nonsense_is_an_error() {
        for bytes in [&[0u8; 9][..], &[1, 255, 255, 255, 255], &[1, 5, 0, 0, 0, 9, 0, 0, 0, 1], &[10, 1]] {
            assert!(Frame::read(&mut &*bytes).is_err(), "{bytes:?}");
        }
    }
}
