"""Writes small files in the formats of GuitarML and AIDA-X, and what their plugins' formulas give, computed with NumPy in double precision.

Run in this folder; the results are kept beside it."""
import json
import numpy as np

random = np.random.default_rng(20)


def numbers(*shape):
    return random.standard_normal(shape).astype(np.float32).astype(float) * 0.5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(x, w, u, b, c):
    """PyTorch's, with gates i, f, g, o in rows."""
    h, s, out = np.zeros(u.shape[1]), np.zeros(u.shape[1]), []
    for step in x:
        i, f, g, o = np.split(w @ step + b + u @ h + c, 4)
        s = sigmoid(f) * s + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(s)
        out.append(h)
    return np.array(out)


def gru(x, w, u, b, c):
    """PyTorch's, with gates r, z, n in rows."""
    h, out = np.zeros(u.shape[1]), []
    for step in x:
        (wr, wz, wn), (ur, uz, un) = np.split(w @ step + b, 3), np.split(u @ h + c, 3)
        r, z = sigmoid(wr + ur), sigmoid(wz + uz)
        h = (1 - z) * np.tanh(wn + r * un) + z * h
        out.append(h)
    return np.array(out)


def guitarml(name, unit, gates, inputs, units, layers):
    state, size = {}, inputs
    x = np.round(np.sin(np.arange(200)[:, None] * 0.1 * (1 + np.arange(inputs))), 6)
    y = x
    for layer in range(layers):
        tensors = [numbers(gates * units, size), numbers(gates * units, units), numbers(gates * units), numbers(gates * units)]
        for key, tensor in zip(["weight_ih", "weight_hh", "bias_ih", "bias_hh"], tensors):
            state[f"rec.{key}_l{layer}"] = tensor.tolist()
        y = (lstm if unit == "LSTM" else gru)(y, *tensors)
        size = units
    weight, bias = numbers(1, units), numbers(1)
    state |= {"lin.weight": weight.tolist(), "lin.bias": bias.tolist()}
    data = {"model": "SimpleRNN", "input_size": inputs, "skip": 1, "output_size": 1, "unit_type": unit,
            "num_layers": layers, "hidden_size": units, "bias_fl": True}
    json.dump({"model_data": data, "state_dict": state}, open(f"{name}.json", "w"))
    record(name, x, y @ weight.T + bias + x[:, :1])


def aidax(name, units):
    kernel, inner, bias, weight, offset = numbers(1, 4 * units), numbers(units, 4 * units), numbers(4 * units), numbers(units, 1), numbers(1)
    layers = [
        {"type": "lstm", "activation": "", "shape": [None, None, units], "weights": [kernel.tolist(), inner.tolist(), bias.tolist()]},
        {"type": "dense", "activation": "", "shape": [None, None, 1], "weights": [weight.tolist(), offset.tolist()]},
    ]
    json.dump({"in_shape": [None, None, 1], "in_skip": 1, "in_gain": 6.0, "out_gain": -3.0, "samplerate": 48000.0, "layers": layers},
              open(f"{name}.json", "w"))
    x = np.round(np.sin(np.arange(200)[:, None] * 0.1), 6)
    loud = x * 10 ** (6.0 / 20)
    y = lstm(loud, kernel.T, inner.T, bias, 0 * bias) @ weight + offset
    record(name, x, (y + loud) * 10 ** (-3.0 / 20))


def record(name, x, y):
    np.savetxt(f"{name}_x_python.csv", x, delimiter=",", fmt="%.9g")
    np.savetxt(f"{name}_y_python.csv", y, delimiter=",", fmt="%.9g")


guitarml("guitarml_lstm", "LSTM", 4, 1, 5, 1)
guitarml("guitarml_gru", "GRU", 3, 2, 4, 2)
aidax("aidax", 6)
