use nn_core::prelude::*;

network! {
    pub struct Net {
        input 8;
        dense 4 softmax;
    }
}

fn main() {
    let mut net = Net::zeros();
    let data = [(SVector::<f32, 8>::zeros(), SVector::<f32, 4>::zeros())];
    let mut trainer = Trainer::<Net, _, _, 10>::new(Adam::new(1e-3), SparseCategoricalCrossentropy);
    trainer.fit(&mut net, &data, Fit::epochs(1)).unwrap();
}
