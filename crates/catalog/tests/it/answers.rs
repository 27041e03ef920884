//! Answers of back ends, and predictions.

use std::collections::BTreeMap;

use catalog::{Answer, Catalog, ContentHash, NewPrediction, PREDICT, Picture, PredictionId};
use serde_json::{Value, json};

use crate::databases::on_every_database;
use crate::sample::{blob, now, orphans, tenant};

on_every_database!(
    an_answer_is_kept_until_it_is_forgotten,
    the_first_answer_stays,
    answers_are_of_a_tenant,
    a_prediction_comes_with_its_job,
    a_prediction_ends_once,
    bytes_of_predictions_are_no_orphans,
);

const QUESTION: ContentHash = ContentHash([7; 32]);
const ID: PredictionId = PredictionId([9; 16]);

fn facts(value: &Value) -> BTreeMap<String, Value> {
    value.as_object().unwrap().clone().into_iter().collect()
}

fn picture(content: u32) -> Picture {
    Picture { blob: blob(content), mime: "image/png".to_owned() }
}

fn prediction() -> NewPrediction {
    NewPrediction {
        operation: "erase.bg".to_owned(),
        request: json!({"options": {"i": "car"}}),
        source: picture(1),
        callback: Some("http://example.com/".to_owned()),
    }
}

async fn an_answer_is_kept_until_it_is_forgotten(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    assert_eq!(catalog.answer(tenant, &QUESTION).await.unwrap(), None);
    let answer = Answer { picture: Some(picture(1)), facts: facts(&json!({"a": [1, "\0"]})) };
    catalog.keep_answer(tenant, &QUESTION, &answer).await.unwrap();
    assert_eq!(catalog.answer(tenant, &QUESTION).await.unwrap(), Some(answer));
    let later = now() + 60_000;
    assert!(orphans(catalog, later, 10).await.is_empty());
    assert_eq!(catalog.forget_answers(now() - 60_000).await.unwrap(), 0);
    assert_eq!(catalog.forget_answers(later).await.unwrap(), 1);
    assert_eq!(catalog.answer(tenant, &QUESTION).await.unwrap(), None);
    assert_eq!(orphans(catalog, later, 10).await, [blob(1).hash]);
}

async fn the_first_answer_stays(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let answer = |content| Answer { picture: Some(picture(content)), facts: BTreeMap::new() };
    catalog.keep_answer(tenant, &QUESTION, &answer(1)).await.unwrap();
    catalog.keep_answer(tenant, &QUESTION, &answer(2)).await.unwrap();
    assert_eq!(catalog.answer(tenant, &QUESTION).await.unwrap(), Some(answer(1)));
}

async fn answers_are_of_a_tenant(catalog: &Catalog) {
    let (tenant, other) = (tenant(catalog).await, catalog.ensure_tenant("other").await.unwrap().id);
    let answer = Answer { picture: None, facts: facts(&json!({"n": 1})) };
    catalog.keep_answer(tenant, &QUESTION, &answer).await.unwrap();
    catalog.add_prediction(tenant, ID, prediction()).await.unwrap();
    assert_eq!(catalog.answer(other, &QUESTION).await.unwrap(), None);
    assert_eq!(catalog.prediction(other, ID).await.unwrap(), None);
    assert!(!catalog.end_prediction(other, ID, &Ok(answer)).await.unwrap());
}

async fn a_prediction_comes_with_its_job(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let added = catalog.add_prediction(tenant, ID, prediction()).await.unwrap();
    assert_eq!(added.new, prediction());
    assert_eq!(catalog.prediction(tenant, ID).await.unwrap(), Some(added));
    let job = catalog.claim_job(&[PREDICT], "worker", 60_000).await.unwrap().unwrap();
    let named: PredictionId = job.payload["prediction"].as_str().unwrap().parse().unwrap();
    assert_eq!((job.tenant, named), (tenant, ID));
}

async fn a_prediction_ends_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    catalog.add_prediction(tenant, ID, prediction()).await.unwrap();
    let answer = Ok(Answer { picture: Some(picture(2)), facts: facts(&json!({"n": 1})) });
    assert!(catalog.end_prediction(tenant, ID, &answer).await.unwrap());
    assert!(!catalog.end_prediction(tenant, ID, &Err("too late".to_owned())).await.unwrap());
    let ended = catalog.prediction(tenant, ID).await.unwrap().unwrap();
    assert_eq!(ended.outcome, Some(answer));

    let other = PredictionId([8; 16]);
    catalog.add_prediction(tenant, other, prediction()).await.unwrap();
    let failure = Err("the back end answered 422".to_owned());
    assert!(catalog.end_prediction(tenant, other, &failure).await.unwrap());
    let ended = catalog.prediction(tenant, other).await.unwrap().unwrap();
    assert_eq!(ended.outcome, Some(failure));
}

async fn bytes_of_predictions_are_no_orphans(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    catalog.add_prediction(tenant, ID, prediction()).await.unwrap();
    let answer = Ok(Answer { picture: Some(picture(2)), facts: BTreeMap::new() });
    catalog.end_prediction(tenant, ID, &answer).await.unwrap();
    let later = now() + 60_000;
    assert!(orphans(catalog, later, 10).await.is_empty());
    assert_eq!(catalog.forget_predictions(later).await.unwrap(), 1);
    assert_eq!(orphans(catalog, later, 10).await.len(), 2);
}
