//! What the client says about its screen, for `w-auto` and `dpr-auto`.

/// Client hints of one request. Remembers whether one was asked for, because then the answer depends on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hints {
    width: Option<u32>,
    dpr: Option<f64>,
    used: bool,
}

impl Hints {
    /// `width` in physical pixels, 1 to 65,535; `dpr` 0.1 to 5. What lies outside counts as not said.
    pub(crate) fn new(width: Option<u32>, dpr: Option<f64>) -> Self {
        Self {
            width: width.filter(|width| (1..=65_535).contains(width)),
            dpr: dpr.filter(|dpr| (0.1..=5.0).contains(dpr)),
            used: false,
        }
    }

    pub(crate) fn width(&mut self) -> Option<u32> {
        self.used = true;
        self.width
    }

    pub(crate) fn dpr(&mut self) -> Option<f64> {
        self.used = true;
        self.dpr
    }

    pub(crate) fn were_used(&self) -> bool {
        self.used
    }
}
