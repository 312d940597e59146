//! The works of nn-core's own bench in other Rust libraries, on one core and on the same data.
//!
//! Prints one line per work and library: the median, and how many times as long as ours it takes.
//! Every library gets what its manual recommends, and the benefit of the doubt: the inputs of `predict` are
//! tensors before the clock starts, and its output is left as a tensor.

mod by_hand;
mod measure;
mod ours;
mod with_burn;
mod with_candle;
mod with_dfdx;

#[path = "../../reference/mod.rs"]
mod reference;

use reference::data::{self, Samples};

/// The jobs of each library, in the order of [`Column::seconds`].
const WORKS: [&str; 4] = [
    "predict 8-6-6-4 (relu, relu, softmax)",
    "predict 784-128-10 (relu, softmax)",
    "train 784-64-64-10, batch 128, 48 000 samples, 1 epoch",
    "train 1-16-32-2, batch 10, 2 100 samples, 20 epochs",
];

/// The inputs that all libraries are given.
struct Data {
    animals: Vec<[f32; 8]>,
    digits: Samples<784>,
    side_effects: Samples<1>,
}

/// The medians of one library; `None` where it has nothing to show.
struct Column {
    peer: &'static str,
    seconds: [Option<f64>; 4],
}

fn main() {
    single_thread();
    let data = Data {
        animals: (0..64)
            .map(|i| std::array::from_fn(|j| ((7 * i + 3 * j) % 11) as f32 / 11.0))
            .collect(),
        digits: data::digits(1, 48_000),
        side_effects: data::side_effects(1, 2_100),
    };
    let measures: [fn(&Data) -> Column; 7] = [
        ours::measure,
        by_hand::nalgebra,
        by_hand::gemm_crate,
        by_hand::matrixmultiply,
        with_burn::measure,
        with_candle::measure,
        with_dfdx::measure,
    ];
    let columns = measures.map(|measure| on_a_thread_of_its_own(measure, &data));
    print_table(&columns);
}

/// Tells all libraries to use one thread.
fn single_thread() {
    for name in [
        "RAYON_NUM_THREADS",
        "CANDLE_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MATMUL_NUM_THREADS",
    ] {
        // SAFETY: nothing has been started yet, so no other thread can be reading the environment.
        unsafe { std::env::set_var(name, "1") };
    }
}

/// dfdx's manual asks for subnormals to be flushed, which is a setting of the thread: the next library
/// must not inherit it.
fn on_a_thread_of_its_own(measure: fn(&Data) -> Column, data: &Data) -> Column {
    std::thread::scope(|scope| {
        scope
            .spawn(|| measure(data))
            .join()
            .expect("a library panicked")
    })
}

fn print_table(columns: &[Column]) {
    println!(
        "{:<56}{:<22}{:>12}{:>10}",
        "work", "peer", "median", "x ours"
    );
    for (work, name) in WORKS.iter().enumerate() {
        let ours = columns
            .iter()
            .find(|column| column.peer == "ours")
            .and_then(|column| column.seconds[work]);
        for column in columns {
            let Some(seconds) = column.seconds[work] else {
                continue;
            };
            let ratio = ours.map_or("-".into(), |ours| format!("{:.2}", seconds / ours));
            println!(
                "{name:<56}{:<22}{:>12}{ratio:>10}",
                column.peer,
                measure::human(seconds)
            );
        }
    }
}
