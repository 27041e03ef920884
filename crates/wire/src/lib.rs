//! HTTP plumbing that dialects share.
