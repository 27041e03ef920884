//! The heap of the C codecs.

/// Lets the C codecs keep their buffers between renders. Call it once, before the first.
///
/// They allocate few and large blocks per picture. By default glibc maps each of these anew and unmaps it afterwards, and
/// the system clears the pages each time: 8 % of the time of a thumbnail, seen in a profile. What may be
/// kept is bounded: 16 MB in each of four arenas. Nothing happens with another C library.
pub fn keep_heap() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for (parameter, value) in [
        (libc::M_MMAP_THRESHOLD, 4 << 20),
        (libc::M_TRIM_THRESHOLD, 16 << 20),
        (libc::M_ARENA_MAX, 4),
    ] {
        // SAFETY: `mallopt` takes plain numbers, and refuses those that it does not know.
        unsafe { libc::mallopt(parameter, value) };
    }
}
