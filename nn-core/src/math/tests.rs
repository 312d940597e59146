use super::*;
use crate::level::all as levels;

/// The distance of `got` from `exact`, in units in the last place of `exact` as an `f32`.
fn ulp(got: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if got == rounded || (got.is_nan() && rounded.is_nan()) {
        return 0.0;
    }
    // Beyond the largest number the scale goes on as if the exponent had no end.
    let exponent = ((exact.abs().to_bits() >> 52) as i32 - 1023).max(-126);
    let got = if got.is_infinite() {
        f64::from(got.signum()) * 2f64.powi(128)
    } else {
        f64::from(got)
    };
    (got - exact).abs() / 2f64.powi(exponent - 23)
}

/// The largest error of a vector function over a dense sweep of all bit patterns, and where.
macro_rules! worst {
    ($name:ident, $exact:expr) => {
        worst!($name, $exact, |_| true)
    };
    ($name:ident, $exact:expr, $domain:expr) => {{
        // A prime, so that all exponents and mantissas take part; `SWEEP=1` takes every number. Unoptimised, vectors are slow.
        let step = std::env::var("SWEEP").map_or(if cfg!(debug_assertions) { 9_973 } else { 97 }, |s| s.parse().unwrap());
        let mut worst = (0.0, 0.0, Level::baseline());
        let mut block = [0.0f32; 4096];
        let mut out = [0.0f32; 4096];
        let mut bits = (0..=u32::MAX).step_by(step).map(f32::from_bits).filter(|x| $domain(*x));
        loop {
            let mut filled = 0;
            for (slot, x) in block.iter_mut().zip(&mut bits) { *slot = x; filled += 1; }
            if filled == 0 { break }
            for level in levels() {
                #[inline(always)]
                fn run<S: Simd>(simd: S, x: &[f32], y: &mut [f32]) {
                    for (x, y) in x.chunks_exact(S::f32s::LEN).zip(y.chunks_exact_mut(S::f32s::LEN)) {
                        vector::$name(S::f32s::from_slice(simd, x)).store_slice(y);
                    }
                }
                dispatch!(level, simd => run(simd, &block, &mut out));
                for (&x, &y) in block[..filled].iter().zip(&out) {
                    let exact: f64 = $exact(f64::from(x));
                    let error = ulp(y, exact);
                    assert_eq!(y.is_nan(), exact.is_nan(), "{}({x}) = {y}, not {exact}", stringify!($name));
                    if error > worst.0 { worst = (error, x, level) }
                }
            }
        }
        std::println!("{}: {:.3} ulp at {:e} on {:?}", stringify!($name), worst.0, worst.1, worst.2);
        worst.0
    }};
}

#[test]
fn exp_is_as_accurate_as_stated() {
    assert!(worst!(exp, f64::exp) <= 1.1);
}

#[test]
fn tanh_is_as_accurate_as_stated() {
    assert!(worst!(tanh, f64::tanh) <= 1.9);
}

#[test]
fn sigmoid_is_as_accurate_as_stated() {
    let exact = |x: f64| 1.0 / (1.0 + (-x).exp());
    assert!(worst!(sigmoid, exact, |x: f32| x >= -87.336_54 || x.is_nan()) <= 2.0);
    for x in [-87.4, -100.0, -1e30, f32::NEG_INFINITY] {
        assert_eq!(sigmoid(x), 0.0);
    }
}

#[test]
fn ln_is_as_accurate_as_stated() {
    assert!(worst!(ln, f64::ln) <= 0.9);
}

#[test]
fn ln_1p_is_as_accurate_as_stated() {
    assert!(worst!(ln_1p, f64::ln_1p) <= 1.5);
}

#[test]
fn expm1_is_as_accurate_as_stated() {
    assert!(worst!(expm1, f64::exp_m1) <= 1.7);
}

#[test]
fn softplus_is_as_accurate_as_stated() {
    let exact = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
    assert!(worst!(softplus, exact) <= 2.1);
}

#[test]
fn erf_is_as_accurate_as_stated() {
    assert!(worst!(erf, libm::erf) <= 1.2);
}

#[test]
fn normal_cdf_is_close() {
    for i in -10_000..=10_000 {
        let x = i as f32 / 1_000.0;
        let exact = 0.5 * libm::erfc(-f64::from(x) * std::f64::consts::FRAC_1_SQRT_2);
        let error = (f64::from(normal_cdf(x)) - exact).abs();
        assert!(
            error <= 1e-7,
            "normal_cdf({x}) = {}, not {exact}",
            normal_cdf(x)
        );
        assert!(
            error <= 1e-3 * exact || x < -6.0,
            "normal_cdf({x}) = {}, not {exact}",
            normal_cdf(x)
        );
    }
    assert_eq!((normal_cdf(-1e4), normal_cdf(1e4)), (0.0, 1.0));
    assert!(normal_cdf(f32::NAN).is_nan());
}

#[test]
fn ends() {
    assert_eq!(exp(f32::INFINITY), f32::INFINITY);
    assert_eq!(exp(f32::NEG_INFINITY), 0.0);
    assert_eq!(exp(1e4), f32::INFINITY);
    assert_eq!(exp(-1e4), 0.0);
    assert_eq!(exp(-0.0), 1.0);
    assert_eq!(exp(-103.9), f32::from_bits(1));
    assert!(exp(f32::NAN).is_nan() && tanh(f32::NAN).is_nan() && sigmoid(f32::NAN).is_nan());
    assert_eq!((tanh(1e4), tanh(-1e4)), (1.0, -1.0));
    assert_eq!((tanh(f32::INFINITY), tanh(f32::NEG_INFINITY)), (1.0, -1.0));
    assert_eq!(
        (sigmoid(f32::INFINITY), sigmoid(f32::NEG_INFINITY)),
        (1.0, 0.0)
    );
    assert_eq!(sigmoid(0.0), 0.5);
    assert_eq!(tanh(1e-40), 1e-40);
    assert_eq!((ln(0.0), ln(-0.0)), (f32::NEG_INFINITY, f32::NEG_INFINITY));
    assert!(ln(-1.0).is_nan() && ln(f32::NEG_INFINITY).is_nan() && ln(f32::NAN).is_nan());
    assert_eq!((ln(1.0), ln(f32::INFINITY)), (0.0, f32::INFINITY));
    assert_eq!(ln_1p(-1.0), f32::NEG_INFINITY);
    assert_eq!((ln_1p(f32::INFINITY), ln_1p(1e-40)), (f32::INFINITY, 1e-40));
    assert!(ln_1p(-1.5).is_nan());
    assert_eq!(
        (expm1(1e4), expm1(-1e4), expm1(1e-40)),
        (f32::INFINITY, -1.0, 1e-40)
    );
    assert_eq!((softplus(1e4), softplus(-1e4)), (1e4, 0.0));
    assert_eq!((erf(1e4), erf(f32::NEG_INFINITY)), (1.0, -1.0));
}

/// With four different lanes and with four equal ones, which go another way.
#[cfg(feature = "fallback")]
#[test]
fn one_number_gives_the_bits_of_a_vector_without_fused_multiply_add() {
    use fearless_simd::{Sse2, f32x4};
    fn lanes<S: Simd>(simd: S, f: fn(f32x4<S>) -> f32x4<S>, x: [f32; 4]) -> [u32; 4] {
        let y = f(f32x4::from_slice(simd, &x));
        core::array::from_fn(|i| if y[i].is_nan() { 1 } else { y[i].to_bits() })
    }
    fn with<S: Simd>(simd: S, x: [f32; 4]) -> [[u32; 4]; 9] {
        [
            vector::exp,
            vector::sigmoid,
            vector::tanh,
            vector::ln,
            vector::ln_1p,
            vector::expm1,
            vector::softplus,
            vector::erf,
            vector::normal_cdf,
        ]
        .map(|f| lanes(simd, f, x))
    }
    let Some(sse2) = Level::baseline().as_sse2() else {
        return;
    };
    let Level::Fallback(scalar) = Level::fallback() else {
        panic!("the feature compiles it in");
    };
    let numbers = (0..=u32::MAX).step_by(999_983).map(f32::from_bits);
    for x in numbers {
        let (mixed, same) = ([x, -x, x * 0.5, 1.0 / x], [x; 4]);
        let _: Sse2 = sse2;
        assert_eq!(with(scalar, mixed), with(sse2, mixed), "{x}");
        assert_eq!(with(scalar, same), with(sse2, same), "{x}");
    }
}
