/// The body of `skip` in [`Blocks`].
#[allow(non_camel_case_types)]
#[derive(Clone)]
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `dense1` | `dense` | `6 -> 4` | `relu` | 28 | 112 |
/// | `dense2` | `dense` | `4 -> 6` |  | 30 | 120 |
/// | | | | | 58 | 232 |
#[repr(C)]
pub struct Blocks__skip {
    /// `dense 4 relu`: `6` -> `4`
    pub dense1: ::nn_core::layer::Dense<6, 4, ::nn_core::activation::Relu>,
    /// `dense 6`: `4` -> `6`
    pub dense2: ::nn_core::layer::Dense<4, 6>,
}
impl Blocks__skip {
    const __ROWS: &'static [__nn::Row] = &[
        __nn::row::<__dense1>("dense1", "dense 4 relu", &[4]),
        __nn::row::<__dense2>("dense2", "dense 6", &[6]),
    ];
}
/// Branch 1 of `concat1` in [`Blocks`].
#[allow(non_camel_case_types)]
#[derive(Clone)]
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `dense1` | `dense` | `6 -> 3` |  | 21 | 84 |
#[repr(C)]
pub struct Blocks__concat1_branch1 {
    /// `dense 3`: `6` -> `3`
    pub dense1: ::nn_core::layer::Dense<6, 3>,
}
impl Blocks__concat1_branch1 {
    const __ROWS: &'static [__nn::Row] = &[
        __nn::row::<__dense1>("dense1", "dense 3", &[3]),
    ];
}
#[derive(Clone)]
/// A network from `6` to `9`.
///
/// | layer | kind | shape | activation | parameters | bytes |
/// | --- | --- | --- | --- | ---: | ---: |
/// | `skip` | `residual` | `6 -> 6` |  | 58 | 232 |
/// | `concat1` | `concat` | `6 -> 9` |  | 21 | 84 |
/// | | | | | 79 | 316 |
#[repr(C)]
pub struct Blocks {
    /// `residual {…}`: `6` -> `6`
    pub skip: ::nn_core::layer::Residual<Blocks__skip>,
    /// `concat {…}`: `6` -> `9`
    pub concat1: ::nn_core::layer::Branches<
        Blocks__concat1_branch1,
        ::nn_core::layer::Identity<
            ::nn_core::__private::SVector<::nn_core::__private::f32, 6>,
        >,
        ::nn_core::layer::Concatenate<9, 1>,
    >,
}
impl Blocks {
    const __ROWS: &'static [__nn::Row] = &[
        __nn::block_row(
            "skip",
            "residual {…}",
            &[6],
            &[
                __nn::Branch {
                    path: "body",
                    rows: Blocks__skip::__ROWS,
                },
            ],
            0usize,
        ),
        __nn::block_row(
            "concat1",
            "concat {…}",
            &[9],
            &[
                __nn::Branch {
                    path: "first",
                    rows: Blocks__concat1_branch1::__ROWS,
                },
            ],
            1usize,
        ),
    ];
}
