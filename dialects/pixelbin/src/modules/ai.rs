//! Modules that need a model or another service. Names and defaults are those of the vendor's builders.

use super::{Kind, Operation, Param, Plugin};

const MAX: i64 = i32::MAX as i64;

const fn param(identifier: &'static str, name: &'static str, kind: Kind) -> Param {
    Param { identifier, name, kind }
}

const fn integer(default: i64) -> Kind {
    Kind::Integer { default, min: 0, max: MAX }
}

const fn float(default: f64) -> Kind {
    Kind::Float { default, min: 0.0, max: f64::MAX }
}

const fn one_of(default: &'static str, values: &'static [&'static str]) -> Kind {
    Kind::Enum { default, values }
}

const fn op(
    method: &'static str,
    display_name: &'static str,
    description: &'static str,
    params: &'static [Param],
) -> Operation {
    Operation { method, display_name, description, params }
}

const fn plugin(
    identifier: &'static str,
    name: &'static str,
    description: &'static str,
    operations: &'static [Operation],
) -> Plugin {
    Plugin { identifier, name, description, needs_credentials: false, is_heavy: true, operations }
}

/// One that calls a service with stored credentials.
const fn external(
    identifier: &'static str,
    name: &'static str,
    description: &'static str,
    operations: &'static [Operation],
) -> Plugin {
    let plugin = plugin(identifier, name, description, operations);
    Plugin { needs_credentials: true, ..plugin }
}

const PROMPT: Param = param("p", "Prompt", Kind::Custom(""));
const NEGATIVE: Param = param("np", "Negative Prompt", Kind::Custom(""));

pub(crate) static PLUGINS: &[Plugin] = &[
    plugin(
        "erase",
        "EraseBG",
        "Removes the background",
        &[op(
            "bg",
            "Bg",
            "Removes the background",
            &[
                param(
                    "i",
                    "Industry Type",
                    one_of("general", &["general", "ecommerce", "car", "human", "object"]),
                ),
                param("shadow", "Add Shadow", Kind::Boolean(false)),
                param("r", "Refine", Kind::Boolean(true)),
            ],
        )],
    ),
    plugin(
        "sr",
        "SuperResolution",
        "Enlarges with detail",
        &[op(
            "upscale",
            "Upscale",
            "Enlarges with detail",
            &[
                param("t", "Type", one_of("2x", &["2x", "4x", "8x"])),
                param("enhance_face", "Enhance Face", Kind::Boolean(false)),
                param("model", "Model", one_of("Picasso", &["Picasso", "Flash"])),
                param("enhance_quality", "Enhance Quality", Kind::Boolean(false)),
            ],
        )],
    ),
    plugin(
        "ic",
        "IntelligentCrop",
        "Crops to what matters",
        &[op(
            "crop",
            "Crop",
            "Crops to what matters",
            &[
                param("w", "Required Width", integer(0)),
                param("h", "Required Height", integer(0)),
                param("p", "Padding Percentage", integer(0)),
                param("ma", "Maintain Original Aspect", Kind::Boolean(false)),
                param("ar", "Aspect Ratio", Kind::Text("16_9")),
                param(
                    "g",
                    "Gravity Towards",
                    one_of("none", &["none", "face", "object", "foreground"]),
                ),
                param(
                    "d",
                    "Preferred Direction",
                    one_of(
                        "center",
                        &[
                            "north_west",
                            "north",
                            "north_east",
                            "west",
                            "center",
                            "east",
                            "south_west",
                            "south",
                            "south_east",
                        ],
                    ),
                ),
                param("obj", "Object Type", Kind::Text("person")),
            ],
        )],
    ),
    plugin(
        "wm",
        "WatermarkRemoval",
        "Removes watermarks",
        &[op(
            "remove",
            "Remove",
            "Removes watermarks",
            &[
                param("rem_text", "Remove Text", Kind::Boolean(false)),
                param("rem_logo", "Remove Logo", Kind::Boolean(false)),
                param("box1", "Box 1", Kind::Bbox("0_0_100_100")),
                param("box2", "Box 2", Kind::Bbox("0_0_0_0")),
                param("box3", "Box 3", Kind::Bbox("0_0_0_0")),
                param("box4", "Box 4", Kind::Bbox("0_0_0_0")),
                param("box5", "Box 5", Kind::Bbox("0_0_0_0")),
            ],
        )],
    ),
    plugin(
        "af",
        "Artifact",
        "Removes artefacts of compression",
        &[op("remove", "Remove", "Removes artefacts of compression", &[])],
    ),
    plugin(
        "generate",
        "GenerateBG",
        "Makes a background by a text",
        &[op(
            "bg",
            "Bg",
            "Makes a background by a text",
            &[
                param("p", "Background Prompt", Kind::Custom("")),
                param("f", "Focus", one_of("Product", &["Product", "Background"])),
                NEGATIVE,
                param("s", "Seed", integer(123)),
            ],
        )],
    ),
    plugin(
        "vg",
        "VariationGenerator",
        "Makes variations",
        &[op(
            "generate",
            "Generate",
            "Makes variations",
            &[
                param("p", "Generate Variation Prompt", Kind::Custom("")),
                param("v", "No Of Variations", integer(1)),
                param("s", "Seed", integer(0)),
                param("auto", "Autoscale", Kind::Boolean(true)),
            ],
        )],
    ),
    plugin(
        "shadow",
        "DropShadow",
        "Makes a shadow",
        &[op(
            "gen",
            "Gen",
            "Makes a shadow",
            &[
                param("bgi", "Background Image", Kind::File),
                param("bgc", "Background Color", Kind::Color("ffffff")),
                param("a", "Shadow Angle", float(120.0)),
                param("i", "Shadow Intensity", float(0.5)),
            ],
        )],
    ),
    plugin(
        "bg",
        "ImageExtender",
        "Extends the picture by what could be there",
        &[op(
            "extend",
            "Extend",
            "Extends the picture by what could be there",
            &[
                param("bbox", "Bounding Box", Kind::Bbox("0_0_0_0")),
                PROMPT,
                NEGATIVE,
                param("s", "Strength", float(0.999)),
                param("gs", "Guidance Scale", integer(8)),
                param("nis", "Number Of Inference Steps", integer(10)),
                param("ca", "Color Adjust", Kind::Boolean(false)),
                param("sd", "Seed", integer(123)),
            ],
        )],
    ),
    plugin(
        "im",
        "ImageMasking",
        "Hides faces, texts or number plates",
        &[op(
            "mask",
            "Mask",
            "Hides faces, texts or number plates",
            &[
                param("i", "Replacement Image", Kind::File),
                param("d", "Detector", one_of("number_plate", &["face", "text", "number_plate"])),
                param("m", "Mask Type", one_of("fill_black", &["fill_black", "pixelate", "blur"])),
            ],
        )],
    ),
    plugin(
        "qr",
        "QRCode",
        "Makes and reads QR codes",
        &[
            op(
                "generate",
                "Generate",
                "Makes a QR code",
                &[
                    param("w", "Width", integer(300)),
                    param("h", "Height", integer(300)),
                    param("i", "Image", Kind::Custom("")),
                    param("m", "Margin", integer(0)),
                    param("qt", "QR Type Number", integer(0)),
                    param("qe", "QR Error Correction Level", one_of("Q", &["L", "M", "Q", "H"])),
                    param("is", "Image Size", float(0.4)),
                    param("im", "Image Margin", integer(0)),
                    param("ds", "Dots Color", Kind::Color("000000")),
                    param("dt", "Dots Type", Kind::Text("square")),
                    param("bg", "Dots Bg Color", Kind::Color("ffffff")),
                    param("csc", "Corner Square Color", Kind::Color("000000")),
                    param("cst", "Corners Square Type", Kind::Text("square")),
                    param("cdc", "Corners Dot Color", Kind::Color("000000")),
                    param("cdt", "Corners Dot Type", Kind::Text("dot")),
                ],
            ),
            op("scan", "Scan", "Reads a QR code", &[]),
        ],
    ),
    plugin(
        "ocr",
        "OpticalCharacterRecognition",
        "Reads texts",
        &[op(
            "extract",
            "Extract",
            "Reads texts",
            &[param("detect_only", "Detect Only", Kind::Boolean(false))],
        )],
    ),
    plugin(
        "nsfw",
        "NSFWDetection",
        "Tells what is not safe for work",
        &[op(
            "detect",
            "Detect",
            "Tells what is not safe for work",
            &[param("m", "Minimum Confidence", Kind::Float { default: 0.5, min: 0.0, max: 1.0 })],
        )],
    ),
    plugin(
        "numPlate",
        "NumberPlateDetection",
        "Finds number plates",
        &[op("detect", "Detect", "Finds number plates", &[])],
    ),
    plugin(
        "od",
        "ObjectDetection",
        "Finds objects",
        &[op("detect", "Detect", "Finds objects", &[])],
    ),
    plugin(
        "vd",
        "ViewDetection",
        "Tells from where a thing is seen",
        &[op("detect", "Detect", "Tells from where a thing is seen", &[])],
    ),
    plugin("pr", "ProductTagging", "Proposes tags", &[op("tag", "Tag", "Proposes tags", &[])]),
    plugin(
        "cpv",
        "CheckObjectAndView",
        "Tells object and view",
        &[op("detect", "Detect", "Tells object and view", &[])],
    ),
    plugin(
        "oc",
        "ObjectCounter",
        "Counts objects",
        &[op("detect", "Detect", "Counts objects", &[])],
    ),
    plugin(
        "dbt",
        "DetectBackgroundType",
        "Tells what the background is like",
        &[op("detect", "Detect", "Tells what the background is like", &[])],
    ),
    plugin(
        "cos",
        "CheckObjectSize",
        "Tells how much an object covers",
        &[op(
            "detect",
            "Detect",
            "Tells how much an object covers",
            &[param(
                "obj_threshold_perc",
                "Object Threshold Percent",
                Kind::Integer { default: 50, min: 0, max: 100 },
            )],
        )],
    ),
    plugin(
        "imc",
        "ImageCentering",
        "Tells whether an object is in the centre",
        &[op(
            "detect",
            "Detect",
            "Tells whether an object is in the centre",
            &[param(
                "dist_perc",
                "Distance Percentage",
                Kind::Integer { default: 10, min: 0, max: 100 },
            )],
        )],
    ),
    plugin(
        "wmc",
        "WatermarkDetection",
        "Finds watermarks",
        &[op(
            "detect",
            "Detect",
            "Finds watermarks",
            &[param("detect_text", "Detect Text", Kind::Boolean(false))],
        )],
    ),
    external(
        "awsRek",
        "AWSRekognition",
        "Labels by Amazon",
        &[
            op(
                "detectLabels",
                "Detect Labels",
                "Finds labels",
                &[
                    param("l", "Maximum Labels", integer(5)),
                    param("c", "Minimum Confidence", integer(55)),
                ],
            ),
            op(
                "moderation",
                "Moderation",
                "Finds what should be moderated",
                &[param("c", "Minimum Confidence", integer(55))],
            ),
        ],
    ),
    external(
        "googleVis",
        "GoogleVision",
        "Labels by Google",
        &[op(
            "detectLabels",
            "Detect Labels",
            "Finds labels",
            &[param("l", "Maximum Labels", integer(5))],
        )],
    ),
    external(
        "vertexAi",
        "VertexAI",
        "Backgrounds and enlargement by Google",
        &[
            op(
                "generateBG",
                "Generate BG",
                "Makes a background by a text",
                &[
                    param("p", "Background Prompt", Kind::Custom("")),
                    NEGATIVE,
                    param("s", "Seed", integer(22)),
                    param("gs", "Guidance Scale", integer(60)),
                ],
            ),
            op("removeBG", "Remove BG", "Removes the background", &[]),
            op(
                "upscale",
                "Upscale",
                "Enlarges with detail",
                &[param("t", "Upscale Factor", one_of("x2", &["x2", "x4"]))],
            ),
        ],
    ),
    plugin(
        "wmv",
        "VideoWatermarkRemoval",
        "Removes watermarks from films",
        &[op("remove", "Remove", "Removes watermarks from films", &[])],
    ),
    plugin(
        "vsr",
        "VideoUpscalerPlugin",
        "Enlarges films",
        &[op("upscale", "Upscale", "Enlarges films", &[])],
    ),
    plugin(
        "pwr",
        "PdfWatermarkRemoval",
        "Removes watermarks from documents",
        &[op("remove", "Remove", "Removes watermarks from documents", &[])],
    ),
    external(
        "remove",
        "RemoveBG",
        "Removes the background by remove.bg",
        &[op("bg", "Bg", "Removes the background by remove.bg", &[])],
    ),
];
