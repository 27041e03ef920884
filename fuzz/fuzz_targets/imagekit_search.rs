#![no_main]

//! The search language.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = imagekit::explain_search(text, 1_714_953_600_000);
});
