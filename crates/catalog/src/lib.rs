//! What we know: assets, folders, versions, blobs, tags, keys, users, jobs.
