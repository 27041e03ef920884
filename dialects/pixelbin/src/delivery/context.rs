//! `GET /service/platform/transformation/context?url=`: what the operations of a delivery URL do to its file, one by one,
//! without doing it. What back ends find is known only once they were asked, so those are.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use http::HeaderMap;
use library::{Accepts, Actor, Asset, AssetId, AssetRef, Library, Report, Stage};
use plan::{Format, Output, OutputFormat, Plan, Size, Step, probe::Probe};
use serde_json::{Map, Value, json};

use super::{
    found,
    handing::Handing,
    no_image, no_such_file, refused,
    url::{DeliveryUrl, Target, decode_value, parameters},
};
use crate::{
    Config, Pixelbin,
    auth::Caller,
    error::ApiError,
    files::response::asset_type,
    transformation::{Executed, Meaning, TenantChains},
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
    let query = query.unwrap_or_default();
    let handing = Handing::read(query).map_err(|error| ApiError::bad_request(error.to_string()))?;
    let surroundings = handing.surroundings(&HeaderMap::new());
    let mut meaning = Meaning::of(&url.pattern, &chains, surroundings)?;
    let (actor, asset) = found::file(&app, caller.actor, &url.file).await.map_err(refused)?;
    let stages = super::stages(&app, actor, &mut meaning).await?.unwrap_or_default();
    let executed = std::mem::take(&mut meaning.executed);
    let steps = match meaning.plan.clone() {
        None => Vec::new(),
        Some(plan) => {
            let probe = asset.current.probe.clone().ok_or_else(no_image)?;
            let mut way = Way {
                library: app.library.clone(),
                actor,
                asset: asset.id,
                stages: Vec::new(),
                plan,
                probe,
                bytes: asset.current.blob.size,
                is_made: false,
            };
            if !stages.is_empty() {
                let wanted = super::request(AssetRef::Id(asset.id), meaning, Accepts::default());
                let staged = app.library.staged(actor, &wanted, stages.clone()).await;
                let reports = staged.map_err(refused)?.reports;
                way.stages = stages.into_iter().zip(reports).collect();
            }
            way.steps(&executed).await?
        }
    };
    let params: Map<String, Value> = parameters(query)
        .map(|(name, value)| (name.to_owned(), decode_value(value).into()))
        .collect();
    let context = json!({
        "steps": steps,
        "metadata": metadata(&asset),
        "headers": {},
        "params": params,
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

/// What a pattern does, stage by stage.
struct Way {
    library: Library,
    actor: Actor,
    asset: AssetId,
    stages: Vec<(Stage, Report)>,
    /// After the last stage.
    plan: Plan,
    /// Of the picture that the next step is done to, as far as it has been made.
    probe: Probe,
    bytes: u64,
    /// By a back end.
    is_made: bool,
}

impl Way {
    /// One for each operation, with the size that it leaves. What a trim cuts away only pixels tell: there the picture is
    /// made. Behind what a back end made sizes are the largest that there can be.
    async fn steps(mut self, executed: &[Executed]) -> Result<Vec<Value>, ApiError> {
        let mut stages = std::mem::take(&mut self.stages).into_iter().peekable();
        let mut before: Vec<Step> = Vec::new();
        let mut has_alpha = self.probe.has_alpha;
        let mut shown = Vec::with_capacity(executed.len());
        for executed in executed {
            let own = stages.peek().map_or(&self.plan.steps, |(stage, _)| &stage.plan.steps);
            let mut done = before.clone();
            done.extend_from_slice(&own[..executed.steps]);
            let mut data = json!({});
            if executed.is_operated
                && let Some((_, report)) = stages.next()
            {
                data = Value::Object(report.facts);
                if let Some((probe, blob)) = report.made {
                    has_alpha = probe.has_alpha;
                    (self.probe, self.bytes, self.is_made) = (probe, blob.size, true);
                    done.clear();
                }
                before.clone_from(&done);
            }
            let Size { width, height } = self.size_after(done).await?;
            has_alpha &= executed.method != "flatten";
            shown.push(json!({
                "name": executed.method,
                "operation": executed.plugin_name,
                "identifier": executed.plugin,
                "data": data,
                "metadata": null,
                "format": format(executed.format, self.probe.format),
                "size": self.bytes,
                "width": width,
                "height": height,
                "space": "srgb",
                "channels": if has_alpha { 4 } else { 3 },
                "depth": "uchar",
                "density": self.probe.density.unwrap_or(72),
                "hasAlpha": has_alpha,
                "hasProfile": false,
                "isProgressive": false,
            }));
        }
        Ok(shown)
    }

    async fn size_after(&self, steps: Vec<Step>) -> Result<Size, ApiError> {
        if !self.is_made && steps.iter().any(|step| matches!(step, Step::Trim(_))) {
            let output = Output { format: OutputFormat::Is(Format::Png), ..Output::default() };
            let plan = Plan { steps, output, ..self.plan.clone() };
            let meaning = Meaning { plan: Some(plan), ..Meaning::default() };
            let wanted = super::request(AssetRef::Id(self.asset), meaning, Accepts::default());
            return self.library.measured(self.actor, wanted).await.map_err(refused);
        }
        let limits = plan::Limits { output_side: Config::MAX_SIDE, ..plan::Limits::default() };
        let part = Plan { steps, ..self.plan.clone() };
        let mut next = part.resolve(&self.probe, limits);
        loop {
            let resolved = next.map_err(|error| ApiError::bad_request(error.to_string()))?;
            let Some(deferred) = resolved.deferred else { return Ok(resolved.size) };
            next = deferred.resolve(resolved.size);
        }
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
    let kind = asset_type(asset);
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
