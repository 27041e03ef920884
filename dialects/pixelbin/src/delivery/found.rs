//! The files that a delivery needs: the one that its URL names, and those that its plan lays onto it.

use library::{Actor, Asset, Library, Stage};
use plan::{Content, Ingredient, Plan, Step};

use super::url::Tail;
use crate::{Pixelbin, error::ApiError, files::find, playground};

/// The file of a delivery tail, and who asks for it: the picture for trying things out is another tenant's.
pub(crate) async fn file(
    app: &Pixelbin,
    actor: Actor,
    tail: &Tail,
) -> Result<(Actor, Asset), library::Error> {
    let text = tail.to_string();
    match find::file(&app.library, actor, &text).await {
        Err(error @ library::Error::NotFound(_)) => {
            playground::delivered(app, &text).await?.ok_or(error)
        }
        found => found.map(|asset| (actor, asset)),
    }
}

/// The same for all that a stage names.
pub(crate) async fn settle_stage(
    library: &Library,
    actor: Actor,
    stage: &mut Stage,
) -> Result<(), ApiError> {
    settle_layers(library, actor, &mut stage.plan).await?;
    for (_, path) in &mut stage.operation.files {
        *path = settled(library, actor, path).await?;
    }
    Ok(())
}

/// Puts the library's own path in the place of each tail that a plan names.
pub(crate) async fn settle_layers(
    library: &Library,
    actor: Actor,
    plan: &mut Plan,
) -> Result<(), ApiError> {
    // The steps whose layers are still to be looked at; no plan is deep, and there are few of them.
    let mut lists = vec![&mut plan.steps];
    while let Some(steps) = lists.pop() {
        for step in steps {
            let Step::Layer(layer) = step else { continue };
            if let Content::Picture(inset) = &mut layer.content
                && let Ingredient::Path(path) = &mut inset.file
            {
                *path = settled(library, actor, path).await?;
            }
            lists.push(&mut layer.steps);
        }
    }
    Ok(())
}

/// The library's own path of a tail.
async fn settled(library: &Library, actor: Actor, tail: &str) -> Result<String, ApiError> {
    let missing = || ApiError::not_found("A file that the operations name was not found");
    let tail = Tail::parse(tail).ok_or_else(missing)?;
    let asset = match find::file(library, actor, &tail.to_string()).await {
        Err(library::Error::NotFound(_)) => return Err(missing()),
        found => found?,
    };
    let folder = asset.folder.as_str().trim_end_matches('/');
    Ok(format!("{folder}/{}", asset.name))
}
