//! BIP-39: random numbers as words of a list, and back.

use crate::{guard, hermes_primitive, hermes_text, slice, texts};
use bip39::{Error, Language, Mnemonic};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The bits that a word stands for.
const BITS: usize = 11;
const MAX_WORDS: usize = 24;

/// The mnemonic of `entropy` in a language, with the first bits replaced by those of the words in
/// `prefix`. The words go to `out`, three for each four bytes of entropy; they are never freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_mnemonic(
    entropy: *const u8,
    entropy_len: usize,
    prefix: *const hermes_text,
    prefix_len: usize,
    language: hermes_text,
    out: *mut hermes_text,
) -> hermes_primitive {
    guard(|| {
        let language = language_of(unsafe { slice(language.data, language.len) })?;
        let mut bytes = Zeroizing::new(unsafe { slice(entropy, entropy_len) }.to_vec());
        let prefix = unsafe { texts(prefix, prefix_len) }?;
        if prefix.len() * BITS > bytes.len() * 8 {
            return Err(hermes_primitive::BadLength);
        }
        for (position, word) in prefix.iter().enumerate() {
            put(&mut bytes, position * BITS, index_of(language, word)?);
        }
        let mnemonic =
            Mnemonic::from_entropy_in(language, &bytes).map_err(|_| hermes_primitive::BadLength)?;
        let words: Vec<&str> = mnemonic.words().collect();
        // Whoever types these words in must get these bytes.
        parse(&words)?;
        for (i, word) in words.iter().enumerate() {
            let text = hermes_text {
                data: word.as_ptr(),
                len: word.len(),
            };
            unsafe { out.add(i).write(text) };
        }
        Ok(())
    })
}

/// What the words say. The two Chinese lists share words at the same place, which say the same.
pub fn parse(words: &[&str]) -> Result<Mnemonic, hermes_primitive> {
    if words.len() > MAX_WORDS || words.iter().any(|word| word.contains(char::is_whitespace)) {
        return Err(match words.len() {
            ..=MAX_WORDS => hermes_primitive::UnknownWord,
            _ => hermes_primitive::BadLength,
        });
    }
    let phrase = Zeroizing::new(words.join(" "));
    let phrase = normalized(&phrase);
    let mut found: Option<Mnemonic> = None;
    let mut why = hermes_primitive::UnknownWord;
    for language in Language::ALL {
        match Mnemonic::parse_in_normalized(*language, &phrase) {
            Ok(mnemonic) => {
                let other = found.replace(mnemonic.clone());
                if other.is_some_and(|other| !other.word_indices().eq(mnemonic.word_indices())) {
                    return Err(hermes_primitive::TwoLanguages);
                }
            }
            Err(Error::BadWordCount(_)) => return Err(hermes_primitive::BadLength),
            Err(Error::InvalidChecksum) => why = hermes_primitive::BadChecksum,
            Err(_) => {}
        }
    }
    found.ok_or(why)
}

/// As the lists are written. It never grows, which would leave copies behind.
fn normalized(text: &str) -> Zeroizing<String> {
    const MOST_GROWTH: usize = 11; // Of three bytes, U+FDFA becomes 33.
    let mut normalized = Zeroizing::new(String::with_capacity(text.len() * MOST_GROWTH));
    normalized.extend(text.nfkd());
    normalized
}

fn language_of(name: &[u8]) -> Result<Language, hermes_primitive> {
    Language::ALL
        .iter()
        .find(|language| language.to_string().as_bytes().eq_ignore_ascii_case(name))
        .copied()
        .ok_or(hermes_primitive::UnknownLanguage)
}

fn index_of(language: Language, word: &str) -> Result<u16, hermes_primitive> {
    language
        .find_word(&normalized(word))
        .ok_or(hermes_primitive::UnknownWord)
}

/// Writes the bits of a word's index, the highest first.
fn put(bytes: &mut [u8], begin: usize, index: u16) {
    for i in 0..BITS {
        let bit = begin + i;
        let mask = 0x80 >> (bit % 8);
        match index >> (BITS - 1 - i) & 1 {
            0 => bytes[bit / 8] &= !mask,
            _ => bytes[bit / 8] |= mask,
        }
    }
}
