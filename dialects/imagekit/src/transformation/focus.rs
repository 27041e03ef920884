//! `fo`: which part of a picture survives a crop, or where it sits in its padding.

use plan::Anchor;

/// Never an error: names of objects, and values that nobody knows, mean the centre, because nothing was detected.
pub(crate) fn parse(text: &str) -> Anchor {
    match text {
        "top" => Anchor::Top,
        "bottom" => Anchor::Bottom,
        "left" => Anchor::Left,
        "right" => Anchor::Right,
        "top_left" => Anchor::TopLeft,
        "top_right" => Anchor::TopRight,
        "bottom_left" => Anchor::BottomLeft,
        "bottom_right" => Anchor::BottomRight,
        // No face is found without a detector, and then `face` means `auto`.
        "auto" | "face" => Anchor::Attention,
        "custom" | "auto-custom_override" => Anchor::Custom,
        _ => Anchor::Center,
    }
}

/// The place of a picture in its padding. Crops look for what matters, padding has nothing to find.
pub(crate) fn in_padding(anchor: Anchor) -> Anchor {
    match anchor {
        Anchor::Attention | Anchor::Custom | Anchor::Focus(_) => Anchor::Center,
        place => place,
    }
}
