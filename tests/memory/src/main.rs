//! `stack-use NETWORK FRAMES STACK`: on a thread with STACK bytes of stack, goes down by FRAMES calls and runs the network there.
//! A stack that is too small ends the program with a signal. Without FRAMES, prints INFERENCE_RAM.

use nn_core::prelude::*;
use std::hint::black_box;
use std::process::ExitCode;

network! { pub struct Nothing { input 1; linear; } }
network! { pub struct Deep { input 64; dense 1024; dense 64 relu; dense 1024; dropout 0.2; dense 64 relu; dense 1024; dense 4; } }
network! {
    pub struct Blocks {
        input 24x24x3;
        residual { conv2d 3 3x3 relu pad same; }
        concat { { avg_pool 2x2; } { conv2d 5 3x3 stride 2 pad same; } }
        flatten;
        add { { dense 400; } { dense 900 relu; dense 400; } }
        dense 10 softmax;
    }
}
network! {
    pub struct Cnn {
        input 28x28x1;
        conv2d 8 5x5 relu;
        max_pool 2x2;
        conv2d 16 5x5 relu;
        max_pool 2x2;
        flatten;
        dense 10 softmax;
    }
}
network! { pub struct Sequence { input 100x8; conv1d 32 3 relu; lstm 24 sequence; lstm 20; dense 3 softmax; } }

/// Frames of known size.
#[inline(never)]
fn descend(frames: usize, work: &dyn Fn() -> f32) -> f32 {
    let frame = black_box([frames as f32; 4]);
    let result = if frames == 0 {
        work()
    } else {
        descend(frames - 1, work)
    };
    result + black_box(frame)[0]
}

fn run<N: Network + 'static>(
    ram: usize,
    predict: fn(&N, &N::Input) -> N::Output,
    [frames, stack]: [Option<usize>; 2],
) -> ExitCode {
    let (Some(frames), Some(stack)) = (frames, stack) else {
        println!("{ram}");
        return ExitCode::SUCCESS;
    };
    // What is done once for the whole program, such as asking for the instruction set, does not count.
    let _ = black_box(nn_core::level::best());
    let thread = std::thread::Builder::new().stack_size(stack);
    let thread = thread.spawn(move || {
        let net = nn_core::plain::zeroed_box::<N>();
        let x = nn_core::plain::zeroed_box::<N::Input>();
        let work = || black_box(predict(black_box(&net), black_box(&x))).values()[0];
        descend(frames, &work)
    });
    match thread.map(|thread| thread.join()) {
        Ok(Ok(_)) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let numbers =
        [arguments.next(), arguments.next()].map(|text| text.and_then(|text| text.parse().ok()));
    macro_rules! networks {
        ($($network:ident)*) => {
            match name.as_str() {
                $(stringify!($network) => run($network::INFERENCE_RAM, $network::predict, numbers),)*
                _ => ExitCode::FAILURE,
            }
        };
    }
    networks!(Nothing Deep Blocks Cnn Sequence)
}
