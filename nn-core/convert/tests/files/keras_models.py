"""Writes this folder's models of Keras that have every layer that the converter reads, with recorded inputs and outputs.

    python keras_models.py [names]        # Keras 3.15; pip install keras jax safetensors h5py
"""

import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np
from keras import layers as L
from safetensors.numpy import save_file

random = np.random.default_rng(7)


def image():
    return keras.Sequential(
        [
            keras.Input((12, 10, 3)),
            L.ZeroPadding2D(((1, 2), (0, 1))),
            L.Conv2D(4, 3, strides=(2, 1), padding="same", activation="relu6"),
            L.DepthwiseConv2D(3, depth_multiplier=2, dilation_rate=2, padding="same", use_bias=False),
            L.BatchNormalization(epsilon=1e-4, momentum=0.9),
            L.Activation("swish"),
            L.SeparableConv2D(6, (3, 2), depth_multiplier=2, activation="elu"),
            L.MaxPooling2D(2, strides=1, padding="same"),
            L.Conv2D(8, 3, groups=2, use_bias=False, padding="same"),
            L.LeakyReLU(negative_slope=0.1),
            L.BatchNormalization(scale=False),
            L.AveragePooling2D((2, 3), padding="same"),
            L.UpSampling2D((2, 1)),
            L.Conv2DTranspose(4, 3, strides=2, padding="same"),
            L.PReLU(shared_axes=[1, 2]),
            L.SpatialDropout2D(0.1),
            L.GlobalAveragePooling2D(keepdims=True),
            L.Flatten(),
            L.Dropout(0.25),
            L.Dense(5, activation="gelu"),
            L.Reshape((5, 1)),
            L.Reshape((-1,)),
            L.Dense(3, use_bias=False),
            L.Softmax(),
        ]
    )


def sequence():
    i = keras.Input((20, 3))
    x = L.Conv1D(6, 3, padding="causal", dilation_rate=2, activation="tanh", name="dilated ü")(i)
    x = L.LayerNormalization(epsilon=1e-5)(x)
    x = L.Bidirectional(L.LSTM(5, return_sequences=True, activation="softsign"), merge_mode="sum", name="both ways")(x)
    x = L.MultiHeadAttention(2, 4, name="look")(x, x, use_causal_mask=True)
    x = L.TimeDistributed(L.Dense(6, activation=L.LeakyReLU(0.3)))(x)
    x = L.Dense(4)(x)
    x = L.SeparableConv1D(4, 3, strides=2, padding="same")(x)
    x = L.DepthwiseConv1D(2, depth_multiplier=2)(x)
    x = L.MaxPooling1D(2)(x)
    x = L.Conv1DTranspose(5, 3, strides=2)(x)
    x = L.SimpleRNN(4, activation="relu", return_sequences=True, go_backwards=True)(x)
    x = L.GRU(4, reset_after=False, recurrent_activation="hard_sigmoid", return_sequences=True)(x)
    x = L.Bidirectional(L.GRU(3))(x)
    x = L.ELU(alpha=0.5)(x)
    return keras.Model(i, L.Dense(2)(x))


def text():
    return keras.Sequential(
        [
            keras.Input((7,)),
            L.Embedding(30, 8),
            L.ZeroPadding1D((1, 2)),
            L.UpSampling1D(2),
            L.LSTM(6, return_sequences=True, use_bias=False),
            L.GlobalMaxPooling1D(),
            L.RepeatVector(4),
            L.GRU(5, return_sequences=True),
            L.AveragePooling1D(2),
            L.GlobalAveragePooling1D(),
            L.ReLU(negative_slope=0.2),
            L.Dense(1, activation="sigmoid"),
        ]
    )


def blocks():
    inner = keras.Sequential([L.Dense(4), L.BatchNormalization(), L.Dense(6, activation="tanh")], name="inner")
    i = keras.Input((8, 8, 2))
    x = L.Conv2D(6, 3, padding="same")(i)
    shortcut = L.Conv2D(8, 1, strides=2)(x)
    y = L.Conv2D(8, 3, strides=2, padding="same")(L.ReLU()(L.BatchNormalization()(x)))
    y = L.Conv2D(8, 3, padding="same", activation="relu")(y)
    x = L.Add()([shortcut, y])
    down = L.MaxPooling2D()(x)
    down = L.Conv2D(8, 1, activation="silu")(down)
    x = L.Concatenate()([L.UpSampling2D()(down), x])
    gate = L.Conv2D(16, 1, activation="sigmoid")(x)
    x = L.Multiply()([x, gate])
    x = L.GlobalAveragePooling2D()(x)
    x = L.Dense(6)(x)
    x = inner(x) + x
    x = L.Add()([x, L.Dense(6)(x), L.Dense(6, activation="relu")(x)])
    return keras.Model(i, L.Dense(3, activation="softmax")(x))


def record(name, model, rows, index=None):
    for weight in model.weights:
        if "seed" in weight.path:
            continue
        value = random.normal(size=weight.shape) * 0.4
        weight.assign(np.abs(value) + 0.5 if "variance" in weight.path else value)
    shape = (rows, *model.input_shape[1:])
    x = random.integers(0, index, shape) if index else random.normal(size=shape)
    x = x.astype("float32")
    y = np.concatenate([np.asarray(model(x[row : row + 1], training=False)) for row in range(rows)])
    assert np.isfinite(y).all() and np.ptp(y, axis=0).max() > 1e-3, (name, y)
    model.save(f"{name}.keras")
    model.save(f"{name}.h5")
    model.save_weights(f"{name}.weights.h5")
    save_file({"input": x.reshape(rows, -1), "output": y.reshape(rows, -1)}, f"{name}.io.safetensors")


def scaled():
    i = keras.Input((6, 5, 2))
    x = L.Rescaling(1 / 127.5, offset=-1)(i)
    x = L.Conv2D(3, 2, strides=2, activation="hard_silu")(x)
    gate = L.Conv2D(3, 1, activation="sigmoid")(L.GlobalAveragePooling2D(keepdims=True)(x))
    x = L.Flatten()(L.Multiply()([gate, x]))
    return keras.Model(i, L.Dense(3, activation="softplus")(x))


def slashes():
    """`mlp.h5` with names as Keras 2 could have them."""
    import shutil

    import h5py

    shutil.copy("mlp.h5", "slashes.h5")
    with h5py.File("slashes.h5", "a") as file:
        del file["optimizer_weights"]
        root = file["model_weights"]
        new = {"dense_1": "block_1/dense ü", "dense_2": "block_1/out/логиты"}
        for old, name in new.items():
            root.move(old, name)
            root[name].attrs["weight_names"] = [f"{name}/kernel:0", f"{name}/bias:0"]
            for variable in ("kernel", "bias"):
                root[name].move(f"sequential/{old}/{variable}", f"{name}/{variable}:0")
        root.attrs["layer_names"] = [new.get(name, name) for name in root.attrs["layer_names"]]
        config = file.attrs["model_config"]
        for old, name in new.items():
            config = config.replace(f'"name": "{old}"', f'"name": "{name}"')
        file.attrs["model_config"] = config


chosen = sys.argv[1:]
for name, model, rows, index in [
    ("image", image, 3, None),
    ("sequence", sequence, 3, None),
    ("text", text, 4, 30),
    ("blocks", blocks, 3, None),
    ("scaled", scaled, 3, None),
]:
    if not chosen or name in chosen:
        record(name, model(), rows, index)
if not chosen or "slashes" in chosen:
    slashes()
