//! From what a client calls a file to the file.

use library::{Actor, Asset, Error, FolderPath, Library, Name, Result};

use crate::names;

/// The file that is called so: by its `fileId`, exactly or as a slug, or by what it is delivered as. Other spellings of
/// its format find a file that has no extension of its own (`cat.jpg` is the `cat` that is a JPEG).
///
/// [`Error::NotFound`] if the actor sees none.
pub(crate) async fn file(library: &Library, actor: Actor, text: &str) -> Result<Asset> {
    let places = places(text);
    for (folder, name) in &places {
        match library.asset_shown(actor, folder, name).await {
            Err(Error::NotFound(_)) => {}
            found => return found,
        }
    }
    for (folder, name) in &places {
        let (Some(extension), stem) = (name.extension(), name.stem()) else { continue };
        let Ok(stem) = Name::parse(stem) else { continue };
        match library.asset_shown(actor, folder, &stem).await {
            Err(Error::NotFound(_)) => {}
            Ok(asset)
                if asset.short_name.as_ref() != Some(&stem)
                    || !names::same_format(extension, &names::format(&asset)) => {}
            found => return found,
        }
    }
    Err(Error::NotFound("the file".into()))
}

/// Where it may be: as it is spelled, and as slugs.
fn places(text: &str) -> Vec<(FolderPath, Name)> {
    let text = text.trim_matches('/');
    let (folder, name) = text.rsplit_once('/').unwrap_or(("", text));
    let name_slug = names::slug(name);
    let spelled = [Some(name), name_slug.as_deref()];
    let folders = names::existing_folders(folder);
    let mut places = Vec::new();
    // Exact first; a slug of the folder goes with one of the name.
    for (at, folder) in folders.iter().enumerate() {
        let names = if at == 0 { &spelled[..] } else { &spelled[1..] };
        let names = names.iter().flatten().filter_map(|name| Name::parse(name).ok());
        places.extend(names.map(|name| (folder.clone(), name)));
    }
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_be_called_as_it_is_or_as_a_slug() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            let places = places(text);
            let shown: Vec<String> =
                places.iter().map(|(folder, name)| format!("{folder} {name}")).collect();
            assert_eq!(shown, expected, "{text}");
        }
        check("a/b.png", &["/a b.png"]);
        check("/a//b", &["/a b"]);
        check("My Dir/My File", &["/My Dir My File", "/My Dir My_File", "/My_Dir My_File"]);
        check("", &[]);
        check("a/../b", &[]);
        check("..", &[]);
    }
}
