//! Hashes and keys behind a C interface, by the crates that know how. `src/primitives` of the C++
//! side is the only user.
//!
//! | module | what it is |
//! |---|---|
//! | `hash` | BLAKE3 |
//! | `mnemonic` | BIP-39: random numbers as words, and back |
//! | `key` | BIP32-Ed25519 keys, made of a mnemonic as CIP-3 says for Icarus |
//!
//! Safety: every pointer that C++ passes is valid for the call, and a key is used until its
//! `_free`. Keys do not change, so any thread may use them.

#![allow(non_camel_case_types, clippy::missing_safety_doc)]

pub mod hash;
pub mod key;
pub mod mnemonic;

use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a function ended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hermes_primitive {
    Ok,
    /// A mnemonic does not have 12, 15, 18, 21 or 24 words.
    BadLength,
    /// A word is in no list, or not in that of the language.
    UnknownWord,
    /// The words are of one list and their checksum is wrong.
    BadChecksum,
    /// The words are two mnemonics, one in each of two languages.
    TwoLanguages,
    /// No list is called so.
    UnknownLanguage,
    /// A crate panicked.
    Panicked,
}

/// UTF-8, lent.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_text {
    pub data: *const u8,
    pub len: usize,
}

/// A panic becomes an answer.
fn guard(f: impl FnOnce() -> Result<(), hermes_primitive>) -> hermes_primitive {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(Ok(())) => hermes_primitive::Ok,
        Ok(Err(why)) => why,
        Err(_) => hermes_primitive::Panicked,
    }
}

/// `len` elements from `data`, which is not looked at if there are none.
unsafe fn slice<'a, T>(data: *const T, len: usize) -> &'a [T] {
    match len {
        0 => &[],
        _ => unsafe { std::slice::from_raw_parts(data, len) },
    }
}

/// More than a word of any list has, in bytes.
const LONGEST_WORD: usize = 128;

/// What is not UTF-8, or too long, is no word of any list.
unsafe fn texts<'a>(
    words: *const hermes_text,
    count: usize,
) -> Result<Vec<&'a str>, hermes_primitive> {
    unsafe { slice(words, count) }
        .iter()
        .map(|word| match word.len {
            ..=LONGEST_WORD => std::str::from_utf8(unsafe { slice(word.data, word.len) }).ok(),
            _ => None,
        })
        .collect::<Option<_>>()
        .ok_or(hermes_primitive::UnknownWord)
}
