//! Activations as operators.

use super::{Value, Writer, float, int};

/// The usual number of an activation that has one.
fn usual(word: &str) -> f32 {
    match word {
        "leaky_relu" => 0.2,
        "squareplus" => 4.0,
        "soft_shrink" | "hard_shrink" => 0.5,
        _ => 1.0,
    }
}

/// The value through an activation.
pub(super) fn activated(
    writer: &mut Writer,
    mut value: Value,
    place: &str,
    activation: Option<(&str, Option<&str>)>,
) -> Result<Value, String> {
    let Some((word, number)) = activation else {
        return Ok(value);
    };
    let number = match number {
        None => usual(word),
        Some(text) => text
            .replace('_', "")
            .parse()
            .map_err(|_| format!("only the compiler knows the number of `{word}`"))?,
    };
    if word.contains("softmax") {
        value = writer.last(value);
    }
    value.name = operators(writer, &value.name, place, word, number)?;
    Ok(value)
}

fn operators(
    writer: &mut Writer,
    x: &str,
    place: &str,
    word: &str,
    number: f32,
) -> Result<String, String> {
    let mut op =
        |kind: &str, inputs: &[&str], attributes| writer.op(kind, place, inputs, attributes);
    let plain = match word {
        "linear" => return Ok(x.to_owned()),
        "relu" => "Relu",
        "selu" => "Selu",
        "sigmoid" => "Sigmoid",
        "tanh" => "Tanh",
        "softsign" => "Softsign",
        "exponential" => "Exp",
        "hard_silu" | "hard_swish" => "HardSwish",
        "leaky_relu" => return Ok(op("LeakyRelu", &[x], vec![float("alpha", number)])),
        "elu" => return Ok(op("Elu", &[x], vec![float("alpha", number)])),
        "celu" => return Ok(op("Celu", &[x], vec![float("alpha", number)])),
        "hard_sigmoid" => {
            return Ok(op(
                "HardSigmoid",
                &[x],
                vec![float("alpha", 1.0 / 6.0), float("beta", 0.5)],
            ));
        }
        "soft_shrink" => {
            return Ok(op(
                "Shrink",
                &[x],
                vec![float("lambd", number), float("bias", number)],
            ));
        }
        "hard_shrink" => {
            return Ok(op(
                "Shrink",
                &[x],
                vec![float("lambd", number), float("bias", 0.0)],
            ));
        }
        "softmax" => return Ok(op("Softmax", &[x], vec![int("axis", -1)])),
        "log_softmax" => return Ok(op("LogSoftmax", &[x], vec![int("axis", -1)])),
        _ => return composed(writer, x, place, word, number),
    };
    Ok(op(plain, &[x], Vec::new()))
}

/// Those that take several operators.
fn composed(
    writer: &mut Writer,
    x: &str,
    place: &str,
    word: &str,
    number: f32,
) -> Result<String, String> {
    let mut steps = Steps { writer, place };
    Ok(match word {
        "relu6" => steps.clip(x, 0.0, 6.0),
        "hard_tanh" => steps.clip(x, -1.0, 1.0),
        "silu" | "swish" => {
            let gate = steps.of("Sigmoid", &[x]);
            steps.of("Mul", &[x, &gate])
        }
        "mish" => {
            let plus = steps.of("Softplus", &[x]);
            let gate = steps.of("Tanh", &[&plus]);
            steps.of("Mul", &[x, &gate])
        }
        "tanh_shrink" => {
            let tanh = steps.of("Tanh", &[x]);
            steps.of("Sub", &[x, &tanh])
        }
        "log_sigmoid" => {
            let minus = steps.of("Neg", &[x]);
            let plus = steps.of("Softplus", &[&minus]);
            steps.of("Neg", &[&plus])
        }
        "softplus" => {
            let scaled = steps.with("Mul", x, number);
            let plus = steps.of("Softplus", &[&scaled]);
            steps.with("Div", &plus, number)
        }
        "squareplus" => {
            let square = steps.of("Mul", &[x, x]);
            let sum = steps.with("Add", &square, number);
            let root = steps.of("Sqrt", &[&sum]);
            let both = steps.of("Add", &[x, &root]);
            steps.with("Mul", &both, 0.5)
        }
        "gelu" => {
            let inner = steps.with("Mul", x, std::f32::consts::FRAC_1_SQRT_2);
            let erf = steps.of("Erf", &[&inner]);
            steps.gate(x, &erf)
        }
        "gelu_tanh" => {
            let square = steps.of("Mul", &[x, x]);
            let cube = steps.of("Mul", &[&square, x]);
            let small = steps.with("Mul", &cube, 0.044_715);
            let sum = steps.of("Add", &[x, &small]);
            let inner = steps.with("Mul", &sum, (2.0 / std::f32::consts::PI).sqrt());
            let tanh = steps.of("Tanh", &[&inner]);
            steps.gate(x, &tanh)
        }
        _ => return Err(format!("ONNX has no operators for `{word}`")),
    })
}

struct Steps<'w> {
    writer: &'w mut Writer,
    place: &'w str,
}

impl Steps<'_> {
    fn of(&mut self, kind: &str, inputs: &[&str]) -> String {
        self.writer.op(kind, self.place, inputs, Vec::new())
    }

    fn with(&mut self, kind: &str, x: &str, number: f32) -> String {
        let number = self.writer.number(number);
        self.of(kind, &[x, &number])
    }

    fn clip(&mut self, x: &str, least: f32, most: f32) -> String {
        let (least, most) = (self.writer.number(least), self.writer.number(most));
        self.of("Clip", &[x, &least, &most])
    }

    /// `x * (1 + y) / 2`.
    fn gate(&mut self, x: &str, y: &str) -> String {
        let one = self.with("Add", y, 1.0);
        let product = self.of("Mul", &[x, &one]);
        self.with("Mul", &product, 0.5)
    }
}
