//! Metadata of image messages: alternative text and size.

use serde_json::{Map, Value, json};

use crate::supervisor::event::Data;

/// Returns the metadata of a bundle. An image's plain text is its alternative text for people who cannot see it; a PNG
/// beside an SVG is the same image, perhaps with more pixels, and gets the SVG's size.
pub fn metadata(data: &Data) -> Value {
    let text = |mime: &str| data.get(mime).and_then(Value::as_str);
    let size = text("image/svg+xml").and_then(size);
    let mut metadata = Map::new();
    for mime in ["image/png", "image/svg+xml"].into_iter().filter(|mime| data.contains_key(*mime)) {
        let mut about = Map::new();
        if let Some(alt) = text("text/plain") {
            about.insert("alt".to_owned(), json!(alt));
        }
        if let (Some((width, height)), "image/png") = (size, mime) {
            about.insert("height".to_owned(), json!(height));
            about.insert("width".to_owned(), json!(width));
        }
        if !about.is_empty() {
            metadata.insert(mime.to_owned(), Value::Object(about));
        }
    }
    Value::Object(metadata)
}

/// Returns the size of an SVG in pixels, from its attributes.
fn size(svg: &str) -> Option<(u32, u32)> {
    let tag = svg.get(svg.find("<svg")?..)?;
    let tag = tag.split('>').next()?;
    let side = |name: &str| {
        let value = tag.split_once(&format!(" {name}=\""))?.1;
        value.split('"').next()?.trim_end_matches("px").parse::<u32>().ok().filter(|pixels| *pixels > 0)
    };
    Some((side("width")?, side("height")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(pairs: &[(&str, &str)]) -> Data {
        pairs.iter().map(|(mime, content)| ((*mime).to_owned(), json!(content))).collect()
    }

    #[test]
    fn a_picture_has_a_text_and_a_size() {
        let svg = "<?xml version=\"1.0\"?><svg viewBox=\"0 0 9 9\" width=\"900\" height=\"458px\"><rect width=\"1\"/>";
        let bundle = data(&[("text/plain", "A ring."), ("image/png", "iVBO"), ("image/svg+xml", svg)]);
        let expected = json!({
            "image/png": { "alt": "A ring.", "width": 900, "height": 458 },
            "image/svg+xml": { "alt": "A ring." },
        });
        assert_eq!(metadata(&bundle), expected);
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        assert_eq!(metadata(&data(&[("text/plain", "5")])), json!({}));
        assert_eq!(metadata(&data(&[("image/png", "iVBO")])), json!({}));
        for svg in
            ["", "<svg>", "<svg width=\"50%\" height=\"10\">", "<svg width=\"0\" height=\"1\">", "<svg ‹"]
        {
            let bundle = data(&[("image/svg+xml", svg), ("text/plain", "x")]);
            assert_eq!(metadata(&bundle), json!({ "image/svg+xml": { "alt": "x" } }), "{svg}");
        }
    }
}
