//! Tests of `plan` through its public face.

mod arbitrary;
mod source;

mod conditions;
mod expressions;
mod imagekit;
mod layers;
mod limits;
mod normal_form;
mod photoprism;
mod pixelbin;
mod resolving;
mod sams;
mod text;
