use super::{Initializer, RandomNormal, Shape, initializer};
use rand::Rng;

initializer! {
    /// Orthonormal columns, or rows if there are fewer of those, times a gain of 1 (Saxe et al. 2013).
    Orthogonal {
        /// The factor.
        gain: 1.0,
    }
}

impl Initializer for Orthogonal {
    fn fill<R: Rng + ?Sized>(&self, rng: &mut R, values: &mut [f32], shape: Shape) {
        RandomNormal.stddev(1.0).fill(rng, values, shape);
        let columns = shape.columns.max(1);
        let rows = values.len() / columns;
        let mut matrix = if rows > columns {
            Vectors {
                values,
                count: columns,
                len: rows,
                next: 1,
                step: columns,
            }
        } else {
            Vectors {
                values,
                count: rows,
                len: columns,
                next: columns,
                step: 1,
            }
        };
        for i in 0..matrix.count {
            // Once loses digits where a vector is almost in the span of the others; twice is enough (Kahan).
            for _ in 0..2 {
                for j in 0..i {
                    let along = matrix.dot(i, j);
                    matrix.add(i, -along, j);
                }
            }
            let norm = libm::sqrt(matrix.dot(i, i));
            // A generator that is not random can draw the same vector twice, of which nothing is left.
            matrix.scale(i, if norm > 1e-6 { 1.0 / norm } else { 0.0 });
        }
        for value in matrix.values {
            *value = (f64::from(*value) * self.gain) as f32;
        }
    }
}

/// The rows or columns of a matrix, in place.
struct Vectors<'a> {
    values: &'a mut [f32],
    count: usize,
    len: usize,
    /// From one vector to the next.
    next: usize,
    /// From one value of a vector to its next.
    step: usize,
}

impl Vectors<'_> {
    fn dot(&self, i: usize, j: usize) -> f64 {
        let [i, j] = [i, j].map(|k| {
            self.values[k * self.next..]
                .iter()
                .step_by(self.step)
                .take(self.len)
        });
        i.zip(j).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
    }

    /// Adds `factor` times vector `j` to vector `i`.
    fn add(&mut self, i: usize, factor: f64, j: usize) {
        for k in 0..self.len {
            let other = f64::from(self.values[j * self.next + k * self.step]);
            let value = &mut self.values[i * self.next + k * self.step];
            *value = (f64::from(*value) + factor * other) as f32;
        }
    }

    fn scale(&mut self, i: usize, factor: f64) {
        for value in self.values[i * self.next..]
            .iter_mut()
            .step_by(self.step)
            .take(self.len)
        {
            *value = (f64::from(*value) * factor) as f32;
        }
    }
}
