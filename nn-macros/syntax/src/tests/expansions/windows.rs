/// `conv2d FILTERS 5x5 relu stride 2x1 pad same`: `28 x WIDTH x 1` -> `14 x WIDTH x FILTERS` in [`Images`].
#[derive(
    ::nn_core::__private::core::clone::Clone,
    ::nn_core::__private::core::marker::Copy,
    ::nn_core::__private::core::fmt::Debug,
    ::nn_core::__private::core::cmp::PartialEq,
)]
#[allow(non_camel_case_types, dead_code)]
pub struct Images__conv2d1;
impl ::nn_core::layer::LayerShape for Images__conv2d1 {
    type Sizes = ::nn_core::layer::ConvSizes<
        ::nn_core::layer::Window<
            28,
            { WIDTH },
            14,
            { WIDTH },
            5,
            5,
            2,
            1,
            1,
            1,
            1,
            { ::nn_core::__private::same_before({ WIDTH }, 5, 1, 1) },
        >,
        1,
        { ::nn_core::__private::product(&[28, { WIDTH }]) },
        { FILTERS },
        { ::nn_core::__private::product(&[14, { WIDTH }]) },
        25,
        1,
    >;
}
/// `max_pool 2x2`: `14 x WIDTH x FILTERS` -> `7 x { (WIDTH - 2) / 2 + 1 } x FILTERS` in [`Images`].
#[derive(
    ::nn_core::__private::core::clone::Clone,
    ::nn_core::__private::core::marker::Copy,
    ::nn_core::__private::core::fmt::Debug,
    ::nn_core::__private::core::cmp::PartialEq,
)]
#[allow(non_camel_case_types, dead_code)]
pub struct Images__max_pool1;
impl ::nn_core::layer::LayerShape for Images__max_pool1 {
    type Sizes = ::nn_core::layer::PoolSizes<
        ::nn_core::layer::Window<
            14,
            { WIDTH },
            7,
            { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) },
            2,
            2,
            2,
            2,
            1,
            1,
            0,
            0,
        >,
        { FILTERS },
        { ::nn_core::__private::product(&[14, { WIDTH }]) },
        {
            ::nn_core::__private::product(
                &[7, { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) }],
            )
        },
    >;
}
/// A network from `28 x WIDTH x 1` to `4`.
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `conv2d1` | `conv2d` | `28 x WIDTH x 1 -> 14 x WIDTH x FILTERS` | `relu` | see `PARAMS` | see `WEIGHT_BYTES` |
/// | `max_pool1` | `max_pool` | `14 x WIDTH x FILTERS -> 7 x { (WIDTH - 2) / 2 + 1 } x FILTERS` |  | 0 | 0 |
/// | `flatten1` | `flatten` | `7 x { (WIDTH - 2) / 2 + 1 } x FILTERS -> 7 x { (WIDTH - 2) / 2 + 1 } x FILTERS` |  | 0 | 0 |
/// | `dense1` | `dense` | `7 x { (WIDTH - 2) / 2 + 1 } x FILTERS -> 4` |  | see `PARAMS` | see `WEIGHT_BYTES` |
#[repr(C)]
pub struct Images {
    /// `conv2d FILTERS 5x5 relu stride 2x1 pad same`: `28 x WIDTH x 1` -> `14 x WIDTH x FILTERS`
    pub conv2d1: ::nn_core::layer::Conv<Images__conv2d1, ::nn_core::activation::Relu>,
    /// `max_pool 2x2`: `14 x WIDTH x FILTERS` -> `7 x { (WIDTH - 2) / 2 + 1 } x FILTERS`
    pub max_pool1: ::nn_core::layer::MaxPool<Images__max_pool1>,
    /// `flatten`: `7 x { (WIDTH - 2) / 2 + 1 } x FILTERS` -> `7 x { (WIDTH - 2) / 2 + 1 } x FILTERS`
    pub flatten1: ::nn_core::layer::Flatten<
        ::nn_core::__private::SMatrix<
            ::nn_core::__private::f32,
            { FILTERS },
            {
                ::nn_core::__private::product(
                    &[7, { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) }],
                )
            },
        >,
        {
            ::nn_core::__private::product(
                &[
                    7,
                    { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) },
                    { FILTERS },
                ],
            )
        },
    >,
    /// `dense 4`: `7 x { (WIDTH - 2) / 2 + 1 } x FILTERS` -> `4`
    pub dense1: ::nn_core::layer::Dense<
        {
            ::nn_core::__private::product(
                &[
                    7,
                    { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) },
                    { FILTERS },
                ],
            )
        },
        4,
    >,
}
const _: () = __nn::check_size("WIDTH", "values", { WIDTH });
const _: () = __nn::check_product("input 28 x WIDTH x 1", &[28, { WIDTH }, 1]);
const _: () = __nn::check_size("FILTERS", "filters", { FILTERS });
const _: () = __nn::check_product(
    "conv2d FILTERS 5x5 relu stride 2x1 pad same",
    &[5, 5, 1, { FILTERS }],
);
const _: () = __nn::check_product(
    "conv2d FILTERS 5x5 relu stride 2x1 pad same",
    &[14, { WIDTH }, { FILTERS }],
);
const _: () = __nn::check_window(
    "max_pool 2x2",
    "window",
    "layer 1 `conv2d FILTERS 5x5 relu stride 2x1 pad same`",
    "an image",
    "wide",
    { WIDTH },
    2,
    2,
    1,
    0,
);
const _: () = __nn::check_product(
    "dense 4",
    &[
        {
            ::nn_core::__private::product(
                &[
                    7,
                    { ::nn_core::__private::window_out({ WIDTH }, 2, 2, 1, 0) },
                    { FILTERS },
                ],
            )
        },
        4,
    ],
);
const _: () = __nn::plain::has_layout_of_floats::<Images>();
