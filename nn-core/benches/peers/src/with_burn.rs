//! burn on its CPU backend, `flex`.

use crate::measure::{batches, digits_learnt, median, per_call, side_effects_learnt};
use crate::reference::data::Samples;
use crate::{Column, Data};
use burn::module::Module;
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use std::hint::black_box;

/// Dense layers with a relu between them.
#[derive(Module, Debug)]
struct Mlp {
    layers: Vec<Linear>,
}

impl Mlp {
    fn new(widths: &[usize], device: &Device) -> Self {
        let layers = widths
            .windows(2)
            .map(|w| LinearConfig::new(w[0], w[1]).init(device));
        Self {
            layers: layers.collect(),
        }
    }

    fn logits(&self, mut x: Tensor<2>) -> Tensor<2> {
        for (i, layer) in self.layers.iter().enumerate() {
            x = layer.forward(if i == 0 { x } else { relu(x) });
        }
        x
    }
}

/// A network, its optimiser and where they run.
struct Trainer {
    // `Option`, since a step takes the network by value and gives the next one back.
    network: Option<Mlp>,
    optimiser: ModuleOptimizer,
    loss: CrossEntropyLoss,
    device: Device,
    rng: SmallRng,
    learning_rate: f64,
}

impl Trainer {
    fn new(widths: &[usize], learning_rate: f64) -> Self {
        let device = Device::flex().autodiff();
        Self {
            network: Some(Mlp::new(widths, &device)),
            optimiser: AdamConfig::new().with_epsilon(1e-7).init(),
            loss: CrossEntropyLossConfig::new().init(&device),
            device,
            rng: SmallRng::seed_from_u64(7),
            learning_rate,
        }
    }

    /// The mean loss of the batches.
    fn epoch<const N: usize>(&mut self, data: &Samples<N>, batch: usize) -> f32 {
        let (mut loss, mut steps) = (0.0, 0.0);
        for (rows, labels) in batches(data, batch, &mut self.rng) {
            let size = labels.len();
            let x = Tensor::<2>::from_data(TensorData::new(rows, [size, N]), &self.device);
            let labels = labels.into_iter().map(i32::from).collect::<Vec<_>>();
            let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [size]), &self.device);
            let network = self.network.take().expect("each step puts it back");
            let step = self.loss.forward(network.logits(x), labels);
            loss += step.clone().into_scalar::<f32>();
            steps += 1.0;
            let gradients = GradientsParams::from_grads(step.backward(), &network);
            self.network = Some(self.optimiser.step(self.learning_rate, network, gradients));
        }
        loss / steps
    }
}

/// All four works.
pub fn measure(data: &Data) -> Column {
    let mut digits = Trainer::new(&[784, 64, 64, 10], 1e-3);
    let epoch = median(|| (), |()| digits_learnt(digits.epoch(&data.digits, 128)));
    let small = median(
        || Trainer::new(&[1, 16, 32, 2], 1e-4),
        |trainer| {
            let losses = (0..20).map(|_| trainer.epoch(&data.side_effects, 10));
            side_effects_learnt(losses.last().expect("twenty epochs"));
        },
    );
    let animals = predict(&[8, 6, 6, 4], &data.animals);
    let large = predict(&[784, 128, 10], &data.digits.inputs[..64]);
    Column {
        peer: "burn 0.22 (flex)",
        seconds: [Some(animals), Some(large), Some(epoch), Some(small)],
    }
}

fn predict<const N: usize>(widths: &[usize], inputs: &[[f32; N]]) -> f64 {
    let device = Device::flex();
    let network = Mlp::new(widths, &device);
    let inputs: Vec<_> = inputs
        .iter()
        .map(|x| Tensor::<2>::from_data([*x], &device))
        .collect();
    per_call(&inputs, |x| {
        black_box(softmax(network.logits(black_box(x).clone()), 1));
    })
}
