//! Linear light of 64 codes at a time, on x86 with AVX-512 VBMI, whose byte permutations look up 128 table
//! entries in one instruction.

use std::{
    arch::x86_64::{
        __m512i, _mm512_loadu_si512, _mm512_mask_blend_epi8, _mm512_movepi8_mask,
        _mm512_permutex2var_epi8, _mm512_permutexvar_epi8, _mm512_setzero_si512,
        _mm512_storeu_si512, _mm512_unpackhi_epi8, _mm512_unpackhi_epi16, _mm512_unpacklo_epi8,
        _mm512_unpacklo_epi16,
    },
    sync::LazyLock,
};

use crate::color::curve::linear_of;

/// Three bytes of each float: sign and exponent, and 16 bits of mantissa. The fourth is zero, which costs
/// a relative error of 2^-17.
static BYTES: LazyLock<[[u8; 256]; 3]> = LazyLock::new(|| {
    let floats: [u32; 256] =
        std::array::from_fn(|code| (linear_of(code as u8) as f32).to_bits() + 0x80);
    [8, 16, 24].map(|shift| floats.map(|bits| (bits >> shift) as u8))
});

/// Four registers that hold 256 bytes.
#[derive(Clone, Copy)]
struct Table([__m512i; 4]);

/// The curve in twelve registers.
#[derive(Clone, Copy)]
pub(super) struct Lookup {
    tables: [Table; 3],
    order: __m512i,
}

impl Lookup {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(super) fn new() -> Self {
        let table = |bytes: &[u8; 256]| {
            let (parts, _) = bytes.as_chunks::<64>();
            Table(std::array::from_fn(|part| load(&parts[part])))
        };
        // Unpacking works within 128 bits: of the 16 groups of four bytes, those that a vector of the result needs
        // have to be spread over the four lanes first.
        let order: [u8; 64] = std::array::from_fn(|i| {
            let (lane, group, byte) = (i / 16, i / 4 % 4, i % 4);
            (group * 16 + lane * 4 + byte) as u8
        });
        Self { tables: BYTES.each_ref().map(table), order: load(&order) }
    }

    /// Linear light of 64 codes, in their order.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(super) fn floats(&self, codes: &[u8; 64], floats: &mut [f32; 64]) {
        let codes = _mm512_permutexvar_epi8(self.order, load(codes));
        let upper = _mm512_movepi8_mask(codes);
        let [low, middle, high] = self.tables.map(|Table([a, b, c, d])| {
            let (first, second) =
                (_mm512_permutex2var_epi8(a, codes, b), _mm512_permutex2var_epi8(c, codes, d));
            _mm512_mask_blend_epi8(upper, first, second)
        });
        let zero = _mm512_setzero_si512();
        let (bottom_a, bottom_b) =
            (_mm512_unpacklo_epi8(zero, low), _mm512_unpackhi_epi8(zero, low));
        let (top_a, top_b) =
            (_mm512_unpacklo_epi8(middle, high), _mm512_unpackhi_epi8(middle, high));
        let vectors = [
            _mm512_unpacklo_epi16(bottom_a, top_a),
            _mm512_unpackhi_epi16(bottom_a, top_a),
            _mm512_unpacklo_epi16(bottom_b, top_b),
            _mm512_unpackhi_epi16(bottom_b, top_b),
        ];
        for (place, vector) in floats.as_chunks_mut::<16>().0.iter_mut().zip(vectors) {
            // SAFETY: 64 bytes can be written, and the store needs no alignment.
            unsafe { _mm512_storeu_si512(place.as_mut_ptr().cast(), vector) };
        }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(bytes: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes can be read, and the load needs no alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}
