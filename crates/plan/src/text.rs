//! The canonical text of a plan, both directions.
//!
//! ```text
//! plan     := [ "stored" "|" ] [ "frame(" integer ")" "|" ] { step "|" } output
//!             what is default may be missing, but not everything: the empty plan is "auto"
//! step     := "resize(" size { "," fill } ")"
//!           | "crop(" size { "," cut } ")"
//!           | "pad(" size { "," canvas } ")"
//!           | "extend(" integer "," integer "," integer "," integer "," ( color | edge ) ")"
//!           | "rotate(" number [ "," paint ] ")"
//!           | "flip-horizontal" | "flip-vertical" | "background(" paint ")" | "opacity(" number ")"
//!           | "blur(" number ")" | "box-blur" | "sharpen" [ "(" number ")" ] | "sharpen-lab(" number ")"
//!           | "unsharp(" number "," number "," number "," number ")" | "median(" integer ")"
//!           | "convolve(" integer 1 * ( "," number ) ")"                    width, weights row by row
//!           | "negate" | "linear(" number "," number ")" | "gamma(" number ")" | "threshold(" integer ")"
//!           | "modulate(" number "," number "," number ")" | "tint(" color ")"   lightness, chroma, hue
//!           | "recombine(" number 8 * ( "," number ) ")"
//!           | "stretch-lightness" | "equalize(" integer "," integer "," integer ")"   width, height, slope
//!           | "grayscale" | "stretch-contrast" | "trim(" number "%)" | "trim(" integer ")"
//!           | "border(" length "," color ")"
//!           | "round(max)" | "round(" number [ "," number "," number "," number ] ")"
//!           | "shadow(" number "," number "," number "," number ")"          blur, strength, x, y
//!           | "gradient(" number "," color "," color "," length ")"         degrees, from, to, stop
//!           | "colorize(" color "," number ")" | "replace-color(" color "," number [ "," color ] ")"
//!           | "arc(" number ")" | "perspective(" number 7 * ( "," number ) ")"    x, y of four corners
//!           | "layer(" content { "," placing } { "|" step } ")"              nested at most 3 deep
//!           | "if(" condition "?" [ steps ] [ ":" steps ] ")"                nested at most 3 deep
//! steps    := step { "|" step }
//! content  := "picture(" file [ "," "frame=" integer ] [ "," "stored" ] ")"
//!           | "text(" string "," length "," color { "," style } ")"          size of an em
//!           | "area(" size "," color ")"
//! style    := "font=" string | "font-file=" file | "bold" | "italic" | "strike" | "left" | "right"
//!           | "wrap=" length | "line-height=" length | "background=" color
//!           | "padding=" length [ ":" length ":" length ":" length ]         top, right, bottom, left
//! file     := string | "sha256:" 64 hex digits
//! placing  := ( "x=" | "y=" ) place | "below" | "tiled" | blend
//! blend    := "multiply" | "displace" | "cutout" | "cutter" | "source" | "in" | "out" | "atop" | "xor" | "add"
//!           | "saturate" | "screen" | "overlay" | "darken" | "lighten" | "color-dodge" | "color-burn"
//!           | "hard-light" | "soft-light" | "difference" | "exclusion"
//! place    := side | ( "start" | "middle" ) "(" length [ "," side ] ")" | "end(" length ")" | "at(" length ")"
//! side     := "start" | "middle" | "end"
//! condition := group { "," group }                                           any of them
//! group    := test { "&" test }                                              all of them
//! test     := variable ( "==" | "!=" | ">" | ">=" | "<" | "<=" ) number
//! size     := [ length ] "x" [ length ]
//! box      := "ratio=" ( number | "{" expr "}" ) | "dpr=" length
//! fill     := box | fit | "no-enlarge" | anchor | kernel | "srgb" | "truncate" | paint
//! cut      := box | anchor | "at=" length ":" length | "center=" [ length ] ":" [ length ] | "reject"
//! canvas   := box | anchor | "shrink" | paint
//! paint    := color | "dominant" | "dominant-gradient(" ( "2" | "4" ) ")"
//!           | "blurred" [ "(" ( "auto" | integer ) [ "," number ] ")" ]     intensity, brightness
//! fit      := "cover" | "contain" | "fill" | "inside" | "outside"
//! anchor   := "center" | "top" | "bottom" | "left" | "right" | "top-left" | "top-right" | "bottom-left"
//!           | "bottom-right" | "start" | "end" | "custom" | "attention"
//!           | "focus(" integer "," integer "," integer "," integer ")"       x, y, width, height
//! kernel   := "nearest" | "cubic" | "mitchell" | "lanczos2" | "lanczos3"
//! edge     := "replicate" | "reflect" | "wrap"
//! output   := ( "auto" | "source" | format ) [ "(" option { "," option } ")" ]
//! option   := "q" integer | "keep-format" | "progressive" | "baseline" | "lossless" | "palette" | "keep-samples"
//!           | "half-chroma" | "keep-metadata" | "keep-orientation" | "keep-profile" | "density=" ( integer | "{" expr "}" ) | color
//! length   := number | "f" number | "t" integer | "{" expr "}"
//!             pixels, part of the step's input, thousandths of it, computed
//! expr     := operand [ ( "+" | "-" | "*" | "/" | "%" | "^" ) operand ]
//! operand  := number | variable | "(" expr ")"           nested at most 64 deep
//! variable := "iw" | "ih" | "iar" | "cw" | "ch" | "car" | "bw" | "bh" | "bar" | "idn"
//! color    := "#" 6 or 8 hex digits, red green blue alpha
//! number   := [ "-" ] digits [ "." digits ] [ "e" [ "-" ] digits ]          finite
//! string   := '"' { character | "\"" | "\\" | "\n" | "\u{" hex digits "}" } '"'
//! ```
//!
//! | Text | Meaning |
//! | --- | --- |
//! | `resize(300x200,cover,left)` | fill 300 x 200, keep the left |
//! | `resize(300x)` | 300 wide, height by ratio |
//! | `resize({iw/2}x,dpr=2)` | half of the original's width, doubled |
//! | `crop(t88xt55,at=t22:t20)\|resize(224x224,cover)` | a PhotoPrism crop area as a tile |
//! | `layer(picture("/logo.png"),x=end(10),y=end(10)\|resize(100x))` | a logo in the corner |
//! | `layer(text("Hi",45,#000000,bold))` | a text in the middle |
//! | `if(car>1?resize(200x):resize(100x))` | landscapes larger than portraits |
//! | `stored\|resize(640x640,inside,truncate)\|source(q85,keep-orientation)` | a SAMS rendition |
//!
//! Printing leaves out defaults and writes numbers as short as they can be read back exactly; colours
//! are lower case, six digits where they are opaque. The one exception is a fit: it stands wherever a
//! box is given, because it is the first thing that a reader asks. Reading also takes defaults that are
//! spelled out and options in any order; of options that contradict each other the last one counts.
//!
//! Control characters in strings are escaped, and those that turn or hide text, so that a plan is one line that reads as
//! it means; everything else may be escaped as `\u{..}` too.
//!
//! Deliberately rejected: blanks outside of strings, upper case, a plus sign, infinities, an expression without its
//! parentheses (there is no precedence to remember), and text over 64 KiB.
//!
//! To add a word: the variant and its word in `text/words.rs`. To add a step: a line in
//! `text/print.rs`, a line in `text/parse.rs`, a line in the grammar above.

mod explain;
mod number;
mod parse;
mod print;
mod scanner;
mod words;

/// Bytes of text that are read as one plan; longer is an error. No dialect's URL comes near.
pub(crate) const MAX_LENGTH: usize = 64 * 1024;
