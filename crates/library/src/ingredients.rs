//! What a plan takes from assets: the files of its layers, and their areas of interest.
//!
//! A plan names files by path; a key must name content. So every path becomes the hash of what is there now, before a
//! key is made, and an answer is fresh as long as all that it was made of is.

use std::sync::Arc;

use bytes::Bytes;
use catalog::{Blob, FolderPath, Name};
use plan::{Anchor, Content, Font, Ingredient, Inset, Layer, Plan, Step};

use crate::{
    Actor, AssetRef, CacheRule, Error, Freshness, Library, Result, What,
    admission::Cost,
    asset_map::Known,
    deliver::{check_source, permit},
};

/// A plan whose layers name content.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) plan: Plan,
    /// Each once.
    pub(crate) files: Vec<Blob>,
    pub(crate) ties: Ties,
    /// What the files cost beside the picture itself.
    pub(crate) cost: Cost,
    /// Bytes of all files.
    bytes: u64,
}

/// How an answer hangs on the files that it was made of.
#[derive(Debug, Default)]
pub(crate) struct Ties {
    pub(crate) freshness: Vec<Freshness>,
    /// One of them is not for everybody.
    pub(crate) is_private: bool,
}

impl Ties {
    pub(crate) fn extend(&mut self, other: Self) {
        self.freshness.extend(other.freshness);
        self.is_private |= other.is_private;
    }
}

impl Bound {
    pub(crate) fn new(plan: Plan) -> Self {
        let cost = Cost { pixels: 0, memory: 0 };
        Self { plan, files: Vec::new(), ties: Ties::default(), cost, bytes: 0 }
    }
}

impl Library {
    /// Binds `plan` for a picture whose area of interest is `focus`.
    ///
    /// # Errors
    /// A file that is not there, or that this actor does not see, is [`Error::Invalid`]; one that needs a signature is
    /// [`Error::Denied`]. Files beyond the limits for a source, each for itself or all together, are
    /// [`Error::TooLarge`].
    pub(crate) async fn bind(
        &self,
        actor: Actor,
        mut plan: Plan,
        focus: Option<[u32; 4]>,
        source_limit: Option<u64>,
    ) -> Result<Bound> {
        let mut steps = std::mem::take(&mut plan.steps);
        let mut bound = Bound::new(plan);
        // A list instead of a recursion, which cannot be async without a box.
        let mut lists = vec![(steps.as_mut_slice(), area_of_interest(focus))];
        while let Some((steps, anchor)) = lists.pop() {
            for step in steps {
                match step {
                    Step::Layer(layer) => {
                        let Layer { content, steps, .. } = &mut **layer;
                        let anchor =
                            self.bind_content(actor, content, source_limit, &mut bound).await?;
                        lists.push((steps, anchor));
                    }
                    Step::If(branch) => {
                        lists.push((&mut branch.then, anchor));
                        lists.push((&mut branch.otherwise, anchor));
                    }
                    step => bind_anchor(step, anchor),
                }
            }
        }
        bound.plan.steps = steps;
        Ok(bound)
    }

    /// Returns the area of interest of what the layer shows.
    async fn bind_content(
        &self,
        actor: Actor,
        content: &mut Content,
        source_limit: Option<u64>,
        bound: &mut Bound,
    ) -> Result<Anchor> {
        match content {
            Content::Picture(inset) => self.bind_picture(actor, inset, source_limit, bound).await,
            Content::Text(text) => {
                self.bind_font(actor, &mut text.font, source_limit, bound).await?;
                Ok(Anchor::Center)
            }
            Content::Area(_) => Ok(Anchor::Center),
        }
    }

    /// A font that is not there is one that is not known: the text is set in the bundled sans.
    async fn bind_font(
        &self,
        actor: Actor,
        font: &mut Font,
        source_limit: Option<u64>,
        bound: &mut Bound,
    ) -> Result<()> {
        let Font::File(file) = font else { return Ok(()) };
        match self.bind_file(actor, file, "the font of a layer", source_limit, bound).await {
            Ok(_) => {}
            Err(Error::Invalid(_)) => {
                *font = Font::Family(String::new());
                // Nothing would tell that the font has come, so the answer is not kept as if it were settled.
                let passing = Freshness::new();
                passing.spoil();
                bound.ties.freshness.push(passing);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn bind_picture(
        &self,
        actor: Actor,
        inset: &mut Inset,
        source_limit: Option<u64>,
        bound: &mut Bound,
    ) -> Result<Anchor> {
        const WHAT: &str = "the picture of a layer";
        let known = self.bind_file(actor, &mut inset.file, WHAT, source_limit, bound).await?;
        let current = &known.asset.current;
        let probe = current.probe.as_ref();
        let probe = probe.ok_or_else(|| Error::NotAnImage(format!("{WHAT} is no image")))?;
        check_source(&self.inner.config.limits, current.blob.size, probe, source_limit)?;
        let pixels = probe.size.pixels();
        bound.cost.pixels = bound.cost.pixels.saturating_add(pixels);
        // Layers are decoded one after the other, at most as many at once as they are nested.
        bound.cost.memory =
            bound.cost.memory.max(pixels.saturating_mul(4 * Layer::MAX_NESTING as u64));
        Ok(area_of_interest(known.asset.focus))
    }

    /// Binds one file; `what` says what it is for.
    pub(crate) async fn bind_file(
        &self,
        actor: Actor,
        file: &mut Ingredient,
        what: &str,
        source_limit: Option<u64>,
        bound: &mut Bound,
    ) -> Result<Arc<Known>> {
        let missing = || Error::Invalid(format!("{what} does not exist"));
        let place = match &*file {
            Ingredient::Path(path) => place(path).ok_or_else(missing)?,
            // Nobody may ask for bytes without saying whose they are.
            Ingredient::Content(_) => return Err(missing()),
        };
        let known = self.visible(actor, &place).await?.ok_or_else(missing)?;
        let rule = permit(actor, &known.asset, &What::Original)?;
        bound.ties.is_private |= rule == CacheRule::Private;
        bound.ties.freshness.push(known.freshness.clone());
        let blob = &known.asset.current.blob;
        if !bound.files.iter().any(|known| known.hash == blob.hash) {
            bound.files.push(blob.clone());
            bound.bytes = bound.bytes.saturating_add(blob.size);
        }
        let most = self.inner.config.limits.source_bytes;
        let most = source_limit.unwrap_or(most).min(most);
        if bound.bytes > most {
            return Err(Error::TooLarge(format!(
                "the files of all layers have {} bytes, the limit is {most}",
                bound.bytes
            )));
        }
        *file = Ingredient::Content(blob.hash.0);
        Ok(known)
    }

    /// The bytes of files that a plan was bound to.
    pub(crate) async fn read_files(&self, files: &[Blob]) -> Result<Vec<([u8; 32], Bytes)>> {
        let mut read = Vec::with_capacity(files.len());
        for file in files {
            read.push((file.hash.0, self.read_blob(file).await?));
        }
        Ok(read)
    }
}

/// The asset at a path; `None` where none can be.
fn place(path: &str) -> Option<AssetRef> {
    let mut segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let name = Name::parse(segments.pop()?).ok()?;
    let mut folder = FolderPath::root();
    for segment in segments {
        folder = folder.join(segment).ok()?;
    }
    Some(AssetRef::At(folder, name))
}

fn area_of_interest(focus: Option<[u32; 4]>) -> Anchor {
    match focus {
        Some([x, y, width, height]) if width > 0 && height > 0 => {
            Anchor::Focus(plan::Rect { x, y, width, height })
        }
        _ => Anchor::Center,
    }
}

fn bind_anchor(step: &mut Step, area: Anchor) {
    let anchor = match step {
        Step::Resize(resize) => &mut resize.anchor,
        Step::Pad(pad) => &mut pad.anchor,
        Step::Crop(plan::Crop { at: plan::CropAt::Anchor(anchor), .. }) => anchor,
        _ => return,
    };
    if *anchor == Anchor::Custom {
        *anchor = area;
    }
}
