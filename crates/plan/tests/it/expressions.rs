//! Arithmetic with ImageKit's order of evaluation.

use plan::{
    Density, Expr, Length, Limits, Operator, Output, Plan, Resize, ResolveError, Step, Variable,
};

use crate::source::{picture, plan};

const OPERATORS: [(&str, Operator); 6] = [
    ("add", Operator::Add),
    ("sub", Operator::Sub),
    ("mul", Operator::Mul),
    ("div", Operator::Div),
    ("mod", Operator::Mod),
    ("pow", Operator::Pow),
];

/// `iw_div_2` as the builder takes it.
fn expression(text: &str) -> Expr {
    let operand = |word: &str| match word {
        "iw" => Expr::Variable(Variable::InputWidth),
        "ih" => Expr::Variable(Variable::InputHeight),
        "iar" => Expr::Variable(Variable::InputRatio),
        "cw" => Expr::Variable(Variable::CurrentWidth),
        "bh" => Expr::Variable(Variable::BaseHeight),
        "idn" => Expr::Variable(Variable::InputDensity),
        number => Expr::Number(number.parse().expect("a number")),
    };
    let words: Vec<&str> = text.split('_').collect();
    let rest = words[1..].chunks(2).map(|pair| {
        let operator = OPERATORS.iter().find(|(word, _)| *word == pair[0]);
        (operator.expect("an operator").1, operand(pair[1]))
    });
    Expr::from_operations(operand(words[0]), rest.collect())
}

fn width(expr: Expr) -> Plan {
    plan(vec![Step::Resize(Resize { width: Some(Length::Expr(expr)), ..Resize::default() })])
}

#[test]
fn operators_bind_in_the_documented_order() {
    let rows = [
        ("iw_div_2", 300),
        ("ih_mul_0.5", 200),
        ("2_pow_3_add_1", 16),
        ("10_add_7_mod_5", 2),
        ("iw_sub_100_mul_2", 400),
        ("iw_div_2_mul_3", 900),
        ("iw_sub_100_add_50", 550),
        ("2_pow_2_pow_3", 64),
        ("iar_mul_100", 150),
        ("cw_add_bh", 1000),
        ("idn", 72),
        // To nearest, halves up; at least 1.
        ("7_div_2", 4),
        ("iw_sub_600", 1),
        ("iw_sub_900", 1),
    ];
    for (text, expected) in rows {
        let plan = width(expression(text));
        for plan in [plan.clone(), plan.normalized()] {
            let resolved = plan.resolve(&picture(600, 400), Limits::default());
            assert_eq!(resolved.map(|resolved| resolved.size.width), Ok(expected), "{text}");
        }
    }
}

#[test]
fn an_expression_without_a_value_says_why() {
    let rows = [
        ("iw_div_0", "the expression `iw/0` has no value: it divides by zero"),
        ("5_mod_0", "the expression `5%0` has no value: it divides by zero"),
        ("iw_pow_iw_pow_iw", "the expression `(iw^iw)^iw` has no value: it is no finite number"),
    ];
    for (text, expected) in rows {
        let error = width(expression(text)).resolve(&picture(600, 400), Limits::default());
        assert_eq!(error.map_err(|error| error.to_string()).err().as_deref(), Some(expected));
    }
}

#[test]
fn too_deep_an_expression_is_an_error_and_no_overflow() {
    let terms = vec![(Operator::Add, Expr::Number(1.0)); 5_000];
    let plan = width(Expr::from_operations(Expr::Variable(Variable::InputWidth), terms));
    assert!(plan.to_string().contains("..."));
    let found = plan.normalized().resolve(&picture(600, 400), Limits::default());
    assert!(matches!(found, Err(ResolveError::Expression { .. })));
}

#[test]
fn a_density_may_be_computed() {
    let density = |density, dpi| {
        let plan = Plan { output: Output { density, ..Output::default() }, ..Plan::default() };
        let mut source = picture(600, 400);
        source.density = dpi;
        plan.density(&source)
    };
    let half = || Some(Density::Expr(expression("idn_div_2")));
    assert_eq!(density(None, Some(300)), None);
    assert_eq!(density(Some(Density::Dpi(150)), Some(300)), Some(150));
    assert_eq!(density(half(), Some(300)), Some(150));
    assert_eq!(density(half(), None), Some(36));
    assert_eq!(density(Some(Density::Expr(expression("idn_div_0"))), None), None);
}
