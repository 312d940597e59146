//! Shapes that flow through a network, as far as PyTorch would have it in another order.

/// Whether the values that come into a layer are those of an image, which PyTorch keeps channels first, and have been flattened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flow {
    image: bool,
    flattened: Option<[usize; 2]>,
}

impl Flow {
    /// The flow into a network, whose input may be an image.
    #[must_use]
    pub const fn new(image: bool) -> Self {
        Self {
            image,
            flattened: None,
        }
    }

    /// Goes past a layer with this word and these channels and positions of its input; gives what was flattened before it.
    pub fn pass(&mut self, kind: &str, channels: usize, positions: usize) -> Option<[usize; 2]> {
        let before = self.flattened;
        match kind {
            "flatten" => {
                let mixed = self.image && channels > 1 && positions > 1;
                self.flattened = mixed.then_some([channels, positions]);
                self.image = false;
            }
            // Value by value, or channel by channel, or a block, which goes its own way.
            "activation" | "prelu" | "dropout" | "batch_norm" | "layer_norm" | "identity"
            | "residual" | "add" | "multiply" => {}
            _ => {
                let words = ["conv", "pool", "upsample", "zero_pad"];
                self.image = words.iter().any(|word| kind.contains(word));
                self.flattened = None;
            }
        }
        before
    }
}
