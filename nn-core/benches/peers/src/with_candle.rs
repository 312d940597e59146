//! candle on its CPU device.

use crate::measure::{batches, digits_learnt, median, per_call, side_effects_learnt};
use crate::reference::data::Samples;
use crate::{Column, Data};
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{AdamW, Linear, Module, Optimizer, ParamsAdamW, VarBuilder, VarMap};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use std::hint::black_box;

/// Dense layers with a relu between them.
struct Mlp {
    layers: Vec<Linear>,
    variables: VarMap,
}

impl Mlp {
    fn new(widths: &[usize]) -> Result<Self> {
        let variables = VarMap::new();
        let builder = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
        let layers = widths.windows(2).enumerate();
        let layers = layers.map(|(i, w)| candle_nn::linear(w[0], w[1], builder.pp(i)));
        Ok(Self {
            layers: layers.collect::<Result<_>>()?,
            variables,
        })
    }

    fn logits(&self, x: &Tensor) -> Result<Tensor> {
        let mut x = self.layers[0].forward(x)?;
        for layer in &self.layers[1..] {
            x = layer.forward(&x.relu()?)?;
        }
        Ok(x)
    }
}

/// A network and its optimiser.
struct Trainer {
    network: Mlp,
    optimiser: AdamW,
    rng: SmallRng,
}

impl Trainer {
    fn new(widths: &[usize], learning_rate: f64) -> Result<Self> {
        let network = Mlp::new(widths)?;
        // Without weight decay AdamW is Adam.
        let adam = ParamsAdamW {
            lr: learning_rate,
            eps: 1e-7,
            weight_decay: 0.0,
            ..ParamsAdamW::default()
        };
        let optimiser = AdamW::new(network.variables.all_vars(), adam)?;
        Ok(Self {
            network,
            optimiser,
            rng: SmallRng::seed_from_u64(7),
        })
    }

    /// The mean loss of the batches.
    fn epoch<const N: usize>(&mut self, data: &Samples<N>, batch: usize) -> Result<f32> {
        let (mut loss, mut steps) = (0.0, 0.0);
        for (rows, labels) in batches(data, batch, &mut self.rng) {
            let size = labels.len();
            let x = Tensor::from_vec(rows, (size, N), &Device::Cpu)?;
            let labels = labels.into_iter().map(u32::from).collect::<Vec<_>>();
            let labels = Tensor::from_vec(labels, size, &Device::Cpu)?;
            let step = candle_nn::loss::cross_entropy(&self.network.logits(&x)?, &labels)?;
            self.optimiser.backward_step(&step)?;
            loss += step.to_scalar::<f32>()?;
            steps += 1.0;
        }
        Ok(loss / steps)
    }
}

/// All four works.
pub fn measure(data: &Data) -> Column {
    let seconds = all_works(data).expect("shapes fit");
    Column {
        peer: "candle 0.11",
        seconds: seconds.map(Some),
    }
}

fn all_works(data: &Data) -> Result<[f64; 4]> {
    let mut digits = Trainer::new(&[784, 64, 64, 10], 1e-3)?;
    let epoch = median(
        || (),
        |()| digits_learnt(digits.epoch(&data.digits, 128).expect("shapes fit")),
    );
    let small = median(
        || Trainer::new(&[1, 16, 32, 2], 1e-4).expect("shapes fit"),
        |trainer| {
            let losses =
                (0..20).map(|_| trainer.epoch(&data.side_effects, 10).expect("shapes fit"));
            side_effects_learnt(losses.last().expect("twenty epochs"));
        },
    );
    let animals = predict(&[8, 6, 6, 4], &data.animals)?;
    let large = predict(&[784, 128, 10], &data.digits.inputs[..64])?;
    Ok([animals, large, epoch, small])
}

fn predict<const N: usize>(widths: &[usize], inputs: &[[f32; N]]) -> Result<f64> {
    let network = Mlp::new(widths)?;
    // Detached weights keep no graph for a backward pass that never comes.
    let detach =
        |layer: &Linear| Linear::new(layer.weight().detach(), layer.bias().map(Tensor::detach));
    let network = Mlp {
        layers: network.layers.iter().map(detach).collect(),
        ..network
    };
    let inputs = inputs
        .iter()
        .map(|x| Tensor::from_slice(x, (1, N), &Device::Cpu));
    let inputs = inputs.collect::<Result<Vec<_>>>()?;
    Ok(per_call(&inputs, |x| {
        let logits = network.logits(black_box(x)).expect("shapes fit");
        black_box(candle_nn::ops::softmax_last_dim(&logits).expect("shapes fit"));
    }))
}
