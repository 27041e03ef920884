#![no_main]

//! Delivery URLs: whatever they hold, they mean something or are refused.

use libfuzzer_sys::fuzz_target;
use library::Accepts;

fuzz_target!(|target: &str| {
    let _ = imagekit::explain_url(target, Accepts::default());
});
