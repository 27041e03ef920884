//! What one may do: upload, deliver, organize.
