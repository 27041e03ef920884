//! Logs and metrics.

use anyhow::{Context, Result};
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::Log;

/// Libraries that talk at `info` about what is nobody's business but theirs. What `log.level` says of them comes later
/// and wins.
const QUIET: &str = "sea_orm_migration=warn,foyer=warn,foyer_storage=error,sqlx=warn";

/// Logs go to standard error, so that a command's own output can be piped.
pub(crate) fn start_logging(log: &Log) -> Result<()> {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", log.level))
        .with_context(|| format!("`log.level` is no level or filter, found `{}`", log.level))?;
    let registry = tracing_subscriber::registry().with(filter);
    if log.format == "json" {
        registry.with(fmt::layer().json().with_writer(std::io::stderr)).init();
    } else {
        registry.with(fmt::layer().compact().with_writer(std::io::stderr)).init();
    }
    Ok(())
}

/// Seconds; from a thumbnail out of RAM to the time limit of a render.
const BUCKETS: [f64; 13] =
    [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Installs the recorder behind `/metrics`.
pub(crate) fn start_metrics() -> Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &BUCKETS)?
        .install_recorder()?;
    describe_counter!("halftone_requests_total", "Requests by dialect and status");
    describe_counter!("halftone_cache_hits_total", "Answers from a cache, by tier");
    describe_counter!("halftone_cache_misses_total", "Derivatives that no cache held");
    describe_counter!("halftone_renders_total", "Renders that requests waited for");
    describe_counter!("halftone_refused_total", "Requests refused because a queue was full");
    describe_counter!("halftone_uploads_total", "Uploads that were stored");
    describe_counter!(
        "halftone_upload_bytes_total",
        Unit::Bytes,
        "Bytes of uploads that were stored"
    );
    describe_counter!(
        "halftone_received_bytes_total",
        Unit::Bytes,
        "Bytes of request bodies announced"
    );
    describe_counter!("halftone_sent_bytes_total", Unit::Bytes, "Bytes of response bodies");
    describe_histogram!("halftone_queue_wait_seconds", Unit::Seconds, "Wait for a render thread");
    describe_histogram!("halftone_render_seconds", Unit::Seconds, "Time of one render, by format");
    describe_gauge!("halftone_resident_bytes", Unit::Bytes, "Resident memory of the process");
    // Counters that have not counted are zero, not absent.
    metrics::counter!("halftone_renders_total").absolute(0);
    metrics::counter!("halftone_refused_total").absolute(0);
    metrics::counter!("halftone_uploads_total").absolute(0);
    Ok(handle)
}

/// Notes what is measured at the moment of asking.
pub(crate) fn sample() {
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("halftone_resident_bytes").set(bytes as f64);
    }
}

fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes << 10)
}
