//! Medians of rounds that take turns.

use std::time::{Duration, Instant};

/// The work that is timed.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// The unit of the figures, and what it is in seconds.
    pub(crate) unit: &'static str,
    pub(crate) per_unit: f64,
    /// The number of times that a call does the work.
    pub(crate) runs: usize,
    /// The figure and the ratio to the first contender that the last one is to reach.
    pub(crate) goal: Option<(f64, f64)>,
}

/// Seconds of one run.
#[derive(Clone, Copy)]
pub(crate) struct Time {
    pub(crate) median: f64,
    pub(crate) least: f64,
}

/// Rounds of at least this long.
const ROUND: Duration = Duration::from_micros(200);
/// All rounds of a work take about this long.
const TOTAL: Duration = Duration::from_secs(2);

/// Times each contender; the rounds take turns.
pub(crate) fn time(runs: usize, contenders: &mut [(&str, &mut dyn FnMut())]) -> Vec<Time> {
    let repeats: Vec<u32> = contenders
        .iter_mut()
        .map(|(_, call)| {
            call();
            let start = Instant::now();
            call();
            let once = start.elapsed().max(Duration::from_nanos(1));
            1 + u32::try_from(ROUND.as_nanos() / once.as_nanos()).unwrap_or(0)
        })
        .collect();
    let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    let begin = Instant::now();
    while rounds[0].len() < 9 || (begin.elapsed() < TOTAL && rounds[0].len() < 1001) {
        for (((_, call), rounds), &repeats) in contenders.iter_mut().zip(&mut rounds).zip(&repeats)
        {
            let start = Instant::now();
            for _ in 0..repeats {
                call();
            }
            rounds.push(start.elapsed().as_secs_f64() / f64::from(repeats) / runs as f64);
        }
    }
    rounds
        .iter_mut()
        .map(|rounds| {
            rounds.sort_by(f64::total_cmp);
            Time {
                median: rounds[rounds.len() / 2],
                least: rounds[0],
            }
        })
        .collect()
}

/// Times the contenders and prints a line for each: the figure, and its ratio to the first.
pub(crate) fn compare(work: &Work, contenders: &mut [(&str, &mut dyn FnMut())]) {
    let times = time(work.runs, contenders);
    println!("{}", work.name);
    let first = times[0];
    for ((name, _), time) in contenders.iter().zip(&times) {
        println!(
            "  {name:<22} {:>8.2} {unit} (quickest {:>8.2})   {:.2}x",
            time.median / work.per_unit,
            time.least / work.per_unit,
            time.median / first.median,
            unit = work.unit,
        );
    }
    if let (Some((figure, ratio)), Some(last)) = (work.goal, times.last()) {
        let reached = |yes: bool| if yes { "reached" } else { "missed" };
        println!(
            "  goal {figure} {}: {}; goal {ratio}x: {}",
            work.unit,
            reached(last.median <= figure * work.per_unit),
            reached(last.median <= ratio * first.median),
        );
    }
}
