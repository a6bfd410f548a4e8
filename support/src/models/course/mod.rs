//! The course's five networks, each written twice: as a struct that implements `nn::Module` (PyTorch's
//! subclass) and as `nn::seq()` (PyTorch's `Sequential`). Both forms give the same outputs.
//!
//! | model | network | data and result |
//! | --- | --- | --- |
//! | model_0 | [`CircleModelV0`], [`circle_v0`] | circles; linear, fails |
//! | model_1 | [`CircleModelV1`], [`circle_v1`] | circles; deeper, still linear, still fails |
//! | model_2 | [`LineModel`], [`line`](fn@line) | a straight line |
//! | model_3 | [`CircleModelV2`], [`circle_v2`] | circles; with ReLU, works |
//! | model_4 | [`BlobModel`], [`blob`](fn@blob) | blobs of several classes |

mod blob;
mod circle_v0;
mod circle_v1;
mod circle_v2;
mod line;

pub use blob::{BlobModel, blob};
pub use circle_v0::{CircleModelV0, circle_v0};
pub use circle_v1::{CircleModelV1, circle_v1};
pub use circle_v2::{CircleModelV2, circle_v2};
pub use line::{LineModel, line};
