#![no_main]

//! Checks of uploads.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = imagekit::explain_checks(text, 1_714_953_600_000);
});
