//! Which colours there are, and how many of each.

/// Counts and sums of similar colours, with the exact mean of each bucket: five bits of each channel for opaque
/// colours; four, and five of alpha, for translucent ones.
pub(in crate::encode) struct Histogram {
    /// Number of the bucket plus one, by key; 0 for none. Zeroed by the system, so unused parts cost nothing.
    slots: Vec<u32>,
    pub(super) buckets: Vec<Bucket>,
    /// Whether a palette must hold "nothing", as it must for a pixel of alpha 0. Such pixels are in no bucket.
    pub(in crate::encode) clear: bool,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bucket {
    sum: [u64; 4],
    pub(super) count: u64,
}

impl Bucket {
    /// The mean colour, 0 to 255 each.
    pub(super) fn mean(&self) -> [f32; 4] {
        self.sum.map(|sum| sum as f32 / self.count as f32)
    }
}

impl Histogram {
    pub(in crate::encode) fn new() -> Self {
        Self { slots: vec![0; TRANSLUCENT + (1 << 17)], buckets: Vec::new(), clear: false }
    }

    pub(in crate::encode) fn add(&mut self, pixels: &[[u8; 4]]) {
        for &[r, g, b, a] in pixels {
            if a == 0 {
                self.clear = true;
                continue;
            }
            let slot = &mut self.slots[key([r, g, b, a])];
            if *slot == 0 {
                self.buckets.push(Bucket::default());
                *slot = self.buckets.len() as u32;
            }
            let bucket = &mut self.buckets[*slot as usize - 1];
            bucket.count += 1;
            for (sum, value) in bucket.sum.iter_mut().zip([r, g, b, a]) {
                *sum += u64::from(value);
            }
        }
    }
}

/// Where the keys of translucent colours begin.
const TRANSLUCENT: usize = 1 << 15;

fn key([r, g, b, a]: [u8; 4]) -> usize {
    let [r, g, b, a] = [r, g, b, a].map(usize::from);
    if a == 255 {
        r >> 3 << 10 | g >> 3 << 5 | b >> 3
    } else {
        TRANSLUCENT + (a >> 3 << 12 | r >> 4 << 8 | g >> 4 << 4 | b >> 4)
    }
}
