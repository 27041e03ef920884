//! A prediction as clients see it.

use std::sync::Arc;

use http::HeaderMap;
use library::{Prediction, TellPrediction};
use serde_json::{Value, json};
use wire::time::iso;

use crate::{Config, PREDICTIONS, PUBLIC_PREDICTIONS, base::Base};

/// Its id: what was asked for, and which one it is.
pub(super) fn label(prediction: &Prediction) -> String {
    format!("{}--{}", prediction.new.operation.replace('.', "--"), prediction.id)
}

pub(super) fn job(prediction: &Prediction, base: &Base, organization: i64) -> Value {
    let label = label(prediction);
    let mut job = json!({
        "_id": label,
        "status": "ACCEPTED",
        "input": prediction.new.request["shown"],
        "urls": {"get": format!("{}{PREDICTIONS}/{label}", base.api)},
        "orgId": organization,
        "retention": "30d",
        "createdAt": iso(prediction.created),
    });
    match &prediction.outcome {
        None => {}
        Some(Ok(answer)) => {
            job["status"] = "SUCCESS".into();
            job["consumedCredits"] = 0.into();
            let output = answer.picture.as_ref().map(|picture| {
                let kind = picture.mime.rsplit('/').next().unwrap_or_default();
                let Base { api, cloud, .. } = base;
                format!("{api}{PUBLIC_PREDICTIONS}/outputs/{cloud}/{label}/result_0.{kind}")
            });
            job["output"] = json!(Vec::from_iter(output));
            // What was found out, where there is no picture.
            if answer.picture.is_none() {
                job["data"] = json!(answer.facts);
            }
        }
        Some(Err(why)) => {
            job["status"] = "FAILURE".into();
            job["error"] = why.as_str().into();
        }
    }
    job
}

/// Tells those who left a `webhook`: the job, as it is when it is asked for.
pub(crate) fn teller(config: Arc<Config>) -> TellPrediction {
    Box::new(move |prediction, tenant| {
        let base = Base::new(&config, &HeaderMap::new(), tenant.name);
        job(prediction, &base, tenant.id.0).to_string()
    })
}
