//! Parts for tests: a library on a temporary disk with an in-memory catalog, and the echo engine.
//!
//! ```no_run
//! # async fn example() {
//! let app = testkit::app().await;
//! app.add("/shop/cat.jpg", testkit::Picture::jpeg(600, 400)).await;
//! # }
//! ```
//!
//! The echo engine links no codec: a "picture" is one line of text, and a rendering of it is the canonical
//! plan. So dialect tests are fast and show exactly what a URL means.

mod app;
mod bucket;
mod echo;
mod service;

pub use app::{App, Builder, app, builder, upload_to};
pub use bucket::Bucket;
pub use echo::{EchoEngine, Picture};
pub use service::{Reply, Seen, Service};
