//! PyTorch's layers in the words of the DSL: channels first, weights by output, gates in an order of their own.

use super::config::Config;
use super::declare::{Declaration, Names};
use super::keras::{sizes, times};
use super::rust::float;
use super::{Planned, Reason, not_yet};

/// A case about PyTorch.
pub struct Torch<'a> {
    pub config: &'a Config<'a>,
    pub names: &'a Names<'a>,
    /// The shape of one sample of the file's input.
    pub input: &'a [usize],
}

/// One direction of a layer that has two, as a network of its own.
pub struct Direction {
    pub network: Declaration,
    /// The beginning of its outputs in those of both.
    pub column: usize,
}

/// The step that puts axes in this order, on the way from a file's tensor to ours.
fn axes(order: &[usize]) -> String {
    format!("Step::Axes(&{order:?})")
}

/// The order that puts channels last: `[N, C, H, W]` becomes `[N, H, W, C]`.
fn channels_last(rank: usize) -> Vec<usize> {
    let spatial = 2..=rank;
    std::iter::once(0).chain(spatial).chain([1]).collect()
}

impl Torch<'_> {
    /// The network of a case about the class or function `kind`.
    pub fn network(&self, kind: &str) -> Planned<Declaration> {
        let network = match kind {
            "Linear" | "linear" => self.linear(),
            "Conv1d" | "conv1d" => self.conv::<1>(),
            "Conv2d" | "conv2d" => self.conv::<2>(),
            "ConvTranspose1d" | "conv_transpose1d" => self.transpose::<1>(),
            "ConvTranspose2d" | "conv_transpose2d" => self.transpose::<2>(),
            "MaxPool1d" | "max_pool1d" => self.pool::<1>("max_pool"),
            "MaxPool2d" | "max_pool2d" => self.pool::<2>("max_pool"),
            "AvgPool1d" | "avg_pool1d" => self.pool::<1>("avg_pool"),
            "AvgPool2d" | "avg_pool2d" => self.pool::<2>("avg_pool"),
            "BatchNorm1d" | "BatchNorm2d" => self.batch_norm(),
            "LayerNorm" => self.layer_norm(),
            "Embedding" => self.embedding(),
            "RNN" => self.recurrent("rnn", 1),
            "GRU" => self.recurrent("gru", 3),
            "LSTM" => self.recurrent("lstm", 4),
            _ => not_yet(format!("no layer `{kind}` of PyTorch")),
        }?;
        self.config.finish()?;
        Ok(network)
    }

    /// The network without a layer; channels, if there are axes after them, go last.
    fn images(&self) -> Declaration {
        let order = channels_last(self.input.len());
        let shape: Vec<usize> = order[1..].iter().map(|axis| self.input[axis - 1]).collect();
        let mut network = Declaration::new(&shape);
        if shape.len() > 1 {
            network.axes = [order.clone(), order];
        }
        network
    }

    fn bias(&self) -> &'static str {
        match self.names.get("", "bias") {
            Some(_) => "",
            None => "no_bias",
        }
    }

    /// `weight` with its axes in our order, and `bias`.
    fn weights(&self, order: &[usize], network: &mut Declaration) {
        network.parameter_of("kernel", &["weight"], "Join::Sum", &[axes(order)]);
        if let Some(bias) = self.names.get("", "bias") {
            network.parameter("bias", bias);
        }
    }

    fn weight(&self) -> Planned<Vec<usize>> {
        self.names.shape(self.names.find("", "weight")?)
    }

    fn linear(&self) -> Planned<Declaration> {
        let mut network = Declaration::new(self.input);
        let units = self.weight()?.first().copied().unwrap_or(0).to_string();
        let each = if network.rank > 1 { "each" } else { "" };
        network.layer(&[each, "dense", &units, self.bias()]);
        self.weights(&[1, 0], &mut network);
        Ok(network)
    }

    fn stride<const AXES: usize>(&self) -> Planned<String> {
        Ok(sizes(
            "stride",
            &self.config.sizes::<AXES>("stride", Some([1; AXES]))?,
            1,
        ))
    }

    fn padding<const AXES: usize>(&self) -> Planned<String> {
        match self.config.get("padding").and_then(|value| value.as_str()) {
            Some("valid") => Ok(String::new()),
            Some("same") => Ok("pad same".into()),
            Some(other) => not_yet(format!("`padding` = {other:?}")),
            None => Ok(sizes(
                "pad",
                &self.config.sizes::<AXES>("padding", Some([0; AXES]))?,
                0,
            )),
        }
    }

    fn dilation<const AXES: usize>(&self) -> Planned<String> {
        let dilation = self.config.sizes::<AXES>("dilation", Some([1; AXES]))?;
        Ok(sizes("dilation", &dilation, 1))
    }

    /// The file's order of axes; PyTorch knows one.
    fn layout(&self) -> Planned<()> {
        let layout = self.config.text("layout", "NC")?;
        match layout.starts_with("NC") {
            true => Ok(()),
            false => not_yet(format!("the layout {layout}")),
        }
    }

    fn conv<const AXES: usize>(&self) -> Planned<Declaration> {
        self.layout()?;
        let mut network = self.images();
        let weight = self.weight()?;
        let groups = self.config.size("groups", Some(1))?;
        let [filters, _, kernel @ ..] = &weight[..] else {
            return Err(Reason::Malformed(format!("a weight of shape {weight:?}")));
        };
        network.layer(&[
            &format!("conv{AXES}d"),
            &filters.to_string(),
            &times(kernel),
            &self.stride::<AXES>()?,
            &self.padding::<AXES>()?,
            &self.dilation::<AXES>()?,
            &sizes("groups", &[groups], 1),
            self.bias(),
        ]);
        // Output, input, window: the window first, the output last.
        let window = 2..weight.len();
        self.weights(&Vec::from_iter(window.chain([1, 0])), &mut network);
        Ok(network)
    }

    fn transpose<const AXES: usize>(&self) -> Planned<Declaration> {
        self.layout()?;
        let mut network = self.images();
        let weight = self.weight()?;
        let [_, filters, kernel @ ..] = &weight[..] else {
            return Err(Reason::Malformed(format!("a weight of shape {weight:?}")));
        };
        let extra = self
            .config
            .sizes::<AXES>("output_padding", Some([0; AXES]))?;
        network.layer(&[
            &format!("conv{AXES}d_transpose"),
            &filters.to_string(),
            &times(kernel),
            &self.stride::<AXES>()?,
            &self.padding::<AXES>()?,
            &self.dilation::<AXES>()?,
            // Without it, the size would be Keras's.
            &format!("output_padding {}", times(&extra)),
            self.bias(),
        ]);
        let window = 2..weight.len();
        self.weights(&Vec::from_iter(window.chain([1, 0])), &mut network);
        Ok(network)
    }

    fn pool<const AXES: usize>(&self, word: &str) -> Planned<Declaration> {
        self.layout()?;
        let mut network = self.images();
        let size = self.config.sizes::<AXES>("kernel_size", None)?;
        let stride = self.config.sizes::<AXES>("stride", Some(size))?;
        let padding = self.padding::<AXES>()?;
        // Our average is over the values inside the image.
        let outside = self.config.flag("count_include_pad", true)?;
        if word == "avg_pool" && outside && !padding.is_empty() {
            return not_yet("an average over padding");
        }
        network.layer(&[
            word,
            &times(&size),
            &format!("stride {}", times(&stride)),
            &padding,
            &self.dilation::<AXES>()?,
        ]);
        Ok(network)
    }

    fn batch_norm(&self) -> Planned<Declaration> {
        let mut network = self.images();
        let momentum = self.config.number("momentum", Some(0.1))?;
        let epsilon = self.config.number("eps", Some(1e-5))?;
        let affine = self.names.get("", "weight").is_some();
        let field = network.layer(&[
            "batch_norm torch",
            &format!("momentum {}", float(momentum)),
            &format!("epsilon {}", float(epsilon)),
            if affine { "" } else { "no_scale no_center" },
        ]);
        self.scale_and_center(&mut network)?;
        for (name, ours) in [
            ("running_mean", "moving_mean"),
            ("running_var", "moving_variance"),
        ] {
            network.statistic(self.names.find("", name)?, &field, ours);
        }
        Ok(network)
    }

    fn layer_norm(&self) -> Planned<Declaration> {
        let mut network = Declaration::new(self.input);
        let last = self.input.last().copied().unwrap_or(1);
        if self.config.sizes::<1>("normalized_shape", Some([last]))? != [last] {
            return not_yet("a norm over several axes");
        }
        let epsilon = self.config.number("eps", Some(1e-5))?;
        network.layer(&["layer_norm", &format!("epsilon {}", float(epsilon))]);
        self.scale_and_center(&mut network)?;
        Ok(network)
    }

    fn scale_and_center(&self, network: &mut Declaration) -> Planned<()> {
        for (field, name) in [("gamma", "weight"), ("beta", "bias")] {
            if let Some(name) = self.names.get("", name) {
                network.parameter(field, name);
            }
        }
        Ok(())
    }

    fn embedding(&self) -> Planned<Declaration> {
        let mut network = Declaration::new(self.input);
        let [rows, units] = self.weight()?[..] else {
            return Err(Reason::Malformed("`weight` is no table".into()));
        };
        network.layer(&["embedding", &rows.to_string(), &units.to_string()]);
        network.parameter("embeddings", "weight");
        Ok(network)
    }

    /// The number of layers on top of each other.
    fn layers(&self) -> Planned<usize> {
        let shown = |layer: &usize| {
            let name = format!("weight_ih_l{layer}");
            self.names.get("", &name).is_some()
        };
        self.config
            .size("num_layers", Some((0..).take_while(shown).count()))
    }

    /// Layers on top of each other, in one direction or both.
    fn recurrent(&self, word: &str, gates: usize) -> Planned<Declaration> {
        let mut network = Declaration::new(self.input);
        let both = self.config.flag("bidirectional", false)?;
        if !self.config.flag("batch_first", true)? {
            return not_yet("steps before samples");
        }
        let layers = self.layers()?;
        for layer in 0..layers {
            let suffixes = [format!("l{layer}"), format!("l{layer}_reverse")];
            let suffixes = suffixes.each_ref().map(String::as_str);
            let suffixes = if both { &suffixes } else { &suffixes[..1] };
            self.layer(word, gates, suffixes, &mut network)?;
        }
        if !both {
            network.memories = Some((0..layers).collect());
        }
        Ok(network)
    }

    /// A layer whose weights end with these suffixes, one for each direction; returns its units.
    fn layer(
        &self,
        word: &str,
        gates: usize,
        suffixes: &[&str],
        network: &mut Declaration,
    ) -> Planned<usize> {
        let activation = match word {
            "rnn" => self.config.text("nonlinearity", "tanh")?,
            _ => "tanh",
        };
        let suffix = suffixes.first().copied().unwrap_or_default();
        let kernel = self.names.find("", &format!("weight_hh_{suffix}"))?;
        let units = self.names.shape(kernel)?.last().copied().unwrap_or(0);
        let bias = self.names.get("", &format!("bias_hh_{suffix}")).is_some();
        let both = suffixes.len() > 1;
        network.layer(&[
            if both { "bidirectional" } else { "" },
            word,
            &units.to_string(),
            if activation == "tanh" { "" } else { activation },
            "sequence",
            if both { "concat" } else { "" },
            if bias { "" } else { "no_bias" },
        ]);
        for suffix in suffixes {
            self.direction(suffix, gates, bias, network)?;
        }
        Ok(units)
    }

    /// Both directions of a layer that has two: what is left in the states at the end is known of each, but the layer with
    /// both does not show it.
    pub fn directions(&self, kind: &str) -> Planned<Vec<Direction>> {
        let (word, gates) = match kind {
            "RNN" => ("rnn", 1),
            "GRU" => ("gru", 3),
            "LSTM" => ("lstm", 4),
            _ => return Ok(Vec::new()),
        };
        let mut directions = Vec::new();
        if !self.config.flag("bidirectional", false)? || self.layers()? > 1 {
            return Ok(directions);
        }
        for suffix in ["l0", "l0_reverse"] {
            let mut network = Declaration::new(self.input);
            let units = self.layer(word, gates, &[suffix], &mut network)?;
            network.memories = Some(vec![0]);
            let column = directions.len() * units;
            directions.push(Direction { network, column });
        }
        Ok(directions)
    }

    fn direction(
        &self,
        suffix: &str,
        gates: usize,
        bias: bool,
        network: &mut Declaration,
    ) -> Planned<()> {
        // Reset, update, new: ours have the update gate first. Input, forget, cell, output are ours too.
        let blocks = match gates {
            3 => vec!["Step::Blocks(&[1, 0, 2])".to_owned()],
            _ => Vec::new(),
        };
        let table = [&blocks[..], &[axes(&[1, 0])]].concat();
        for (field, name) in [("kernel", "weight_ih"), ("recurrent_kernel", "weight_hh")] {
            let name = self.names.find("", &format!("{name}_{suffix}"))?;
            network.parameter_of(field, &[name], "Join::Sum", &table);
        }
        if bias {
            let names = [
                self.names.find("", &format!("bias_ih_{suffix}"))?,
                self.names.find("", &format!("bias_hh_{suffix}"))?,
            ];
            // Within the product with the reset gate a bias is one of its own.
            let join = if gates == 3 {
                "Join::Rows"
            } else {
                "Join::Sum"
            };
            network.parameter_of("bias", &names, join, &blocks);
        }
        Ok(())
    }
}
