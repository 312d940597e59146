//! Budgets that are kept, to the last byte and operation; those that are not are in `tests/ui/budget`.

use nn_core::prelude::*;

network! {
    pub struct Free {
        input 12x12x1;
        conv2d 4 3x3 relu;
        batch_norm;
        max_pool 2x2;
        residual { conv2d 4 3x3 pad same relu; }
        flatten;
        dense 10 softmax;
    }
}

const RAM: usize = Free::INFERENCE_RAM;
const TRAIN_RAM: usize = size_of::<Trainer<Free, Adam, SparseCategoricalCrossentropy, 8>>();

network! {
    pub struct Kept {
        budget {
            flash 4_856;
            ram RAM;
            macs { Free::MACS };
            train_ram TRAIN_RAM batch 8 adam;
        }
        input 12x12x1;
        conv2d 4 3x3 relu;
        batch_norm;
        max_pool 2x2;
        residual { conv2d 4 3x3 pad same relu; }
        flatten;
        dense 10 softmax;
    }
}

network! {
    struct Wide {
        input 8;
        dense 6 relu;
        budget { flash 1K, ram 1K, macs 1.5K, train_ram 100K batch 4 nn_core::optim::Sgd }
        dense 4 softmax;
    }
}

#[test]
fn figures_tell_trained_from_all() {
    assert_eq!(Kept::WEIGHT_BYTES, 4_856);
    assert_eq!(Kept::PARAMS, Kept::TRAINABLE_PARAMS + 2 * 4);
    assert_eq!(Kept::TRAINABLE_BYTES, 4_856 - 2 * 4 * 4);
    assert_eq!(Wide::TRAINABLE_PARAMS, Wide::PARAMS);
}

#[test]
fn the_summary_has_the_figures_of_each_layer() {
    let text = format!("{}", Kept::summary());
    // 10 x 10 pixels, 4 filters of 3 x 3 on one channel; 4 values a pixel of 4 bytes.
    let line = text.lines().find(|line| line.contains("conv2d1")).unwrap();
    assert!(
        line.contains(" 3,600 ") && line.contains(" 1,600 "),
        "{text}"
    );
    let mut macs = 0;
    Kept::summary().for_each(|_, row| macs += row.macs);
    assert_eq!(macs, Kept::MACS, "{text}");
    let last = text.lines().last().unwrap();
    assert!(
        last.starts_with(" One prediction: ") && last.contains("MACs"),
        "{text}"
    );
}
