//! `cargo +nightly fuzz run file --fuzz-dir tests/fuzz tests/fuzz/corpus/file`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nn_fuzz::file(data));
