//! The named sizes, and what each means.
//!
//! To add one: a line in [`SIZES`].

use std::num::NonZeroU32;

use plan::{
    Anchor, Color, Crop, CropAt, Enlarge, Fit, Format, Frames, Kernel, Length, Output,
    OutputFormat, Plan, Quality, Resize, Step,
};

use crate::area::Area;

/// A named size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    method: Method,
    /// What the vendor's own page uses it for.
    pub(crate) usage: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    /// Into the box, never larger.
    Fit,
    /// Exactly the box; what this keeps of a picture of another ratio.
    Fill(Anchor),
    /// 3 x 3 pixels that tell the colours.
    Colors,
}

use Method::{Colors, Fill, Fit as Inside};

const CENTER: Method = Fill(Anchor::Center);
const START: Method = Fill(Anchor::Start);
const END: Method = Fill(Anchor::End);

const fn size(
    name: &'static str,
    width: u32,
    height: u32,
    method: Method,
    usage: &'static str,
) -> Size {
    Size { name, width, height, method, usage }
}

const SIZES: [Size; 25] = [
    size("colors", 3, 3, Colors, "Color Detection"),
    size("tile_50", 50, 50, CENTER, "Lists"),
    size("tile_100", 100, 100, CENTER, "Maps"),
    size("tile_224", 224, 224, CENTER, "Mosaic View"),
    size("left_224", 224, 224, START, ""),
    size("right_224", 224, 224, END, ""),
    size("tile_384", 384, 384, CENTER, ""),
    size("left_384", 384, 384, START, ""),
    size("right_384", 384, 384, END, ""),
    size("tile_480", 480, 480, CENTER, ""),
    size("left_480", 480, 480, START, ""),
    size("right_480", 480, 480, END, ""),
    size("tile_500", 500, 500, CENTER, "Cards View"),
    size("tile_1080", 1080, 1080, CENTER, "Instagram"),
    size("fit_720", 720, 720, Inside, "SD TV, Mobile"),
    size("fit_1280", 1280, 1024, Inside, "HD TV, SXGA"),
    size("fit_1600", 1600, 900, Inside, "Social Media"),
    size("fit_1920", 1920, 1200, Inside, "Full HD"),
    size("fit_2048", 2048, 2048, Inside, "DCI 2K, Tablets"),
    size("fit_2560", 2560, 1600, Inside, "Quad HD, Notebooks"),
    size("fit_3840", 3840, 2400, Inside, "4K Ultra HD"),
    size("fit_4096", 4096, 4096, Inside, "DCI 4K, Retina 4K"),
    size("fit_5120", 5120, 5120, Inside, "Retina 5K"),
    size("fit_7680", 7680, 4320, Inside, "8K Ultra HD 2"),
    size("fit_15360", 15_360, 8640, Inside, "16K Ultra HD"),
];

/// Sizes of cut-outs: a list of their own.
const CROP_SIZES: [(&str, u32); 6] = [
    ("tile_50", 50),
    ("tile_100", 100),
    ("tile_160", 160),
    ("tile_224", 224),
    ("tile_320", 320),
    ("tile_500", 500),
];

impl Size {
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        SIZES.iter().find(|size| size.name == name)
    }

    /// Those that pages choose from for a whole picture.
    pub(crate) fn fits() -> impl Iterator<Item = &'static Self> {
        SIZES.iter().filter(|size| size.method == Inside)
    }

    pub(crate) fn is_png(&self) -> bool {
        self.method == Colors
    }

    /// `limit`: the longest side that is rendered; a larger fit becomes the largest that is allowed.
    pub(crate) fn plan(&self, quality: u8, limit: u32) -> Plan {
        match self.method {
            Colors => Plan {
                steps: vec![Step::Resize(Resize {
                    fit: Fit::Fill,
                    kernel: Kernel::Nearest,
                    ..sides(self.width, self.height)
                })],
                output: Output { format: OutputFormat::Is(Format::Png), ..Output::default() },
                ..still()
            },
            Fill(anchor) => Plan {
                steps: vec![Step::Resize(Resize { anchor, ..sides(self.width, self.height) })],
                output: jpeg(quality, self.width.max(self.height)),
                ..still()
            },
            Inside => {
                let allowed = self.within(limit);
                let resize = Resize {
                    fit: Fit::Inside,
                    enlarge: Enlarge::Never,
                    ..sides(allowed.width, allowed.height)
                };
                Plan {
                    steps: vec![Step::Resize(resize)],
                    output: jpeg(quality, allowed.width.max(allowed.height)),
                    ..still()
                }
            }
        }
    }

    fn within(&self, limit: u32) -> &Self {
        let is_allowed = |size: &Self| size.width.max(size.height) <= limit;
        if is_allowed(self) {
            return self;
        }
        let allowed = Self::fits().filter(|size| is_allowed(size));
        allowed.max_by_key(|size| size.width).unwrap_or(&SIZES[14])
    }
}

pub(crate) fn is_crop_size(name: &str) -> bool {
    CROP_SIZES.iter().any(|(known, _)| *known == name)
}

/// A cut-out in one of the sizes for them. `None`: there is no such size.
pub(crate) fn crop_plan(name: &str, area: Area, quality: u8) -> Option<Plan> {
    let (_, side) = CROP_SIZES.iter().find(|(known, _)| *known == name)?;
    let thousandths = Length::Thousandths;
    let crop = Crop {
        width: Some(thousandths(area.width)),
        height: Some(thousandths(area.height)),
        at: CropAt::TopLeft(thousandths(area.x), thousandths(area.y)),
        ..Crop::default()
    };
    Some(Plan {
        steps: vec![Step::Crop(crop), Step::Resize(sides(*side, *side))],
        output: jpeg(quality, *side),
        ..still()
    })
}

fn sides(width: u32, height: u32) -> Resize {
    Resize { width: Some(width.into()), height: Some(height.into()), ..Resize::default() }
}

/// Of what moves, the first frame.
fn still() -> Plan {
    Plan { frames: Frames::One(NonZeroU32::MIN), ..Plan::default() }
}

/// White shows through what is transparent; small ones may be a little worse.
fn jpeg(quality: u8, side: u32) -> Output {
    const SMALL: u32 = 150;
    const LESS: u8 = 5;
    let quality = if side <= SMALL { quality.saturating_sub(LESS).max(25) } else { quality };
    Output {
        format: OutputFormat::Is(Format::Jpeg),
        quality: Quality::new(quality),
        flatten: Some(Color::rgb(255, 255, 255)),
        ..Output::default()
    }
}

#[cfg(test)]
mod tests {
    use plan::probe::Probe;

    use super::*;

    fn probe(width: u32, height: u32, orientation: u8) -> Probe {
        Probe {
            format: Format::Jpeg,
            size: plan::Size::new(width, height),
            orientation,
            has_alpha: false,
            frames: 1,
            duration_ms: 0,
            has_profile: false,
            density: None,
            jpeg_quality: None,
            metadata: Vec::new(),
            look: None,
        }
    }

    #[track_caller]
    fn check(source: (u32, u32, u8), name: &str, expected: (u32, u32)) {
        let plan = Size::find(name).unwrap().plan(83, 15_360);
        let resolved = plan.resolve(&probe(source.0, source.1, source.2), plan::Limits::default());
        let size = resolved.unwrap().size;
        assert_eq!((size.width, size.height), expected, "{name} of {source:?}");
    }

    #[test]
    fn fits_have_the_sizes_of_the_examples() {
        let names =
            ["fit_720", "fit_1280", "fit_1600", "fit_1920", "fit_2048", "fit_2560", "fit_4096"];
        for (source, sizes) in [
            (
                (3000, 2000),
                [
                    (720, 480),
                    (1280, 853),
                    (1350, 900),
                    (1800, 1200),
                    (2048, 1365),
                    (2400, 1600),
                    (3000, 2000),
                ],
            ),
            (
                (2000, 3000),
                [
                    (480, 720),
                    (683, 1024),
                    (600, 900),
                    (800, 1200),
                    (1365, 2048),
                    (1067, 1600),
                    (2000, 3000),
                ],
            ),
            (
                (1000, 1000),
                [
                    (720, 720),
                    (1000, 1000),
                    (900, 900),
                    (1000, 1000),
                    (1000, 1000),
                    (1000, 1000),
                    (1000, 1000),
                ],
            ),
            ((600, 400), [(600, 400); 7]),
        ] {
            for (name, size) in names.into_iter().zip(sizes) {
                check((source.0, source.1, 1), name, size);
            }
        }
    }

    #[test]
    fn tiles_are_exactly_their_box() {
        for size in SIZES.iter().filter(|size| size.method != Inside) {
            for source in [(3000, 2000, 1), (100, 80, 1), (300, 900, 1), (1, 1, 1), (900, 300, 6)] {
                check(source, size.name, (size.width, size.height));
            }
        }
    }

    #[test]
    fn orientation_comes_first() {
        check((3000, 2000, 6), "fit_720", (480, 720));
        check((1, 5000, 1), "fit_720", (1, 720));
    }

    #[test]
    fn plans_read_as_they_mean() {
        let plan =
            |name: &str, limit| Size::find(name).unwrap().plan(83, limit).normalized().to_string();
        assert_eq!(plan("tile_224", 15_360), "resize(224x224,cover)|jpeg(q83,#ffffff)");
        assert_eq!(plan("tile_50", 15_360), "resize(50x50,cover)|jpeg(q78,#ffffff)");
        assert_eq!(plan("left_224", 15_360), "resize(224x224,cover,start)|jpeg(q83,#ffffff)");
        assert_eq!(plan("colors", 15_360), "resize(3x3,fill,nearest)|png");
        let fit = "resize(1920x1200,inside,no-enlarge)|jpeg(q83,#ffffff)";
        assert_eq!(plan("fit_1920", 15_360), fit);
        assert_eq!(plan("fit_7680", 2000), fit);
        assert_eq!(plan("tile_1080", 100), "resize(1080x1080,cover)|jpeg(q83,#ffffff)");
        let area = Area::parse("016014058037").unwrap();
        assert_eq!(
            crop_plan("tile_160", area, 83).unwrap().normalized().to_string(),
            "crop(t88xt55,at=t22:t20)|resize(160x160,cover)|jpeg(q83,#ffffff)"
        );
        assert_eq!(crop_plan("fit_720", area, 83), None);
        assert_eq!(Size::find("tile_160"), None);
        assert_eq!(Size::find("tile_320"), None);
    }
}
