"""Keras and PyTorch read the weights that nn-convert writes, and give the outputs that were recorded.

    python read_back.py target/debug/nn-convert        # pip install keras jax safetensors; torch is left out where there is none
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("KERAS_BACKEND", "jax")
import numpy as np
from safetensors.numpy import load_file

converter = pathlib.Path(sys.argv[1]).resolve()
here = pathlib.Path(__file__).resolve().parent
peers = here.parents[2] / "tests/peers"
folder = pathlib.Path(tempfile.mkdtemp())


def written(name, option):
    """The file that the converter writes of a declaration."""
    path = folder / f"{name}_{option}.safetensors"
    source = here / "converted" / f"{name}.rs"
    subprocess.run([converter, source, f"--{option}", path], check=True, stdout=subprocess.DEVNULL)
    return load_file(path), path


def record(name):
    """Inputs and outputs, a row for each call."""
    path = here / "files" / f"{name}.io.safetensors"
    if path.exists():
        both = load_file(path)
    else:
        both = json.loads((peers / f"{name}_io.json").read_text())
        both = {key: np.array(both[key]["data"], "float32").reshape(both[key]["shape"]) for key in ("input", "output")}
    return both["input"], both["output"]


def compare(what, ours, wanted):
    ours, wanted = np.asarray(ours).reshape(wanted.shape), np.asarray(wanted)
    worst = np.max(np.abs(ours - wanted) / np.maximum(np.abs(wanted), 1))
    print(f"{what}: off by at most {worst:.1e}")
    assert worst <= 1e-5, what


WORDS = {
    "BatchNormalization": "batch_norm",
    "Conv1DTranspose": "conv1d_transpose",
    "Conv2DTranspose": "conv2d_transpose",
    "DepthwiseConv1D": "depthwise_conv1d",
    "DepthwiseConv2D": "depthwise_conv2d",
    "LayerNormalization": "layer_norm",
    "MultiHeadAttention": "multi_head_attention",
    "SeparableConv1D": "separable_conv1d",
    "SeparableConv2D": "separable_conv2d",
    "SimpleRNN": "rnn",
    "TimeDistributed": "each",
}
INSIDE = ["query", "key", "value", "attention_output", "forward", "backward"]


def keras_reads(name, declared):
    import keras

    model = keras.models.load_model(here / "files" / f"{name}.keras", compile=False)
    tensors, _ = written(declared, "keras")
    numbers = {}
    for layer in model.layers:
        if not layer.weights:
            continue
        word = WORDS.get(type(layer).__name__, type(layer).__name__.lower())
        if word == "dense" and len(layer.input.shape) > 2:
            word = "each"
        numbers[word] = numbers.get(word, 0) + 1
        for weight in layer.weights:
            places = weight.path.split("/")
            inside = next((part for place in places[:-1] for part in INSIDE if place.split("_")[0] == part or place == part), None)
            inside = "layer" if word == "each" else inside
            last = "kernel" if places[-1] == "depthwise_kernel" and word.startswith("depthwise") else places[-1]
            path = [f"{word}{numbers[word]}", inside, last]
            # What is missing here is missing in the file.
            tensor = tensors.pop("/".join(part for part in path if part))
            weight.assign(tensor.reshape(weight.shape))
    assert not tensors, tensors.keys()
    x, y = record(name)
    x = x.reshape(-1, *model.input_shape[1:])
    compare(f"Keras reads {name}", np.concatenate([np.asarray(model(row[None], training=False)) for row in x]), y)


def torch_reads(name, declared, modules, forward):
    import torch
    from safetensors.torch import load_file as load

    network = torch.nn.Module()
    for field, module in modules.items():
        network.add_module(field, module)
    _, path = written(declared, "torch")
    network.load_state_dict(load(path), strict=True)
    x, y = record(name)
    with torch.no_grad():
        compare(f"PyTorch reads {name}", forward(network, torch.from_numpy(x)), y)


def main():
    for name, declared in [
        ("mlp", "mlp"),
        ("cnn", "cnn"),
        ("lstm", "series"),
        ("image", "image"),
        ("sequence", "sequence"),
        ("text", "text"),
    ]:
        keras_reads(name, declared)
    try:
        from torch import nn
    except ImportError:
        print("PyTorch is not to be had here; left out")
        return
    relu = nn.functional.relu
    torch_reads(
        "mlp",
        "mlp",
        {"dense1": nn.Linear(8, 6), "dense2": nn.Linear(6, 6), "dense3": nn.Linear(6, 4)},
        lambda n, x: n.dense3(relu(n.dense2(relu(n.dense1(x))))).softmax(-1),
    )
    pool = nn.MaxPool2d(2)
    torch_reads(
        "cnn",
        "cnn",
        {"conv2d1": nn.Conv2d(1, 4, 3), "conv2d2": nn.Conv2d(4, 6, 3), "dense1": nn.Linear(24, 3)},
        lambda n, x: n.dense1(pool(relu(n.conv2d2(pool(relu(n.conv2d1(x.permute(0, 3, 1, 2))))))).flatten(1)).softmax(-1),
    )
    torch_reads(
        "lstm",
        "series",
        {"lstm1": nn.LSTM(1, 8, batch_first=True), "dense1": nn.Linear(8, 1)},
        lambda n, x: n.dense1(n.lstm1(x.reshape(len(x), 7, 1))[0][:, -1]),
    )


main()
