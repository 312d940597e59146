use super::{Rbm, draw};
use crate::activation::{self, Sigmoid};
use crate::error::{Error, Result};
use crate::kernel;
use crate::level::best;
use crate::option;
use crate::plain::{as_mut_slice, as_slice, zeroed};
use crate::train::order::Shuffle;
use fearless_simd::Level;
use nalgebra::SVector;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// Contrastive divergence: lowers the energy of the data and raises that of what the machine makes of it in `k` steps.
///
/// It owns all memory that learning needs, for batches of `BATCH` samples; `new` is a `const fn`, so it may initialise a `static`, and
/// [`boxed`](Self::boxed) makes it on the heap. The update is
/// `velocity = momentum * velocity + learning_rate * (<v h>_data - <v h>_k - weight_decay * W)`, with means over the batch,
/// drawn hidden units and, as Hinton recommends, probabilities for the reconstruction; [`persistent`](Self::persistent) chains draw both.
#[derive(Clone, Debug)]
pub struct ContrastiveDivergence<const VISIBLE: usize, const HIDDEN: usize, const BATCH: usize> {
    options: Options,
    memory: Memory<VISIBLE, HIDDEN, BATCH>,
}

#[derive(Clone, Copy, Debug)]
struct Options {
    k: usize,
    learning_rate: f64,
    momentum: f64,
    weight_decay: f64,
    persistent: bool,
}

/// Everything that may be zero bytes in the beginning.
#[derive(Clone, Debug)]
struct Memory<const VISIBLE: usize, const HIDDEN: usize, const BATCH: usize> {
    /// The data, and what the machine makes of it.
    visible: [[SVector<f32, VISIBLE>; BATCH]; 2],
    /// The hidden units' probabilities given the one and the other.
    hidden: [[SVector<f32, HIDDEN>; BATCH]; 2],
    /// Drawn hidden units, which a persistent chain keeps.
    drawn: [SVector<f32, HIDDEN>; BATCH],
    gradient: Rbm<VISIBLE, HIDDEN>,
    velocity: Rbm<VISIBLE, HIDDEN>,
    /// Rows whose chain has begun.
    chains: u32,
}

crate::plain::mark_zeroed!([const VISIBLE: usize, const HIDDEN: usize, const BATCH: usize] Memory<VISIBLE, HIDDEN, BATCH> { visible, hidden, drawn, gradient, velocity, chains });

/// The course of an epoch of contrastive divergence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The mean squared difference between data and reconstruction, over samples and visible units.
    pub reconstruction_error: f32,
    /// The mean free energy of the data, each batch's before its step. What matters is that it falls further than that of data held
    /// back: see [`Rbm::free_energy`].
    pub free_energy: f32,
}

impl<const VISIBLE: usize, const HIDDEN: usize, const BATCH: usize>
    ContrastiveDivergence<VISIBLE, HIDDEN, BATCH>
{
    /// CD-`k`: `k` steps of Gibbs sampling; 1 will do for features, more for dreams. 0 counts as 1.
    ///
    /// The learning rate is 0.1, the momentum 0.5, the weight decay 0.0002 until other ones are chosen.
    #[must_use]
    pub const fn new(k: usize) -> Self {
        const {
            assert!(
                VISIBLE > 0 && HIDDEN > 0 && BATCH > 0,
                "a machine and its batches need at least one of each"
            )
        };
        Self {
            options: Options::new(k),
            memory: zeroed(),
        }
    }

    /// [`new`](Self::new) on the heap, made in place; its options are changed by [`set_learning_rate`](Self::set_learning_rate) and
    /// [`set_momentum`](Self::set_momentum).
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn boxed(k: usize) -> alloc::boxed::Box<Self> {
        const {
            assert!(
                VISIBLE > 0 && HIDDEN > 0 && BATCH > 0,
                "a machine and its batches need at least one of each"
            )
        };
        crate::plain::boxed!(Self as Self {
            zero { memory }
            options: Options::new(k),
        })
    }

    /// The step size, at least 0.
    #[must_use]
    pub const fn learning_rate(mut self, learning_rate: f64) -> Self {
        self.set_learning_rate(learning_rate);
        self
    }

    /// The share of the last update that is carried on, from 0 to 1.
    #[must_use]
    pub const fn momentum(mut self, momentum: f64) -> Self {
        self.set_momentum(momentum);
        self
    }

    /// The factor of the weights' L2 penalty, at least 0.
    #[must_use]
    pub const fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.options.weight_decay = weight_decay;
        self
    }

    /// The chains go on from batch to batch instead of beginning at the data (T. Tieleman, 2008).
    #[must_use]
    pub const fn persistent(mut self) -> Self {
        self.options.persistent = true;
        self
    }

    /// Another step size from now on.
    pub const fn set_learning_rate(&mut self, learning_rate: f64) {
        self.options.learning_rate = learning_rate;
    }

    /// Another momentum from now on: Hinton begins with 0.5 and goes on with 0.9.
    pub const fn set_momentum(&mut self, momentum: f64) {
        self.options.momentum = momentum;
    }

    /// One pass over `data` in an order drawn from `rng`.
    ///
    /// # Errors
    ///
    /// If there is no data, a value is not a number from 0 to 1, an option is out of range, or the weights leave the finite numbers, which a
    /// smaller learning rate cures; the machine is then as before the batch.
    pub fn epoch<R: Rng + ?Sized>(
        &mut self,
        rbm: &mut Rbm<VISIBLE, HIDDEN>,
        data: &[SVector<f32, VISIBLE>],
        rng: &mut R,
    ) -> Result<Progress> {
        self.options.check()?;
        check(data)?;
        let mut drawing = SmallRng::seed_from_u64(rng.next_u64());
        let mut shuffle = Shuffle::Keyed(&mut drawing);
        let order = shuffle.next(data.len());
        let mut random = SmallRng::seed_from_u64(rng.next_u64());
        let mut sums = Progress {
            reconstruction_error: 0.0,
            free_energy: 0.0,
        };
        for start in (0..data.len()).step_by(BATCH) {
            let rows = BATCH.min(data.len() - start);
            for row in 0..rows {
                if let Some(sample) = data.get(order.at(start + row)) {
                    self.memory.visible[0][row] = *sample;
                }
            }
            let (memory, options) = (&mut self.memory, self.options);
            let batch = memory.step(best(), options, rbm, rows, &mut random)?;
            sums.reconstruction_error += batch.reconstruction_error;
            sums.free_energy += batch.free_energy;
        }
        let samples = data.len() as f32;
        Ok(Progress {
            reconstruction_error: sums.reconstruction_error / (samples * VISIBLE as f32),
            free_energy: sums.free_energy / samples,
        })
    }
}

impl Options {
    const fn new(k: usize) -> Self {
        Self {
            k: if k == 0 { 1 } else { k },
            learning_rate: 0.1,
            momentum: 0.5,
            weight_decay: 2e-4,
            persistent: false,
        }
    }

    fn check(&self) -> Result<()> {
        option::check!("momentum", self.momentum)?;
        option::check!("weight_decay", self.weight_decay)?;
        option::check!("learning_rate", self.learning_rate)
    }
}

/// Samples that visible units can take.
fn check<const VISIBLE: usize>(data: &[SVector<f32, VISIBLE>]) -> Result<()> {
    if data.is_empty() {
        return Err(Error::Empty {
            set: crate::error::Set::Data,
        });
    }
    for (sample, values) in data.iter().enumerate() {
        let wrong = |(_, value): &(usize, &f32)| !(0.0..=1.0).contains(*value);
        if let Some((index, value)) = values.iter().enumerate().find(wrong) {
            return Err(Error::Visible {
                sample,
                index,
                value: *value,
            });
        }
    }
    Ok(())
}

impl<const VISIBLE: usize, const HIDDEN: usize, const BATCH: usize> Memory<VISIBLE, HIDDEN, BATCH> {
    /// One update from the first `rows` of the batch; returns sums over them.
    fn step(
        &mut self,
        level: Level,
        options: Options,
        rbm: &mut Rbm<VISIBLE, HIDDEN>,
        rows: usize,
        random: &mut SmallRng,
    ) -> Result<Progress> {
        let Self {
            visible, hidden, ..
        } = self;
        rbm.to_inputs(level, &visible[0], &mut hidden[0]);
        let free_energy = rbm.free_energies(&visible[0][..rows], &hidden[0][..rows]);
        activation::forward::<Sigmoid>(level, as_mut_slice(&mut hidden[0]), HIDDEN);
        self.start_chains(options.persistent, rows);
        for _ in 0..options.k {
            draw(random, as_mut_slice(&mut self.drawn));
            rbm.to_visible(level, &self.drawn, &mut self.visible[1]);
            if options.persistent {
                // A chain that goes on for ever must be a true one.
                draw(random, as_mut_slice(&mut self.visible[1]));
            }
            rbm.to_hidden(level, &self.visible[1], &mut self.hidden[1]);
            self.drawn = self.hidden[1];
        }
        let progress = Progress {
            reconstruction_error: self.difference(rows),
            free_energy,
        };
        self.differentiate(level, rows);
        self.apply(options, rbm, rows, progress)?;
        Ok(progress)
    }

    /// Puts the probabilities that the first draw goes by into `drawn`.
    fn start_chains(&mut self, persistent: bool, rows: usize) {
        let begun = if persistent { self.chains as usize } else { 0 };
        for row in begun.min(rows)..rows {
            self.drawn[row] = self.hidden[0][row];
        }
        self.chains = self.chains.max(u32::try_from(rows).unwrap_or(u32::MAX));
    }

    /// The sum of squared differences between data and reconstruction.
    fn difference(&self, rows: usize) -> f32 {
        let [data, reconstruction] = &self.visible;
        let pairs = data.iter().zip(reconstruction).take(rows);
        pairs.map(|(v, r)| (v - r).dot(&(v - r))).sum()
    }

    /// `<v h>_data - <v h>_k` and the like for the biases, summed over the rows.
    fn differentiate(&mut self, level: Level, rows: usize) {
        let Self {
            visible,
            hidden,
            gradient,
            ..
        } = self;
        // Rows that hold no sample take no part.
        for row in rows..BATCH {
            visible.iter_mut().for_each(|side| side[row].fill(0.0));
            hidden.iter_mut().for_each(|side| side[row].fill(0.0));
        }
        // One product for both sides, of which one counts negative.
        let negate = |values: &mut [f32]| values.iter_mut().for_each(|value| *value = -*value);
        negate(as_mut_slice(&mut hidden[1]));
        let (v, h) = (as_slice(visible), as_slice(hidden));
        kernel::outer(
            level,
            v,
            h,
            as_mut_slice(&mut gradient.kernel),
            VISIBLE,
            HIDDEN,
        );
        kernel::sum_rows(level, h, as_mut_slice(&mut gradient.hidden_bias));
        negate(as_mut_slice(&mut visible[1]));
        let v = as_slice(visible);
        kernel::sum_rows(level, v, as_mut_slice(&mut gradient.visible_bias));
    }

    /// Takes the step, unless it would lead out of the finite numbers.
    fn apply(
        &mut self,
        options: Options,
        rbm: &mut Rbm<VISIBLE, HIDDEN>,
        rows: usize,
        progress: Progress,
    ) -> Result<()> {
        let rate = options.learning_rate as f32;
        let (scale, momentum) = (rate / rows as f32, options.momentum as f32);
        let decay = rate * options.weight_decay as f32;
        let (velocity, gradient) = (as_mut_slice(&mut self.velocity), as_slice(&self.gradient));
        for (velocity, gradient) in velocity.iter_mut().zip(gradient) {
            *velocity = momentum * *velocity + scale * gradient;
        }
        let kernel = as_slice(&rbm.kernel).iter();
        for (velocity, weight) in as_mut_slice(&mut self.velocity.kernel)
            .iter_mut()
            .zip(kernel)
        {
            *velocity -= decay * weight;
        }
        // Zero unless a weight would no longer be finite.
        let next = as_slice(&self.velocity).iter().zip(as_slice(rbm));
        let strayed: f32 = next
            .map(|(velocity, weight)| (velocity + weight) * 0.0)
            .sum();
        let loss = progress.reconstruction_error + strayed;
        if !loss.is_finite() {
            as_mut_slice(&mut self.velocity).fill(0.0);
            self.chains = 0;
            return Err(Error::Loss { loss });
        }
        let velocity = as_slice(&self.velocity).iter();
        for (weight, velocity) in as_mut_slice(rbm).iter_mut().zip(velocity) {
            *weight += velocity;
        }
        Ok(())
    }
}
