//! A training that leaves the process and goes on as if it had never stopped.
//!
//! | bytes | little endian |
//! | --- | --- |
//! | 0 to 7 | `nn-train` |
//! | 8 to 95 | eleven numbers of 8 bytes: see [`Record`] |
//! | and on | the optimiser's name, the weights and the optimiser's state as `f32` |
//! | the last 4 | CRC-32 (ISO HDLC) of all before |

use super::Trainer;
use crate::layer::Train;
use crate::optim::{Optimizer, Schedule};
use crate::plain::{as_mut_slice, as_slice, len};
use crate::weights::{self, FileError, Problem, checksum};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::path::Path;

const MAGIC: [u8; 8] = *b"nn-train";
const VERSION: u64 = 1;

/// The head of a file, before the weights, in this order.
struct Record {
    version: u64,
    /// The fingerprint of the network's architecture.
    fingerprint: u64,
    /// The bytes of the optimiser's name.
    name: u64,
    /// The number of weights.
    weights: u64,
    /// The number of values of the optimiser's state.
    state: u64,
    step: u64,
    epoch: u64,
    seed: u64,
    /// The seed of the orders of the samples, and whether there is any.
    order: Option<u64>,
    /// The bits of the learning rate, if it does not follow from the step; else those of a NaN.
    rate: u64,
}

impl Record {
    const NUMBERS: usize = 11;

    fn numbers(&self) -> [u64; Self::NUMBERS] {
        [
            self.version,
            self.fingerprint,
            self.name,
            self.weights,
            self.state,
            self.step,
            self.epoch,
            self.seed,
            u64::from(self.order.is_some()),
            self.order.unwrap_or(0),
            self.rate,
        ]
    }

    fn new(numbers: [u64; Self::NUMBERS]) -> Self {
        let [
            version,
            fingerprint,
            name,
            weights,
            state,
            step,
            epoch,
            seed,
            ordered,
            order,
            rate,
        ] = numbers;
        Self {
            version,
            fingerprint,
            name,
            weights,
            state,
            step,
            epoch,
            seed,
            order: (ordered != 0).then_some(order),
            rate,
        }
    }
}

/// A file that was read and is whole.
struct Saved<'a> {
    record: Record,
    weights: &'a [[u8; 4]],
    state: &'a [[u8; 4]],
}

impl<N: Train, O: Optimizer, L, const BATCH: usize> Trainer<N, O, L, BATCH> {
    /// Writes network and training to a file: weights, the optimiser's state, epochs and steps, the random numbers of dropout, augmentation
    /// and shuffling, and a learning rate that a callback has set. The file is there whole or not at all, also after a crash, which leaves the
    /// old one.
    ///
    /// What callbacks remember, such as how long [`EarlyStopping`](super::EarlyStopping) has waited, is not part of it.
    ///
    /// ```no_run
    /// use nn_core::prelude::*;
    ///
    /// network! { pub struct Net { input 8; dense 64 relu; dropout 0.2; dense 4 softmax; } }
    ///
    /// # fn data() -> Vec<(SVector<f32, 8>, usize)> { Vec::new() }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let train = data();
    /// let mut rng = SmallRng::seed_from_u64(7);
    /// let mut net = Net::init(&mut rng);
    /// let mut trainer = Net::trainer::<32>(Adam::new(1e-3), SparseCategoricalCrossentropy);
    /// if std::path::Path::new("run.ckpt").exists() {
    ///     trainer.resume(&mut net, "run.ckpt")?; // the next `fit` begins behind the last epoch
    /// }
    /// for epochs in (10..=100).step_by(10) {
    ///     trainer.fit(&mut net, &train, Fit::epochs(epochs).initial_epoch(trainer.epoch()).shuffle(&mut rng))?;
    ///     trainer.save(&net, "run.ckpt")?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn save(&self, net: &N, path: impl AsRef<Path>) -> Result<(), FileError> {
        let name = name::<O>();
        let rate = match self.optimizer.options().learning_rate.schedule() {
            Schedule::Constant(rate) => rate,
            _ => f64::NAN,
        };
        let record = Record {
            version: VERSION,
            fingerprint: weights::fingerprint::<N>(),
            name: name.len() as u64,
            weights: len::<N>() as u64,
            state: len::<O::State<N::Grad>>() as u64,
            step: self.step,
            epoch: self.epoch as u64,
            seed: self.seed,
            order: self.order,
            rate: rate.to_bits(),
        };
        let mut bytes = MAGIC.to_vec();
        bytes.extend(
            record
                .numbers()
                .iter()
                .flat_map(|number| number.to_le_bytes()),
        );
        bytes.extend(name.as_bytes());
        for values in [as_slice(net), as_slice(&self.memory.state)] {
            bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        }
        bytes.extend(checksum(&bytes).to_le_bytes());
        weights::write_whole(path.as_ref(), &bytes)
    }

    /// Goes on with a training that [`save`](Self::save) wrote, bit for bit as if it had never stopped: the next [`fit`](Self::fit) begins behind
    /// the last epoch, unless [`initial_epoch`](super::Fit::initial_epoch) says more, and takes the samples in the orders that the first one would have,
    /// whatever generator it is given.
    ///
    /// Optimiser, loss and batch size are not in the file; the trainer has them.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not as it was written, or is of another network or optimiser; network and trainer are as they were then.
    pub fn resume(&mut self, net: &mut N, path: impl AsRef<Path>) -> Result<(), FileError> {
        let path = path.as_ref();
        let bytes = weights::read_file(path, size_of::<N>() + size_of::<O::State<N::Grad>>())?;
        let saved = self.check(&bytes).map_err(|message| {
            let layer = None;
            FileError::of_problem(path, Problem { layer, message })
        })?;
        copy(saved.weights, as_mut_slice(net));
        copy(saved.state, as_mut_slice(&mut self.memory.state));
        let record = saved.record;
        self.step = record.step;
        self.epoch = record.epoch as usize;
        self.seed = record.seed;
        self.order = record.order;
        self.resumed = true;
        self.kept = false;
        let (rate, ours) = (
            f64::from_bits(record.rate),
            self.optimizer.options().learning_rate.schedule(),
        );
        if !rate.is_nan() && ours != Schedule::Constant(rate) {
            self.optimizer.set_learning_rate(rate);
        }
        Ok(())
    }

    /// The parts of a file that fits this trainer.
    fn check<'a>(&self, bytes: &'a [u8]) -> Result<Saved<'a>, String> {
        const TRUNCATED: &str = "the file is not whole; go on from an older one";
        const HEAD: usize = 8 + 8 * Record::NUMBERS;
        let whole = bytes.split_last_chunk::<4>();
        let whole =
            whole.and_then(|(body, sum)| Some((body, body.split_first_chunk::<HEAD>()?, sum)));
        let Some((body, (head, rest), sum)) = whole else {
            return Err(TRUNCATED.to_string());
        };
        let (words, _) = head.as_chunks::<8>();
        let mut numbers = [0; Record::NUMBERS];
        for (number, word) in numbers.iter_mut().zip(words.iter().skip(1)) {
            *number = u64::from_le_bytes(*word);
        }
        let record = Record::new(numbers);
        if words.first() != Some(&MAGIC) {
            return Err(
                "this is no saved training; pass a file that `Trainer::save` wrote".to_string(),
            );
        }
        if record.version != VERSION {
            return Err(alloc::format!(
                "version {} of the format, but this library reads version {VERSION}; train anew",
                record.version
            ));
        }
        if checksum(body) != u32::from_le_bytes(*sum) {
            return Err(
                "the file was damaged: its checksum is wrong; go on from an older one".to_string(),
            );
        }
        let weights = len::<N>() as u64;
        if record.fingerprint != weights::fingerprint::<N>() || record.weights != weights {
            return Err("the file is of a network of another architecture; declare it as it was when it was saved".to_string());
        }
        let ours = name::<O>();
        let split = usize::try_from(record.name)
            .ok()
            .and_then(|len| rest.split_at_checked(len));
        let (theirs, values) = split.ok_or(TRUNCATED)?;
        let same = theirs == ours.as_bytes() && record.state == len::<O::State<N::Grad>>() as u64;
        if !same {
            let theirs = String::from_utf8_lossy(theirs);
            return Err(alloc::format!(
                "the training was with the optimiser `{theirs}`, but this trainer has `{ours}`; make one with that optimiser"
            ));
        }
        let (values, odd) = values.as_chunks();
        let state = len::<O::State<N::Grad>>();
        match values.split_at_checked(len::<N>()) {
            Some((weights, rest)) if rest.len() == state && odd.is_empty() => Ok(Saved {
                record,
                weights,
                state: rest,
            }),
            _ => Err(TRUNCATED.to_string()),
        }
    }
}

fn copy(from: &[[u8; 4]], to: &mut [f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = f32::from_le_bytes(*from);
    }
}

/// The optimiser's type without paths: `Adam`, `Switch<Adam, Sgd>`.
fn name<O>() -> String {
    let full = core::any::type_name::<O>();
    let mut name = String::new();
    let mut word = Vec::new();
    for c in full.chars() {
        match c {
            ':' => word.clear(),
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            c => {
                name.extend(word.drain(..));
                name.push(c);
            }
        }
    }
    name.extend(word);
    name
}
