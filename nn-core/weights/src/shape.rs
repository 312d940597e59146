use core::fmt;

/// The axes of a tensor, outermost first, in Keras's order: `(3, 3, 1, 8)` for a convolution of 3 x 3 taps from 1 channel to 8 filters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    axes: [usize; Self::MOST],
    rank: usize,
}

impl Shape {
    /// The most axes that a tensor of a layer has.
    pub const MOST: usize = 4;

    /// A shape of these axes; more than [`MOST`](Self::MOST) do not compile.
    #[must_use]
    pub const fn new<const RANK: usize>(axes: [usize; RANK]) -> Self {
        const { assert!(RANK <= Self::MOST, "a tensor has at most four axes") };
        let mut shape = Self {
            axes: [1; Self::MOST],
            rank: RANK,
        };
        let mut i = 0;
        while i < RANK {
            shape.axes[i] = axes[i];
            i += 1;
        }
        shape
    }

    /// The axes.
    #[must_use]
    pub fn axes(&self) -> &[usize] {
        self.axes.get(..self.rank).unwrap_or_default()
    }

    /// Whether these are the axes, those of 1 left out.
    #[must_use]
    pub const fn is(&self, axes: &[usize]) -> bool {
        let (mut i, mut j) = (0, 0);
        loop {
            while i < self.rank && self.axes[i] == 1 {
                i += 1;
            }
            while j < axes.len() && axes[j] == 1 {
                j += 1;
            }
            if i == self.rank || j == axes.len() {
                return i == self.rank && j == axes.len();
            }
            if self.axes[i] != axes[j] {
                return false;
            }
            i += 1;
            j += 1;
        }
    }

    /// The number of values.
    #[must_use]
    pub const fn len(&self) -> usize {
        let [a, b, c, d] = self.axes;
        a.saturating_mul(b).saturating_mul(c).saturating_mul(d)
    }

    /// Whether there is no value.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// `(3, 3, 1, 8)`, as Keras and NumPy write it.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (i, axis) in self.axes().iter().enumerate() {
            write!(f, "{}{axis}", if i == 0 { "" } else { ", " })?;
        }
        f.write_str(if self.rank == 1 { ",)" } else { ")" })
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The role of a tensor in its layer, which decides under which name and in which order other libraries keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Weights of a dense layer: inputs, outputs.
    Kernel,
    /// Weights of a convolution: height, width, channels of a group, filters; or taps, channels of a group, filters.
    Filters,
    /// Weights of a transposed convolution: height, width, filters, channels; or taps, filters, channels.
    TransposedFilters,
    /// Weights of the inputs of a recurrent layer: features, gates times units.
    GateKernel {
        /// The number of gates: 1 of a simple layer, 3 of a GRU, 4 of an LSTM.
        gates: usize,
    },
    /// Weights of the hidden state of a recurrent layer: units, gates times units.
    RecurrentKernel {
        /// The number of gates.
        gates: usize,
    },
    /// Biases of a recurrent layer: gates times units; or, of the inputs and of the hidden state, 2, gates times units.
    GateBias {
        /// The number of gates.
        gates: usize,
    },
    /// Biases, one for each output.
    Bias,
    /// Rows of an embedding.
    Embeddings,
    /// Factors of a normalisation.
    Gamma,
    /// Slopes below zero, one for each channel.
    Slope,
    /// Offsets of a normalisation.
    Beta,
    /// Running means of a batch normalisation.
    MovingMean,
    /// Running variances of a batch normalisation.
    MovingVariance,
    /// Anything else: the same everywhere.
    Other,
}
