//! An engine whose renders wait until they are let go.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use library::{EngineError, ImageEngine, RenderJob, Rendered};
use plan::{
    Format,
    probe::{Depth, Probe},
};
use testkit::EchoEngine;

#[derive(Debug, Default)]
pub(crate) struct Gate {
    echo: EchoEngine,
    begun: AtomicU64,
    open: AtomicBool,
}

impl Gate {
    pub(crate) fn let_go(&self) {
        self.open.store(true, Ordering::SeqCst);
    }

    /// Returns when so many renders have begun.
    pub(crate) async fn begun(self: &Arc<Self>, renders: u64) {
        while self.begun.load(Ordering::SeqCst) < renders {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}

impl ImageEngine for Gate {
    fn sniff(&self, head: &[u8]) -> Option<Format> {
        self.echo.sniff(head)
    }

    fn probe(&self, bytes: &[u8], depth: Depth) -> Result<Probe, EngineError> {
        self.echo.probe(bytes, depth)
    }

    fn render(&self, job: RenderJob<'_>) -> Result<Rendered, EngineError> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        while !self.open.load(Ordering::SeqCst) {
            if job.cancelled.load(Ordering::SeqCst) {
                return Err(EngineError::Cancelled);
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        self.echo.render(job)
    }
}
