//! The table as the modules' endpoints show it.

use serde_json::{Value, json};

use super::{Kind, Param, Plugin};

/// One plug-in. `enabled`: whether its operations can be carried out here.
pub(crate) fn shape(plugin: &Plugin, enabled: bool) -> Value {
    let operations: Vec<Value> = plugin
        .operations
        .iter()
        .map(|operation| {
            json!({
                "method": operation.method,
                "displayName": operation.display_name,
                "description": operation.description,
                "params": operation.params.iter().map(param_shape).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "identifier": plugin.identifier,
        "name": plugin.name,
        "description": plugin.description,
        "credentials": {"required": plugin.needs_credentials},
        "isHeavy": plugin.is_heavy,
        "enabled": enabled,
        "operations": operations,
    })
}

/// Name, type, default and range of a parameter.
pub(crate) fn param_shape(param: &Param) -> Value {
    let mut shape = json!({
        "name": param.name,
        "title": param.name,
        "identifier": param.identifier,
    });
    let own = match param.kind {
        Kind::Integer { default, min, max } => {
            let mut own = json!({"type": "integer", "default": default});
            // The largest numbers are no range that anybody asks for.
            if min > i64::from(i32::MIN) {
                own["min"] = min.into();
            }
            if max < i64::from(i32::MAX) {
                own["max"] = max.into();
            }
            own
        }
        Kind::Side { default, max } => {
            json!({"type": "integer", "default": default, "min": 0, "max": max})
        }
        Kind::Float { default, min, max } => {
            let mut own = json!({"type": "float", "default": default});
            if min > f64::MIN {
                own["min"] = min.into();
            }
            if max < f64::MAX {
                own["max"] = max.into();
            }
            own
        }
        // A number or a word.
        Kind::Quality { default } => json!({"type": "string", "default": default.to_string()}),
        Kind::Text(default) => json!({"type": "string", "default": default}),
        Kind::Boolean(default) => json!({"type": "boolean", "default": default}),
        Kind::Enum { default, values } => {
            json!({"type": "enum", "enum": values, "default": default})
        }
        Kind::Color(default) => json!({"type": "color", "default": default}),
        Kind::File => json!({"type": "file", "default": ""}),
        Kind::Custom(default) => json!({"type": "custom", "default": default}),
        Kind::Bbox(default) => json!({"type": "bbox", "default": default}),
        Kind::BboxList => json!({"type": "bboxList", "default": ""}),
        Kind::PolygonList => json!({"type": "polygonList", "default": ""}),
    };
    if let (Value::Object(shape), Value::Object(own)) = (&mut shape, own) {
        shape.extend(own);
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules;

    #[test]
    fn parameters_say_type_default_and_range() {
        let resize = modules::plugin("t").and_then(|plugin| plugin.operation("resize"));
        let of = |key| param_shape(resize.and_then(|resize| resize.param(key)).unwrap());
        assert_eq!(
            of("h"),
            json!({
                "name": "Height", "title": "Height", "identifier": "h",
                "type": "integer", "default": 0, "min": 0, "max": 10_000,
            })
        );
        assert_eq!(of("f")["enum"][1], "contain");
        assert_eq!(of("dpr")["max"], 5.0);
    }
}
