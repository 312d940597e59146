/// A network from `H x 28 x 1` to `4`.
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `flatten1` | `flatten` | `H x 28 x 1 -> H x 28 x 1` |  | 0 | 0 |
/// | `wide` | `dense` | `H x 28 x 1 -> { 2 * HIDDEN }` | `leaky_relu 0.2` | see `PARAMS` | see `WEIGHT_BYTES` |
/// | `dropout1` | `dropout` | `{ 2 * HIDDEN } -> { 2 * HIDDEN }` |  | 0 | 0 |
/// | `dense2` | `dense` | `{ 2 * HIDDEN } -> 4` |  | see `PARAMS` | see `WEIGHT_BYTES` |
#[repr(C)]
pub struct Sizes {
    /// `flatten`: `H x 28 x 1` -> `H x 28 x 1`
    pub flatten1: ::nn_core::layer::Flatten<
        ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            1,
            { ::nn_core::__private::product(&[{ H }, 28]) },
        >,
        { ::nn_core::__private::product(&[{ H }, 28, 1]) },
    >,
    /// `dense { 2 * HIDDEN } leaky_relu 0.2 no_bias`: `H x 28 x 1` -> `{ 2 * HIDDEN }`
    pub wide: ::nn_core::layer::Dense<
        { ::nn_core::__private::product(&[{ H }, 28, 1]) },
        { 2 * HIDDEN },
        ::nn_core::activation::LeakyRelu<::nn_core::__private::Ratio<2, 10>>,
        ::nn_core::layer::NoBias,
    >,
    /// `dropout RATE`: `{ 2 * HIDDEN }` -> `{ 2 * HIDDEN }`
    pub dropout1: ::nn_core::layer::Dropout<
        ::nn_core::__private::SVector<::nn_core::__private::f32, { 2 * HIDDEN }>,
        ::nn_core::__private::Bits<
            { ::nn_core::__private::f64::to_bits((RATE) as ::nn_core::__private::f64) },
        >,
    >,
    /// `dense WIDE -> 4`: `{ 2 * HIDDEN }` -> `4`
    pub dense2: ::nn_core::layer::Dense<{ 2 * HIDDEN }, 4>,
}
const _: () = __nn::check_size("H", "values", { H });
const _: () = __nn::check_product("input H x 28 x 1", &[{ H }, 28, 1]);
const _: () = __nn::check_size("{ 2 * HIDDEN }", "outputs", { 2 * HIDDEN });
const _: () = __nn::check_product(
    "dense { 2 * HIDDEN } leaky_relu 0.2 no_bias",
    &[{ ::nn_core::__private::product(&[{ H }, 28, 1]) }, { 2 * HIDDEN }],
);
const _: () = __nn::check_rate("RATE", (RATE) as ::nn_core::__private::f64);
const _: () = __nn::check_same(
    "dense WIDE -> 4",
    { WIDE },
    "layer 3 `dropout RATE`",
    { 2 * HIDDEN },
    "dense 4",
);
const _: () = __nn::check_product("dense WIDE -> 4", &[{ 2 * HIDDEN }, 4]);
const _: () = __nn::plain::has_layout_of_floats::<Sizes>();
impl Sizes {
    /// Values in one input.
    pub const INPUT: __nn::usize = { ::nn_core::__private::product(&[{ H }, 28, 1]) };
}
impl __nn::Network for Sizes {
    const INPUT: __nn::usize = Sizes::INPUT;
}
