//! What `network!` costs the compiler: `cargo check` of a crate that declares a network with it, against the same crate with the
//! structs and implementations written by hand.
//!
//! Dependencies are checked before; each figure is the fastest of several runs, an empty crate's time is shown beside it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io};

const RUNS: usize = 7;

/// A dense network: the inputs, then the units of each layer.
struct Case {
    name: &'static str,
    sizes: Vec<usize>,
}

fn main() -> io::Result<()> {
    if env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    let mut deep = vec![16; 30];
    deep.push(4);
    let cases = [
        Case {
            name: "3 layers: 8-6-6-4",
            sizes: vec![8, 6, 6, 4],
        },
        Case {
            name: "4 layers: 784-512-512-10",
            sizes: vec![784, 512, 512, 10],
        },
        Case {
            name: "30 layers of 16",
            sizes: deep,
        },
    ];
    let fixture = Fixture::new()?;
    let clean = fixture.clean(&declared(&cases[0].sizes))?;
    let empty = fixture.time("")?;
    println!(
        "cargo check of everything, dependencies included: {:.2} s",
        clean.as_secs_f64()
    );
    println!(
        "cargo check of an empty crate on top of them:     {:.0} ms\n",
        milliseconds(empty)
    );
    println!(
        "{:<28}{:>10}{:>10}{:>8}{:>24}",
        "network", "network!", "by hand", "ratio", "added to a clean check"
    );
    for case in &cases {
        let (declared, by_hand) = fixture.compare(&declared(&case.sizes), &by_hand(&case.sizes))?;
        let added = (milliseconds(declared) - milliseconds(by_hand)) / milliseconds(clean);
        println!(
            "{:<28}{:>7.0} ms{:>7.0} ms{:>8.2}{:>22.1} %",
            case.name,
            milliseconds(declared),
            milliseconds(by_hand),
            milliseconds(declared) / milliseconds(by_hand),
            added * 100.0
        );
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A crate that is checked again and again.
struct Fixture {
    folder: PathBuf,
}

impl Fixture {
    fn new() -> io::Result<Self> {
        let core = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = env::temp_dir().join("nn_core_compile_cost");
        fs::create_dir_all(folder.join("src"))?;
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[package]\nname = \"fixture\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nnn-core = {{ path = {core:?} }}\n[workspace]\n"
            ),
        )?;
        if let Some(lock) = core.parent().map(|root| root.join("Cargo.lock")) {
            fs::copy(lock, folder.join("Cargo.lock"))?;
        }
        Ok(Self { folder })
    }

    /// Everything from nothing.
    fn clean(&self, source: &str) -> io::Result<Duration> {
        let _ = fs::remove_dir_all(self.folder.join("target"));
        self.time_once(source)
    }

    fn time(&self, source: &str) -> io::Result<Duration> {
        Ok(self.compare(source, source)?.0)
    }

    /// The fastest runs of two sources, taken in turns so that both see the same machine.
    fn compare(&self, a: &str, b: &str) -> io::Result<(Duration, Duration)> {
        let mut best = (Duration::MAX, Duration::MAX);
        for _ in 0..RUNS {
            best.0 = best.0.min(self.time_once(a)?);
            best.1 = best.1.min(self.time_once(b)?);
        }
        Ok(best)
    }

    fn time_once(&self, source: &str) -> io::Result<Duration> {
        fs::write(
            self.folder.join("src/lib.rs"),
            format!("#![allow(warnings)]\n{source}"),
        )?;
        let start = Instant::now();
        let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["check", "--quiet"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .stderr(Stdio::inherit())
            .status()?;
        if status.success() {
            Ok(start.elapsed())
        } else {
            Err(io::Error::other("the fixture does not compile"))
        }
    }
}

/// The network as a user declares it.
fn declared(sizes: &[usize]) -> String {
    let mut source = format!(
        "nn_core::network! {{\n    pub struct Net {{\n        input {};\n",
        sizes[0]
    );
    for units in &sizes[1..] {
        let _ = writeln!(source, "        dense {units} relu;");
    }
    source + "    }\n}\n"
}

/// One statement for each layer, first to last.
fn each(layers: usize, mut statement: impl FnMut(usize) -> String) -> String {
    (1..=layers).map(|i| statement(i) + "\n").collect()
}

/// The same struct and implementations as one writes them without a macro.
fn by_hand(sizes: &[usize]) -> String {
    let layers = sizes.len() - 1;
    let ty = |i: usize| format!("Dense<{}, {}, Relu>", sizes[i - 1], sizes[i]);
    let x = |i: usize| {
        if i == 1 {
            "x".to_owned()
        } else {
            format!("&tape.output{}", i - 1)
        }
    };
    let y = |i: usize, mutable: &str| {
        if i == layers {
            "y".to_owned()
        } else {
            format!("&{mutable}tape.output{i}")
        }
    };
    let fields = each(layers, |i| format!("pub dense{i}: {},", ty(i)));
    let grads = each(layers, |i| format!("dense{i}: <{} as Layer>::Grad,", ty(i)));
    let tapes = each(layers, |i| {
        format!(
            "dense{i}: <{ty} as Layer>::Tape<B>, output{i}: [<{ty} as Layer>::Output; B], gradient{i}: [<{ty} as Layer>::Output; B],",
            ty = ty(i)
        )
    });
    let inits = each(layers, |i| format!("Layer::init(&mut self.dense{i}, rng);"));
    let forward = |last: &str| {
        each(layers, |i| {
            let x = if i == 1 {
                "x".to_owned()
            } else {
                format!("&y{}", i - 1)
            };
            if i == layers {
                format!("Layer::{last}(&self.dense{i}, simd, {x}, y);")
            } else {
                format!(
                    "let mut y{i}: [<{} as Layer>::Output; B] = zeroed(); Layer::forward(&self.dense{i}, simd, {x}, &mut y{i});",
                    ty(i)
                )
            }
        })
    };
    let train = each(layers, |i| {
        format!(
            "Layer::forward_train(&mut self.dense{i}, cx, {}, {}, &mut tape.dense{i});",
            x(i),
            y(i, "mut ")
        )
    });
    let backward = |last: &str| {
        each(layers, |k| {
            let i = layers + 1 - k;
            let (call, dy) = if i == layers {
                (last, "dy".to_owned())
            } else {
                ("backward", format!("&mut tape.gradient{i}"))
            };
            let dx = if i == 1 {
                "dx".to_owned()
            } else {
                format!("Some(&mut tape.gradient{})", i - 1)
            };
            format!(
                "Layer::{call}(&self.dense{i}, cx, {}, {}, {dy}, &mut tape.dense{i}, &mut grad.dense{i}, {dx});",
                x(i),
                y(i, "")
            )
        })
    };
    let visits = each(layers, |i| {
        format!("Layer::visit(&mut self.dense{i}, &mut grad.dense{i}, visitor);")
    });
    let rows = each(layers, |i| {
        let units = sizes[i];
        let ty = ty(i);
        format!(
            "Row {{ name: \"dense{i}\", layer: \"dense {units} relu\", output: &[{units}], params: len::<{ty}>(), trained: len::<<{ty} as Layer>::Grad>() }},"
        )
    });
    let scratch = (1..layers)
        .map(|i| format!("{}", sizes[i] * 4))
        .collect::<Vec<_>>()
        .join(" + ");
    let (inputs, outputs) = (sizes[0], sizes[layers]);
    let (first, last) = (ty(1), ty(layers));
    let macs = (1..=layers)
        .map(|i| format!("<{} as Layer>::MACS", ty(i)))
        .collect::<Vec<_>>()
        .join(" + ");
    let backwards = ["backward", "backward_logits"]
        .map(|name| format!("#[inline(always)] fn {name}<S: Simd, const B: usize>(&self, cx: &mut Context<'_, S>, x: &[Self::Input; B], y: &[Self::Output; B], dy: &mut [Self::Output; B], tape: &mut Tape<B>, grad: &mut Grad, dx: Option<&mut [Self::Input; B]>) {{ {} }}", backward(name)))
        .concat();
    let forwards = ["forward", "forward_logits"]
        .map(|name| format!("#[inline(always)] fn {name}<S: Simd, const B: usize>(&self, simd: S, x: &[Self::Input; B], y: &mut [Self::Output; B]) {{ {} }}", forward(name)))
        .concat();
    format!(
        "use nn_core::activation::Relu;
use nn_core::layer::{{Context, Dense, Layer, Visitor}};
use nn_core::plain::{{Plain, Zeroed, len, view, zeroed, zeroed_box}};
use nn_core::nalgebra::SVector;
use nn_core::{{Network, Output, Row, Simd, Summary, __private, rand::Rng}};
#[repr(C)] pub struct Net {{ {fields} }}
unsafe impl Zeroed for Net {{}}
unsafe impl Plain for Net {{}}
#[repr(C)] pub struct Grad {{ {grads} }}
unsafe impl Zeroed for Grad {{}}
unsafe impl Plain for Grad {{}}
#[repr(C)] pub struct Tape<const B: usize> {{ {tapes} }}
unsafe impl<const B: usize> Zeroed for Tape<B> {{}}
impl Net {{
    pub fn init<R: Rng + ?Sized>(rng: &mut R) -> Self {{ let mut net: Self = zeroed(); Layer::init(&mut net, rng); net }}
    pub const INPUT: usize = {inputs};
    pub const OUTPUT: usize = {outputs};
    pub const PARAMS: usize = len::<Self>();
    pub const MACS: usize = <Self as Layer>::MACS;
    pub const WEIGHT_BYTES: usize = size_of::<Self>();
    pub const INFERENCE_RAM: usize = <Self as Layer>::SCRATCH_BYTES + size_of::<Output<Self>>();
    pub const fn zeros() -> Self {{ zeroed() }}
    pub fn boxed<R: Rng + ?Sized>(rng: &mut R) -> Box<Self> {{ let mut net = zeroed_box::<Self>(); Layer::init(&mut *net, rng); net }}
    pub fn predict(&self, x: &SVector<f32, {inputs}>) -> SVector<f32, {outputs}> {{ let mut y = zeroed(); self.predict_into(x, &mut y); y }}
    pub fn predict_into(&self, x: &SVector<f32, {inputs}>, y: &mut SVector<f32, {outputs}>) {{ __private::predict_into(self, x, y); }}
    pub fn predict_batch(&self, x: &[SVector<f32, {inputs}>], y: &mut [SVector<f32, {outputs}>]) -> nn_core::Result<()> {{ __private::predict_batch(self, x, y) }}
    pub const fn input(values: &[f32; {inputs}]) -> &SVector<f32, {inputs}> {{ view(values) }}
    pub const fn output(values: &SVector<f32, {outputs}>) -> &[f32; {outputs}] {{ view(values) }}
    pub fn summary() -> Summary {{ <Self as Network>::summary() }}
}}
impl Network for Net {{
    const NAME: &'static str = \"Net\";
    const ROWS: &'static [Row] = &[{rows}];
    const INPUT: usize = Self::INPUT;
    const OUTPUT: usize = Self::OUTPUT;
    const PARAMS: usize = Self::PARAMS;
}}
impl Layer for Net {{
    type Input = <{first} as Layer>::Input;
    type Output = <{last} as Layer>::Output;
    type Grad = Grad;
    type Tape<const B: usize> = Tape<B>;
    type Head = <{last} as Layer>::Head;
    const KIND: &'static str = \"network\";
    const MACS: usize = {macs};
    const SCRATCH_BYTES: usize = {scratch};
    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {{ {inits} }}
    {forwards}
    #[inline(always)] fn forward_train<S: Simd, const B: usize>(&mut self, cx: &mut Context<'_, S>, x: &[Self::Input; B], y: &mut [Self::Output; B], tape: &mut Tape<B>) {{ {train} }}
    #[inline(always)] fn logits<'t, const B: usize>(x: &'t [Self::Input; B], y: &'t [Self::Output; B], tape: &'t Tape<B>) -> &'t [Self::Output; B] {{ <{last} as Layer>::logits({}, y, &tape.dense{layers}) }}
    {backwards}
    fn visit(&mut self, grad: &mut Grad, visitor: &mut dyn Visitor) {{ {visits} }}
}}
",
        x(layers)
    )
}
