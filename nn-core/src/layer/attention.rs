use crate::activation::Linear;
use crate::init::{GlorotUniform, Initializer, Shape};
use crate::kernel::lanes::add;
use crate::layer::{
    AttentionShape, AttentionSizes, Bias, Context, Dense, Layer, LayerShape, Pass, Train, Visitor,
    WithBias, show,
};
use crate::plain::{self, as_mut_slice, as_slice, zeroed};
use crate::regularizer;
use crate::weights::Part;
use fearless_simd::Level;
use nalgebra::SMatrix;
use rand::Rng;

mod head;

use head::{Head, gather, scatter};

/// Attention of every step to all steps, through `HEADS` heads of `KEYS` values (Keras `MultiHeadAttention`, with the sequence as query,
/// key and value; Vaswani et al. 2017).
///
/// For each head, `softmax(q k' / sqrt(KEYS)) v` with `q`, `k` and `v` dense layers of each step's `FEATURES` values; the heads' results,
/// side by side, go through a dense layer back to `FEATURES` values. If `CAUSAL`, a step looks at itself and earlier ones only (Keras's
/// `use_causal_mask=True`).
///
/// `STEPS` steps, `VALUES` values of each head's result, `ALL_KEYS = HEADS * KEYS` and `ALL_VALUES = HEADS * VALUES`. Kernels are byte for
/// byte Keras's `(FEATURES, HEADS, KEYS)`, and `(HEADS, VALUES, FEATURES)` of the output. Memory for training grows with
/// `HEADS * STEPS * STEPS`, for inference with `STEPS`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MultiHeadAttention<S: AttentionShape, const CAUSAL: bool = false, B: Bias = WithBias> {
    /// Queries, by which each step looks for others: a [`Dense`] layer.
    pub query: S::Query<B>,
    /// Keys, by which each step is found: a [`Dense`] layer.
    pub key: S::Query<B>,
    /// Values, which are found: a [`Dense`] layer.
    pub value: S::Value<B>,
    /// The layer from the heads' results to the output: a [`Dense`] layer.
    pub attention_output: S::Result<B>,
}

plain::mark!([S: AttentionShape, const CAUSAL: bool, B: Bias]
    MultiHeadAttention<S, CAUSAL, B> { query, key, value, attention_output });

/// The memory of [`MultiHeadAttention`] for `BATCH` sequences. The backward pass overwrites each part with its gradient.
#[derive(Debug)]
#[repr(C)]
pub struct AttentionTape<
    const BATCH: usize,
    const FEATURES: usize,
    const STEPS: usize,
    const HEADS: usize,
    const KEYS: usize,
    const VALUES: usize,
    const ALL_KEYS: usize,
    const ALL_VALUES: usize,
> {
    query: [SMatrix<f32, ALL_KEYS, STEPS>; BATCH],
    key: [SMatrix<f32, ALL_KEYS, STEPS>; BATCH],
    value: [SMatrix<f32, ALL_VALUES, STEPS>; BATCH],
    /// The attention of each step to each, row by row.
    weights: [[SMatrix<f32, STEPS, STEPS>; HEADS]; BATCH],
    /// The heads' results side by side.
    joined: [SMatrix<f32, ALL_VALUES, STEPS>; BATCH],
    one: Room<STEPS, KEYS, VALUES>,
    /// Room for a gradient that is added to another.
    input: SMatrix<f32, FEATURES, STEPS>,
}

plain::mark_zeroed!([const BATCH: usize, const FEATURES: usize, const STEPS: usize, const HEADS: usize, const KEYS: usize, const VALUES: usize, const ALL_KEYS: usize, const ALL_VALUES: usize]
    AttentionTape<BATCH, FEATURES, STEPS, HEADS, KEYS, VALUES, ALL_KEYS, ALL_VALUES> { query, key, value, weights, joined, one, input });

/// Room for one head of one sequence.
#[derive(Debug)]
#[repr(C)]
struct Room<const STEPS: usize, const KEYS: usize, const VALUES: usize> {
    query: SMatrix<f32, KEYS, STEPS>,
    key: SMatrix<f32, KEYS, STEPS>,
    value: SMatrix<f32, VALUES, STEPS>,
    result: SMatrix<f32, VALUES, STEPS>,
    d_query: SMatrix<f32, KEYS, STEPS>,
    d_value: SMatrix<f32, VALUES, STEPS>,
}

plain::mark_zeroed!([const STEPS: usize, const KEYS: usize, const VALUES: usize] Room<STEPS, KEYS, VALUES> { query, key, value, result, d_query, d_value });

impl<
    S,
    const FEATURES: usize,
    const STEPS: usize,
    const HEADS: usize,
    const KEYS: usize,
    const VALUES: usize,
    const ALL_KEYS: usize,
    const ALL_VALUES: usize,
    const CAUSAL: bool,
    B: Bias,
> MultiHeadAttention<S, CAUSAL, B>
where
    S: LayerShape<
        Sizes = AttentionSizes<FEATURES, STEPS, HEADS, KEYS, VALUES, ALL_KEYS, ALL_VALUES>,
    >,
{
    const SIZES: () = assert!(
        ALL_KEYS == HEADS * KEYS && ALL_VALUES == HEADS * VALUES && KEYS > 0 && VALUES > 0,
        "the heads' values side by side are as many as heads times values of each"
    );
    /// Keras's fans of a kernel of three axes, the first of which it takes for the window of a convolution.
    const QUERY: Shape = Shape::conv(FEATURES, HEADS, KEYS);
    const VALUE: Shape = Shape::conv(FEATURES, HEADS, VALUES);
    const OUTPUT: Shape = Shape::conv(HEADS, VALUES, FEATURES);

    /// Draws the four kernels anew.
    pub fn init_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        initializer.fill(rng, as_mut_slice(&mut self.query.kernel), Self::QUERY);
        initializer.fill(rng, as_mut_slice(&mut self.key.kernel), Self::QUERY);
        initializer.fill(rng, as_mut_slice(&mut self.value.kernel), Self::VALUE);
        let kernel = as_mut_slice(&mut self.attention_output.kernel);
        initializer.fill(rng, kernel, Self::OUTPUT);
    }

    /// Draws the four biases anew; they start at zero otherwise.
    pub fn init_bias_with<R: Rng + ?Sized>(&mut self, initializer: &impl Initializer, rng: &mut R) {
        initializer.fill(rng, as_mut_slice(&mut self.query.bias), Self::QUERY);
        initializer.fill(rng, as_mut_slice(&mut self.key.bias), Self::QUERY);
        initializer.fill(rng, as_mut_slice(&mut self.value.bias), Self::VALUE);
        let bias = as_mut_slice(&mut self.attention_output.bias);
        initializer.fill(rng, bias, Self::OUTPUT);
    }

    /// The penalty of the four kernels; if `add`, its gradient is added to `grad`: see [`regularizer::l1_l2`].
    pub fn regularize_kernel(&self, grad: &mut Self, add: bool, l1: f64, l2: f64) -> f32 {
        let pairs = [
            (
                as_slice(&self.query.kernel),
                as_mut_slice(&mut grad.query.kernel),
            ),
            (
                as_slice(&self.key.kernel),
                as_mut_slice(&mut grad.key.kernel),
            ),
            (
                as_slice(&self.value.kernel),
                as_mut_slice(&mut grad.value.kernel),
            ),
            (
                as_slice(&self.attention_output.kernel),
                as_mut_slice(&mut grad.attention_output.kernel),
            ),
        ];
        pairs
            .into_iter()
            .map(|(kernel, grad)| regularizer::penalty(kernel, grad, add, l1, l2))
            .sum()
    }

    /// Query, key and value of every step; the query scaled, so that nobody else needs to.
    #[inline(always)]
    fn project(
        &self,
        level: Level,
        x: &[f32],
        query: &mut [f32],
        key: &mut [f32],
        value: &mut [f32],
    ) {
        let () = Self::SIZES;
        self.query.affine(level, x, query);
        self.key.affine(level, x, key);
        self.value.affine(level, x, value);
        let scale = Self::scale();
        for query in query {
            *query *= scale;
        }
    }

    #[inline(always)]
    fn scale() -> f32 {
        libm::sqrt(1.0 / KEYS as f64) as f32
    }

    /// Head `head` of one sequence, copied from its place beside the others.
    #[inline(always)]
    fn head<'a>(
        head: usize,
        [query, key, value]: [&[f32]; 3],
        [q, k, v]: [&'a mut [f32]; 3],
    ) -> Head<'a> {
        gather(query, ALL_KEYS, head, q, KEYS);
        gather(key, ALL_KEYS, head, k, KEYS);
        gather(value, ALL_VALUES, head, v, VALUES);
        Head {
            query: q,
            key: k,
            value: v,
            steps: STEPS,
            size: KEYS,
            width: VALUES,
        }
    }

    /// Overwrites query, key and value of a head with their gradients, from that of its result in `joined`.
    #[inline(always)]
    fn backward_of_head<const BATCH: usize>(
        level: Level,
        tape: &mut AttentionTape<BATCH, FEATURES, STEPS, HEADS, KEYS, VALUES, ALL_KEYS, ALL_VALUES>,
        sample: usize,
        head: usize,
    ) {
        let (query, key) = (&mut tape.query[sample], &mut tape.key[sample]);
        let (query, key) = (as_mut_slice(query), as_mut_slice(key));
        let value = as_mut_slice(&mut tape.value[sample]);
        let weights = as_mut_slice(&mut tape.weights[sample][head]);
        let room = &mut tape.one;
        let places = [
            as_mut_slice(&mut room.query),
            as_mut_slice(&mut room.key),
            as_mut_slice(&mut room.value),
        ];
        let one = Self::head(head, [query, key, value], places);
        let result = as_mut_slice(&mut room.result);
        gather(
            as_slice(&tape.joined[sample]),
            ALL_VALUES,
            head,
            result,
            VALUES,
        );
        let d_value = as_mut_slice(&mut room.d_value);
        one.value_gradient(level, weights, result, d_value);
        scatter(d_value, VALUES, value, ALL_VALUES, head);
        one.score_gradient::<STEPS>(level, weights, result);
        let d_query = as_mut_slice(&mut room.d_query);
        one.key_gradient(level, weights, d_query);
        scatter(d_query, KEYS, key, ALL_KEYS, head);
        one.query_gradient(level, weights, d_query);
        let scale = Self::scale();
        d_query.iter_mut().for_each(|d| *d *= scale);
        scatter(d_query, KEYS, query, ALL_KEYS, head);
    }
}

impl<
    S,
    const FEATURES: usize,
    const STEPS: usize,
    const HEADS: usize,
    const KEYS: usize,
    const VALUES: usize,
    const ALL_KEYS: usize,
    const ALL_VALUES: usize,
    const CAUSAL: bool,
    B: Bias,
> Layer for MultiHeadAttention<S, CAUSAL, B>
where
    S: LayerShape<
        Sizes = AttentionSizes<FEATURES, STEPS, HEADS, KEYS, VALUES, ALL_KEYS, ALL_VALUES>,
    >,
{
    type Input = SMatrix<f32, FEATURES, STEPS>;
    type Output = SMatrix<f32, FEATURES, STEPS>;
    type Head = Linear;
    const KIND: &'static str = "multi_head_attention";
    const PARTS: &'static [Part] = &[
        Part::layer::<Dense<FEATURES, ALL_KEYS, Linear, B>>("query", ""),
        Part::layer::<Dense<FEATURES, ALL_KEYS, Linear, B>>("key", ""),
        Part::layer::<Dense<FEATURES, ALL_VALUES, Linear, B>>("value", ""),
        Part::layer::<Dense<ALL_VALUES, FEATURES, Linear, B>>("attention_output", ""),
    ];
    const MACS: usize = {
        let each = (2 * ALL_KEYS + 2 * ALL_VALUES).saturating_mul(FEATURES);
        let between = STEPS.saturating_mul(ALL_KEYS + ALL_VALUES);
        STEPS.saturating_mul(each.saturating_add(between))
    };
    /// Query, key, value and result of one sequence; one head of each; a few rows of weights.
    const SCRATCH_BYTES: usize = 4 * STEPS
        .saturating_mul(2 * ALL_KEYS + 2 * ALL_VALUES)
        .saturating_add(STEPS.saturating_mul(2 * KEYS + 2 * VALUES + head::ROWS));

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        for (x, y) in x.iter().zip(y) {
            let (mut query, mut key): (
                SMatrix<f32, ALL_KEYS, STEPS>,
                SMatrix<f32, ALL_KEYS, STEPS>,
            ) = (zeroed(), zeroed());
            let (mut value, mut joined): (
                SMatrix<f32, ALL_VALUES, STEPS>,
                SMatrix<f32, ALL_VALUES, STEPS>,
            ) = (zeroed(), zeroed());
            let (q, k, v) = (
                as_mut_slice(&mut query),
                as_mut_slice(&mut key),
                as_mut_slice(&mut value),
            );
            self.project(level, as_slice(x), q, k, v);
            let (mut q1, mut k1): (SMatrix<f32, KEYS, STEPS>, SMatrix<f32, KEYS, STEPS>) =
                (zeroed(), zeroed());
            let (mut v1, mut result): (SMatrix<f32, VALUES, STEPS>, SMatrix<f32, VALUES, STEPS>) =
                (zeroed(), zeroed());
            for head in 0..HEADS {
                let room = [
                    as_mut_slice(&mut q1),
                    as_mut_slice(&mut k1),
                    as_mut_slice(&mut v1),
                ];
                Self::head(head, [q, k, v], room)
                    .attend_in_tiles::<STEPS, CAUSAL>(level, as_mut_slice(&mut result));
                scatter(
                    as_slice(&result),
                    VALUES,
                    as_mut_slice(&mut joined),
                    ALL_VALUES,
                    head,
                );
            }
            self.attention_output
                .affine(level, as_slice(&joined), as_mut_slice(y));
        }
    }
}

impl<
    S,
    const FEATURES: usize,
    const STEPS: usize,
    const HEADS: usize,
    const KEYS: usize,
    const VALUES: usize,
    const ALL_KEYS: usize,
    const ALL_VALUES: usize,
    const CAUSAL: bool,
    B: Bias,
> Train for MultiHeadAttention<S, CAUSAL, B>
where
    S: LayerShape<
        Sizes = AttentionSizes<FEATURES, STEPS, HEADS, KEYS, VALUES, ALL_KEYS, ALL_VALUES>,
    >,
{
    type Grad = Self;
    type Tape<const BATCH: usize> =
        AttentionTape<BATCH, FEATURES, STEPS, HEADS, KEYS, VALUES, ALL_KEYS, ALL_VALUES>;

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.init_kernel_with(&GlorotUniform, rng);
    }

    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        tape: &mut Self::Tape<BATCH>,
    ) {
        let level = context.level;
        self.project(
            level,
            as_slice(x),
            as_mut_slice(&mut tape.query),
            as_mut_slice(&mut tape.key),
            as_mut_slice(&mut tape.value),
        );
        for sample in 0..BATCH {
            let all = [
                as_slice(&tape.query[sample]),
                as_slice(&tape.key[sample]),
                as_slice(&tape.value[sample]),
            ];
            for head in 0..HEADS {
                let room = &mut tape.one;
                let places = [
                    as_mut_slice(&mut room.query),
                    as_mut_slice(&mut room.key),
                    as_mut_slice(&mut room.value),
                ];
                let result = as_mut_slice(&mut room.result);
                let weights = as_mut_slice(&mut tape.weights[sample][head]);
                Self::head(head, all, places).attend::<CAUSAL>(level, 0, weights, result);
                let joined = as_mut_slice(&mut tape.joined[sample]);
                scatter(result, VALUES, joined, ALL_VALUES, head);
            }
        }
        self.attention_output
            .affine(level, as_slice(&tape.joined), as_mut_slice(y));
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass {
            x,
            dy,
            tape,
            grad,
            dx,
            ..
        } = pass;
        let (level, x, dy) = (context.level, as_slice(x), as_slice(dy));
        Dense::gradient(
            level,
            as_slice(&tape.joined),
            dy,
            &mut grad.attention_output,
        );
        self.attention_output
            .input_gradient(level, dy, as_mut_slice(&mut tape.joined));
        for sample in 0..BATCH {
            for head in 0..HEADS {
                Self::backward_of_head(level, tape, sample, head);
            }
        }
        let (query, key) = (as_slice(&tape.query), as_slice(&tape.key));
        let value = as_slice(&tape.value);
        Dense::gradient(level, x, query, &mut grad.query);
        Dense::gradient(level, x, key, &mut grad.key);
        Dense::gradient(level, x, value, &mut grad.value);
        for (sample, dx) in dx.into_iter().flatten().enumerate() {
            let (dx, more) = (as_mut_slice(dx), as_mut_slice(&mut tape.input));
            self.query
                .input_gradient(level, as_slice(&tape.query[sample]), dx);
            self.key
                .input_gradient(level, as_slice(&tape.key[sample]), more);
            add(dx, more);
            self.value
                .input_gradient(level, as_slice(&tape.value[sample]), more);
            add(dx, more);
        }
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        let (query, key, value) = (&mut self.query, &mut self.key, &mut self.value);
        show_dense(
            visitor,
            ["query_kernel", "query_bias"],
            query,
            &mut grad.query,
        );
        show_dense(visitor, ["key_kernel", "key_bias"], key, &mut grad.key);
        show_dense(
            visitor,
            ["value_kernel", "value_bias"],
            value,
            &mut grad.value,
        );
        show_dense(
            visitor,
            ["attention_output_kernel", "attention_output_bias"],
            &mut self.attention_output,
            &mut grad.attention_output,
        );
    }
}

/// [`Train::visit`] of one of the four.
fn show_dense<const IN: usize, const OUT: usize, B: Bias>(
    visitor: &mut dyn Visitor,
    [kernel, bias]: [&'static str; 2],
    layer: &mut Dense<IN, OUT, Linear, B>,
    grad: &mut Dense<IN, OUT, Linear, B>,
) {
    show(visitor, kernel, &mut layer.kernel, &mut grad.kernel);
    show(visitor, bias, &mut layer.bias, &mut grad.bias);
}

impl<S: AttentionShape, const CAUSAL: bool, B: Bias> Default for MultiHeadAttention<S, CAUSAL, B> {
    fn default() -> Self {
        zeroed()
    }
}

#[cfg(test)]
mod tests;
