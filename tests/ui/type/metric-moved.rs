use nn_core::prelude::*;

network! { struct Net { input 2; dense 2 softmax } }

fn main() {
    let data = [(SVector::from([0.0, 1.0]), 0_u8)];
    let mut trainer = Trainer::<Net, _, _, 1>::new(Sgd::new(0.1), SparseCategoricalCrossentropy);
    let matrix = ConfusionMatrix::<2>::new();
    let _ = trainer.evaluate_with(&Net::zeros(), &data, &mut (matrix,));
    println!("{matrix}");
}
