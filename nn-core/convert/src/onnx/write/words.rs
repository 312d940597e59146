//! A statement of the DSL, word by word, as the macro's own library writes it.

/// The words of a statement.
pub(super) struct Words {
    words: Vec<String>,
}

/// Every activation's word.
const ACTIVATIONS: [&str; 33] = [
    "linear",
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "celu",
    "sigmoid",
    "log_sigmoid",
    "tanh",
    "softplus",
    "softsign",
    "squareplus",
    "exponential",
    "silu",
    "swish",
    "gelu",
    "gelu_tanh",
    "mish",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "soft_shrink",
    "hard_shrink",
    "tanh_shrink",
    "sparse_plus",
    "sparse_sigmoid",
    "fast_sigmoid",
    "fast_tanh",
    "softmax",
    "log_softmax",
    "sparsemax",
];

impl Words {
    pub(super) fn of(text: &str) -> Self {
        // What is not trained is computed as what is.
        let words = text.split_whitespace().filter(|word| *word != "frozen");
        Self {
            words: words.map(str::to_owned).collect(),
        }
    }

    /// Its first word, or that behind `each`.
    pub(super) fn kind(&self) -> &str {
        match self.at(0) {
            "each" => self.at(1),
            "activation" => "activation",
            word if ACTIVATIONS.contains(&word) => "activation",
            word => word,
        }
    }

    pub(super) fn is_each(&self) -> bool {
        self.at(0) == "each"
    }

    pub(super) fn at(&self, index: usize) -> &str {
        self.words.get(index).map_or("", String::as_str)
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.words.iter().any(|known| known == word)
    }

    /// The word behind another.
    pub(super) fn after(&self, word: &str) -> Option<&str> {
        let at = self.words.iter().position(|known| known == word)?;
        self.words.get(at + 1).map(String::as_str)
    }

    /// The number behind a word.
    pub(super) fn number(&self, word: &str, otherwise: f32) -> Result<f32, String> {
        match self.after(word) {
            None => Ok(otherwise),
            Some(text) => text
                .replace('_', "")
                .parse()
                .map_err(|_| format!("only the compiler knows the number behind `{word}`")),
        }
    }

    /// Sizes such as `3x3` as one for each of `count` axes.
    pub(super) fn sizes(text: &str, count: usize) -> Result<Vec<usize>, String> {
        let sizes: Result<Vec<usize>, _> = text
            .split('x')
            .map(|size| size.trim().replace('_', "").parse())
            .collect();
        let sizes = sizes.map_err(|_| format!("only the compiler knows the size `{text}`"))?;
        match sizes[..] {
            [size] => Ok(vec![size; count]),
            _ if sizes.len() == count => Ok(sizes),
            _ => Err(format!("`{text}` are no sizes of {count} axes")),
        }
    }

    /// The activation with the number behind it.
    pub(super) fn activation(&self) -> Option<(&str, Option<&str>)> {
        let named = |at: usize| {
            matches!(
                self.words.get(at.wrapping_sub(1)).map(String::as_str),
                Some("recurrent_activation" | "init" | "bias_init")
            )
        };
        let at =
            (0..self.words.len()).find(|at| ACTIVATIONS.contains(&self.at(*at)) && !named(*at))?;
        let number = self
            .words
            .get(at + 1)
            .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        Some((self.at(at), number.map(String::as_str)))
    }
}
