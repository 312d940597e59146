//! Learns the exclusive or, on a machine without `std`, `alloc` or an allocator. Exit code 0 if all four answers are right.
#![no_std]
#![no_main]

use core::fmt::{self, Write};
use core::mem::MaybeUninit;
use core::panic::PanicInfo;
use nn_core::prelude::*;

network! {
    /// Two bits in, the odds of "equal" and "different" out.
    struct Xor {
        input 2;
        dense 8 tanh;
        dense 2 softmax;
    }
}

static mut NET: Xor = Xor::zeros();
type Training = Trainer<Xor, Adam, SparseCategoricalCrossentropy, 3>;

/// Not part of the file of the program.
#[unsafe(no_mangle)]
static mut TRAINER: MaybeUninit<Training> = MaybeUninit::uninit();

/// A serial port, as it were: lines that are 64 characters long at most.
struct Port {
    line: [u8; 64],
    len: usize,
    lines: usize,
}

impl Write for Port {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if byte == b'\n' {
                self.lines += 1;
                self.len = 0;
            } else {
                *self.line.get_mut(self.len).ok_or(fmt::Error)? = byte;
                self.len += 1;
            }
        }
        Ok(())
    }
}

/// 0, or the number of the check that failed.
fn run(net: &mut Xor, trainer: &mut Training) -> i32 {
    let mut rng = SmallRng::seed_from_u64(3);
    *net = Xor::init(&mut rng);
    let data = [
        ([0.0, 0.0], 0_u8),
        ([0.0, 1.0], 1),
        ([1.0, 0.0], 1),
        ([1.0, 1.0], 0),
    ];
    let mut port = Port {
        line: [0; 64],
        len: 0,
        lines: 0,
    };
    let fit = Fit::epochs(300)
        .shuffle(&mut rng)
        .verbose(Verbose::Line)
        .output(&mut port);
    let Ok(history) = trainer.fit(net, &data, fit) else {
        return 1;
    };
    if history.len() != 300 || history.loss() > 0.05 {
        return 2;
    }
    match trainer.evaluate(net, &data) {
        Ok(score) if score.accuracy == Some(1.0) => {}
        _ => return 3,
    }
    for (x, label) in &data {
        let y = net.predict(&SVector::from(*x));
        if y[usize::from(*label)] < 0.9 {
            return 4;
        }
    }
    if port.lines != 300 {
        return 5;
    }
    // What was learned goes to flash and comes back.
    let mut flash = [0; Xor::SAVED_BYTES];
    let written = net.write_to(&mut flash);
    match Xor::from_bytes(&flash) {
        Ok(same) if same.dense1 == net.dense1 && written == Ok(Xor::SAVED_BYTES) => {}
        _ => return 7,
    }
    // Wrong data is an error here too.
    match trainer.fit(net, &[([f32::NAN, 0.0], 0_u8)], Fit::epochs(1)) {
        Err(Error::NonFinite {
            sample: 0,
            index: 0,
            ..
        }) => 0,
        _ => 6,
    }
}

/// The C runtime calls this; nothing else of it is used.
#[unsafe(no_mangle)]
pub extern "C" fn main(_: i32, _: *const *const u8) -> i32 {
    // SAFETY: this runs once, on the only thread.
    let (net, trainer) = unsafe { (&mut *(&raw mut NET), &mut *(&raw mut TRAINER)) };
    run(net, Trainer::new_in(trainer, Adam::new(0.05), SparseCategoricalCrossentropy))
}

#[link(name = "c")]
unsafe extern "C" {
    fn abort() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: `abort` takes nothing and does not return.
    unsafe { abort() }
}

/// The `core` that comes with the compiler for this machine can unwind and names this; with `panic = "abort"` nobody calls it.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}
