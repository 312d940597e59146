//! SIMD levels: a case must hold on each.

use nn_core::Level;

/// All that this machine has, best last.
pub fn levels() -> Vec<Level> {
    let mut levels: Vec<Level> = nn_core::level::all().collect();
    levels.reverse();
    levels
}
