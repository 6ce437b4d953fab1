//! BIP32-Ed25519 keys. They wipe themselves when they are freed.

use crate::{guard, hermes_primitive, hermes_text, mnemonic, slice, texts};
use cryptoxide::hashing::sha2::Sha512;
use cryptoxide::pbkdf2::pbkdf2;
use ed25519_bip32::{DerivationScheme, Signature, XPRV_SIZE, XPrv};
use zeroize::{Zeroize, Zeroizing};

/// Of CIP-3, Icarus.
const ROUNDS: u32 = 4096;

/// An extended private key with its chain code.
pub struct hermes_key(XPrv);

/// The master key of a mnemonic and a passphrase, as CIP-3 says for Icarus.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_key_new(
    words: *const hermes_text,
    words_len: usize,
    passphrase: hermes_text,
    out: *mut *mut hermes_key,
) -> hermes_primitive {
    guard(|| {
        let mnemonic = mnemonic::parse(&unsafe { texts(words, words_len) }?)?;
        let (mut entropy, len) = mnemonic.to_entropy_array();
        let mut bytes = Zeroizing::new([0; XPRV_SIZE]);
        let passphrase = unsafe { slice(passphrase.data, passphrase.len) };
        pbkdf2::<Sha512>(passphrase, &entropy[..len], ROUNDS, bytes.as_mut_slice());
        entropy.zeroize();
        let key = XPrv::normalize_bytes_force3rd(*bytes);
        unsafe { *out = Box::into_raw(Box::new(hermes_key(key))) };
        Ok(())
    })
}

/// The key at the end of a path, by BIP32-Ed25519 V2. An index from 2^31 on is hardened.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_key_derive(
    key: *const hermes_key,
    path: *const u32,
    path_len: usize,
    out: *mut *mut hermes_key,
) -> hermes_primitive {
    guard(|| {
        let mut key = unsafe { &*key }.0.clone();
        for index in unsafe { slice(path, path_len) } {
            key = key.derive(DerivationScheme::V2, *index);
        }
        unsafe { *out = Box::into_raw(Box::new(hermes_key(key))) };
        Ok(())
    })
}

/// Writes the public key's 32 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_key_public(
    key: *const hermes_key,
    out: *mut u8,
) -> hermes_primitive {
    guard(|| {
        let public = unsafe { &*key }.0.public();
        unsafe { *out.cast() = *public.public_key_bytes() };
        Ok(())
    })
}

/// Writes the signature's 64 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_key_sign(
    key: *const hermes_key,
    data: *const u8,
    len: usize,
    out: *mut u8,
) -> hermes_primitive {
    guard(|| {
        let signature: Signature<()> = unsafe { &*key }.0.sign(unsafe { slice(data, len) });
        unsafe { *out.cast() = *signature.to_bytes() };
        Ok(())
    })
}

/// Whether `signature`, 64 bytes, is one by this key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_key_verify(
    key: *const hermes_key,
    data: *const u8,
    len: usize,
    signature: *const u8,
    out: *mut bool,
) -> hermes_primitive {
    guard(|| {
        let signature: Signature<()> = Signature::from_bytes(unsafe { *signature.cast() });
        let valid = unsafe { &*key }
            .0
            .verify(unsafe { slice(data, len) }, &signature);
        unsafe { *out = valid };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_key_free(key: *mut hermes_key) {
    drop(unsafe { Box::from_raw(key) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::MaybeUninit;

    fn text(text: &str) -> hermes_text {
        hermes_text {
            data: text.as_ptr(),
            len: text.len(),
        }
    }

    fn key_of(phrase: &str, passphrase: &str, path: &[u32]) -> hermes_key {
        let words: Vec<hermes_text> = phrase.split(' ').map(text).collect();
        let (mut key, mut derived) = (std::ptr::null_mut(), std::ptr::null_mut());
        unsafe {
            let made = hermes_key_new(words.as_ptr(), words.len(), text(passphrase), &mut key);
            assert_eq!(made, hermes_primitive::Ok);
            let made = hermes_key_derive(key, path.as_ptr(), path.len(), &mut derived);
            assert_eq!(made, hermes_primitive::Ok);
            hermes_key_free(key);
            *Box::from_raw(derived)
        }
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    const CIP_3: &str = "eight country switch draw meat scout mystery blade tip drift useless good keep usage title";

    /// https://github.com/cardano-foundation/CIPs/blob/master/CIP-0003/Icarus.md
    #[test]
    fn cip_3_master_keys() {
        assert_eq!(
            hex(key_of(CIP_3, "", &[]).0.as_ref()),
            "c065afd2832cd8b087c4d9ab7011f481ee1e0721e78ea5dd609f3ab3f156d245\
             d176bd8fd4ec60b4731c3918a2a72a0226c0cd119ec35b47e4d55884667f552a\
             23f7fdcd4a10c6cd2c7393ac61d877873e248f417634aa3d812af327ffe9d620"
        );
        assert_eq!(
            hex(key_of(CIP_3, "foo", &[]).0.as_ref()),
            "70531039904019351e1afb361cd1b312a4d0565d4ff9f8062d38acf4b15cce41\
             d7b5738d9c893feea55512a3004acb0d222c35d3e3d5cde943a15a9824cbac59\
             443cf67e589614076ba01e354b1a432e0e6db3b59e37fc56b5fb0222970a010e"
        );
    }

    /// https://github.com/cardano-foundation/CIPs/blob/master/CIP-0011/README.md
    #[test]
    fn cip_11_staking_key() {
        let phrase = "prevent company field green slot measure chief hero apple task eagle sunset \
                      endorse dress seed";
        let hard = 1 << 31;
        let path = [1852 + hard, 1815 + hard, hard, 2, 0];
        assert_eq!(
            hex(key_of(phrase, "", &path).0.as_ref()),
            "b8ab42f1aacbcdb3ae858e3a3df88142b3ed27a2d3f432024e0d943fc1e59744\
             2d57545d84c8db2820b11509d944093bc605350e60c533b8886a405bd59eed6d\
             cf356648fe9e9219d83e989c8ff5b5b337e2897b6554c1ab4e636de791fe5427"
        );
    }

    fn of_hex(digits: &str) -> Vec<u8> {
        let byte = |i| u8::from_str_radix(&digits[i..i + 2], 16).unwrap();
        (0..digits.len()).step_by(2).map(byte).collect()
    }

    /// https://github.com/typed-io/rust-ed25519-bip32/blob/master/src/tests.rs
    #[test]
    fn bip32_ed25519() {
        let root = of_hex(
            "f8a29231ee38d6c5bf715d5bac21c750577aa3798b22d79d65bf97d6fadea15a\
             dcd1ee1abdf78bd4be64731a12deb94d3671784112eb6f364b871851fd1c9a24\
             7384db9ad6003bbd08b3b1ddc0d07a597293ff85e961bf252b331262eddfad0d",
        );
        let child = "60d399da83ef80d8d4f8d223239efdc2b8fef387e1b5219137ffb4e8fbdea15a\
             dc9366b7d003af37c11396de9a83734e30e05e851efa32745c9cd7b42712c890\
             608763770eddf77248ab652984b21b849760d1da74a6f5bd633ce41adceef07a";
        let signature = "90194d57cde4fdadd01eb7cf161780c277e129fc7135b97779a3268837e4cd2e\
             9444b9bb91c0e84d23bba870df3c4bda91a110ef735638fa7a34ea2046d4be04";
        let root = hermes_key(XPrv::from_slice_verified(&root).unwrap());
        let mut key = std::ptr::null_mut();
        let mut found = [0; 64];
        unsafe {
            let made = hermes_key_derive(&root, [1 << 31].as_ptr(), 1, &mut key);
            assert_eq!(made, hermes_primitive::Ok);
            assert_eq!(hex((*key).0.as_ref()), child);
            let data = b"Hello World";
            let made = hermes_key_sign(key, data.as_ptr(), data.len(), found.as_mut_ptr());
            assert_eq!(made, hermes_primitive::Ok);
            hermes_key_free(key);
        }
        assert_eq!(hex(&found), signature);
    }

    #[test]
    fn a_freed_key_is_wiped() {
        let mut slot = MaybeUninit::new(key_of(CIP_3, "", &[]));
        unsafe {
            std::ptr::drop_in_place(slot.as_mut_ptr());
            assert_eq!(*slot.as_ptr().cast::<[u8; XPRV_SIZE]>(), [0; XPRV_SIZE]);
        }
    }
}
