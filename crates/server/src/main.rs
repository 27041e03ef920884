//! The binary `halftone`: command line, configuration, wiring.

mod app;
mod command;
mod config;
mod counted;
mod credentials;
mod engine;
mod listen;
mod start_page;
mod telemetry;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    pixels::keep_heap();
    match command::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One sentence for the person at the keyboard: the whole chain of causes, no backtrace.
            eprintln!("halftone: {error:#}");
            ExitCode::FAILURE
        }
    }
}
