//! A network between a file and a declaration.

/// A network as a reader found it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// The sizes behind `input`: a vector's values, a sequence's steps and channels, an image's height, width and channels.
    pub input: Vec<usize>,
    /// Its layers in order.
    pub nodes: Vec<Node>,
    /// The memory of recurrent layers before the first step, if that is not zeros.
    pub starts: Vec<Start>,
}

/// The state of a recurrent layer before the first step.
///
/// No declaration says it, and no weights hold it: [`emit`](crate::emit) writes it as a function beside the network, whose result is
/// what `step` begins with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// The place of the layer in [`Model::nodes`].
    pub node: usize,
    /// The hidden state.
    pub hidden: Vec<f32>,
    /// The cell state of an LSTM, else nothing.
    pub cell: Vec<f32>,
}

/// A layer, or a block of layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Its name in the file, for errors and comments.
    pub source: String,
    /// Its statement without a label and without the semicolon: `conv2d 8 3x3 pad same relu`; of a block, the word alone.
    pub statement: String,
    /// Its tensors in our layout, in any order.
    pub tensors: Vec<Tensor>,
    /// Of a block, the layers in each of its pairs of braces; an empty one hands on the input.
    pub bodies: Vec<Vec<Self>>,
}

impl Node {
    /// A layer without tensors.
    pub fn new(source: impl Into<String>, statement: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            statement: statement.into(),
            ..Self::default()
        }
    }

    /// The same with these tensors.
    #[must_use]
    pub fn with(mut self, tensors: Vec<Tensor>) -> Self {
        self.tensors = tensors;
        self
    }
}

/// A tensor in our layout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensor {
    /// Its name within the layer: `kernel`, `bias`, `forward.kernel` of a `bidirectional`, `layer.kernel` of an `each`.
    pub name: String,
    /// Its axes in our order, which is Keras's.
    pub shape: Vec<usize>,
    /// Its values, row-major.
    pub values: Vec<f32>,
}

impl Tensor {
    /// A tensor with this name.
    pub fn new(name: impl Into<String>, shape: Vec<usize>, values: Vec<f32>) -> Self {
        Self {
            name: name.into(),
            shape,
            values,
        }
    }
}
