//! Deliveries of a real library over the wire, with the engine that echoes plans.
#![allow(clippy::unwrap_used)]

mod delivery;
mod hot;
mod site;
