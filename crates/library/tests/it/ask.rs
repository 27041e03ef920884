//! What the cases ask for.

use futures_util::StreamExt;
use library::{
    Accepts, Actor, AssetRef, Body, Deliver, Delivery, FolderPath, Library, Name, Result, Version,
    VersionId, What,
};
use plan::Plan;

pub(crate) fn at(path: &str) -> AssetRef {
    let (folder, name) = path.rsplit_once('/').unwrap();
    let folder = if folder.is_empty() { "/" } else { folder };
    AssetRef::At(FolderPath::parse(folder).unwrap(), Name::parse(name).unwrap())
}

pub(crate) fn original(path: &str) -> Deliver {
    Deliver {
        asset: at(path),
        version: None,
        fallback: None,
        what: What::Original,
        accepts: Accepts::default(),
        source_limit: None,
    }
}

pub(crate) fn rendering(path: &str, plan: &str) -> Deliver {
    let plan: Plan = plan.parse().unwrap();
    Deliver { what: What::Rendering { plan, presets_only: false }, ..original(path) }
}

pub(crate) fn preset(path: &str, plan: &str) -> Deliver {
    let plan: Plan = plan.parse().unwrap();
    Deliver { what: What::Rendering { plan, presets_only: true }, ..original(path) }
}

pub(crate) fn of_version(path: &str, version: VersionId) -> Deliver {
    Deliver { version: Some(version), ..original(path) }
}

pub(crate) async fn get(library: &Library, actor: Actor, request: Deliver) -> Result<Vec<u8>> {
    let delivery = library.deliver(actor, request).await?;
    read(delivery).await
}

pub(crate) async fn read(delivery: Delivery) -> Result<Vec<u8>> {
    Ok(match delivery.open(None).await? {
        Body::Bytes(bytes) => bytes.to_vec(),
        Body::Stream { length, mut stream } => {
            let mut bytes = Vec::new();
            while let Some(part) = stream.next().await {
                bytes.extend_from_slice(&part.unwrap());
            }
            assert_eq!(bytes.len() as u64, length);
            bytes
        }
    })
}

/// Bytes of one version.
pub(crate) async fn get_version(
    library: &Library,
    actor: Actor,
    path: &str,
    version: &Version,
) -> Vec<u8> {
    get(library, actor, of_version(path, version.id)).await.unwrap()
}
