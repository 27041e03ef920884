//! The ImageKit protocol: routes, types, URL grammar, error shapes.
