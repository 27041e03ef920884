#![no_main]

//! Delivery URLs: whatever they hold, they mean something or are refused.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|target: &str| {
    let _ = pixelbin::explain_url(target);
});
