//! How this protocol names a key of ours: its clients sign URLs with a token, and name it beside the signature.

use library::SigningKey;
use sha2::{Digest, Sha256};

/// The UUID that newer clients name a token by. It follows from the public half of the key, so it is the same on every
/// node and needs no place of its own; it tells nothing of the secret.
pub(crate) fn access_key(public_key: &str) -> String {
    let digest = Sha256::new().chain_update(b"pixelbin access key\0").chain_update(public_key);
    let digest = digest.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    // Version 8 and the variant of RFC 9562.
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Whether `pbt` names this key: by its access key, or by its number, as clients up to 3.x do.
pub(crate) fn is_named(key: &SigningKey, pbt: &str) -> bool {
    pbt == key.id.to_string() || pbt.eq_ignore_ascii_case(&access_key(&key.public_key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_two_names() {
        let key = SigningKey { id: 7, public_key: "public_a".into(), secret: "secret".into() };
        let uuid = access_key("public_a");
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "8");
        assert!(is_named(&key, &uuid) && is_named(&key, &uuid.to_uppercase()));
        assert!(is_named(&key, "7"));
        assert!(!is_named(&key, "07") && !is_named(&key, "") && !is_named(&key, "public_a"));
        assert_ne!(uuid, access_key("public_b"));
    }
}
