//! `GET /service/platform/transformation/context?url=`: what the operations of a delivery URL do to its file, one by one,
//! without doing it.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use library::Asset;
use plan::{Format, OutputFormat, Plan, Size, probe::Probe};
use serde_json::{Value, json};

use super::{
    found, no_image, no_such_file, refused,
    url::{DeliveryUrl, Target, decode_value, parameters},
};
use crate::{
    Config, Pixelbin,
    auth::Caller,
    error::ApiError,
    transformation::{Executed, Meaning, Surroundings, TenantChains},
};

pub(crate) async fn context(
    State(app): State<Pixelbin>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let url = parameters(query.as_deref().unwrap_or_default())
        .filter(|(name, _)| *name == "url")
        .last()
        .map(|(_, value)| decode_value(value));
    let url = url.filter(|url| !url.is_empty());
    let url =
        url.ok_or_else(|| ApiError::bad_request("`url` expects a delivery URL or its path"))?;
    let target = own_path(&url, &app);
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target.as_str(), None),
    };
    let target = Target::parse(path, query, Config::MOUNT, false).ok_or_else(no_such_file)?;
    // Somebody else's cloud is no cloud.
    if target.cloud.map(decode_value).as_deref() != Some(caller.base.cloud.as_str()) {
        return Err(no_such_file());
    }
    let url = DeliveryUrl::parse(target.rest, &app.config.zones)?;
    let chains = TenantChains::of(&app.library, caller.actor.tenant).await?;
    let meaning = Meaning::of(&url.pattern, &chains, Surroundings::default())?;
    let (_, asset) = found::file(&app, caller.actor, &url.file).await.map_err(refused)?;
    let steps = match &meaning.plan {
        None => Vec::new(),
        Some(plan) => {
            let probe = asset.current.probe.as_ref().ok_or_else(no_image)?;
            steps(plan, &meaning.executed, probe, asset.current.blob.size)?
        }
    };
    let context = json!({
        "steps": steps,
        "metadata": metadata(&asset),
        "headers": {},
        "params": {},
    });
    Ok(Json(json!({ "context": context })))
}

/// The path of a delivery URL as this server serves it.
fn own_path(url: &str, app: &Pixelbin) -> String {
    let path = match url.split_once("://") {
        Some((_, behind)) => behind.split_once('/').map_or("", |(_, path)| path),
        None => url,
    };
    let path = path.trim_start_matches('/');
    let prefix = app.config.delivery_prefix();
    let below = path.strip_prefix(prefix).and_then(|path| path.strip_prefix('/'));
    match below {
        // Without a version it is below our mount only.
        Some(below) if !prefix.is_empty() => format!("{}/{below}", Config::MOUNT),
        _ => format!("/{path}"),
    }
}

/// One for each operation, with the size that it leaves. What a trim cuts away only pixels tell, so behind one sizes are the
/// largest that there can be.
fn steps(
    plan: &Plan,
    executed: &[Executed],
    probe: &Probe,
    bytes: u64,
) -> Result<Vec<Value>, ApiError> {
    let mut has_alpha = probe.has_alpha;
    executed
        .iter()
        .map(|executed| {
            let Size { width, height } = size_after(plan, executed.steps, probe)?;
            has_alpha &= executed.method != "flatten";
            Ok(json!({
                "name": executed.method,
                "operation": executed.plugin_name,
                "identifier": executed.plugin,
                "data": {},
                "metadata": null,
                "format": format(executed.format, probe.format),
                "size": bytes,
                "width": width,
                "height": height,
                "space": "srgb",
                "channels": if has_alpha { 4 } else { 3 },
                "depth": "uchar",
                "density": probe.density.unwrap_or(72),
                "hasAlpha": has_alpha,
                "hasProfile": false,
                "isProgressive": false,
            }))
        })
        .collect()
}

fn size_after(plan: &Plan, steps: usize, probe: &Probe) -> Result<Size, ApiError> {
    let limits = plan::Limits { output_side: Config::MAX_SIDE, ..plan::Limits::default() };
    let part = Plan { steps: plan.steps[..steps].to_vec(), ..plan.clone() };
    let mut next = part.resolve(probe, limits);
    loop {
        let resolved = next.map_err(|error| ApiError::bad_request(error.to_string()))?;
        let Some(deferred) = resolved.deferred else { return Ok(resolved.size) };
        next = deferred.resolve(resolved.size);
    }
}

fn format(output: OutputFormat, source: Format) -> &'static str {
    let name = |format: Format| if format == Format::Heic { "heif" } else { format.name() };
    match output {
        OutputFormat::Is(format) => name(format),
        OutputFormat::Auto | OutputFormat::Source if source.is_encodable() => name(source),
        OutputFormat::Auto | OutputFormat::Source => "png",
    }
}

/// Of the stored file.
fn metadata(asset: &Asset) -> Value {
    let current = &asset.current;
    let probe = current.probe.as_ref();
    let kind = match current.mime.split('/').next() {
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "raw",
    };
    let extension = asset.name.extension().map(str::to_ascii_lowercase);
    let format = probe
        .map(|probe| format(OutputFormat::Is(probe.format), probe.format).to_owned())
        .or_else(|| extension.clone())
        .unwrap_or_else(|| "bin".to_owned());
    json!({
        "width": probe.map(|probe| probe.size.width),
        "height": probe.map(|probe| probe.size.height),
        "channels": probe.map(|probe| if probe.has_alpha { 4 } else { 3 }),
        "hasAlpha": probe.map(|probe| probe.has_alpha),
        "extension": extension.unwrap_or_else(|| format.clone()),
        "format": format,
        "contentType": current.mime,
        "size": current.blob.size,
        "assetType": kind,
        "isImageAsset": kind == "image",
        "isAudioAsset": kind == "audio",
        "isVideoAsset": kind == "video",
        "isRawAsset": kind == "raw",
        "isTransformationSupported": probe.is_some(),
    })
}
