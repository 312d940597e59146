//! Learning curves in characters.

const WIDTH: usize = 60;
const HEIGHT: usize = 12;

/// Losses over time: each curve is a character and its points, time from 0 to 1; where two curves meet there is a `*`. The scale is logarithmic, from
/// `most` down to `least`; what is outside is drawn at the edge.
pub fn plot(curves: &[(char, &[(f32, f32)])], (most, least): (f32, f32), time: &str) -> String {
    let last = (HEIGHT - 1) as f32;
    let rows_each = last / (most / least).ln();
    let mut grid = [[' '; WIDTH]; HEIGHT];
    for (mark, points) in curves {
        for (time, loss) in *points {
            let row = ((most / loss).ln() * rows_each).round().clamp(0.0, last) as usize;
            let column = (time * (WIDTH - 1) as f32)
                .round()
                .clamp(0.0, (WIDTH - 1) as f32) as usize;
            let place = &mut grid[row][column];
            *place = if [' ', *mark].contains(place) {
                *mark
            } else {
                '*'
            };
        }
    }
    let mut text = String::new();
    for (row, line) in grid.iter().enumerate() {
        let loss = most * (-(row as f32) / rows_each).exp();
        let line: String = line.iter().collect();
        text += &format!("{loss:7.3} |{}\n", line.trim_end());
    }
    text + &format!("        +{}\n         {time}\n", "-".repeat(WIDTH))
}
