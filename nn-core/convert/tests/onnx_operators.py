"""Writes the idioms of ONNX's exporters as small graphs with random weights into a folder: X.onnx, and X.json with inputs and outputs by
ONNX Runtime. Channels are last in the records, as they are in ours."""
import json
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

folder = sys.argv[1]
generator = np.random.default_rng(1)


def numbers(*shape, k=0.4):
    return (generator.standard_normal(shape) * k).astype(np.float32)


class Graph:
    """A graph that grows; its input is `x`, a batch of what has this shape."""

    def __init__(self, shape, batch="N", elem=TensorProto.FLOAT):
        self.nodes, self.constants, self.shape, self.batch, self.elem = [], [], shape, batch, elem

    def constant(self, values):
        name = f"w{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def op(self, kind, inputs, n=1, **attributes):
        outputs = [f"t{len(self.nodes)}_{i}" for i in range(n)]
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=f"{kind}_{len(self.nodes)}", **attributes))
        return outputs[0] if n == 1 else outputs

    def save(self, name, output, channels_first=False, opset=17, indices=0, turn=None):
        """`turn` is the order of the output's axes that has the channels last."""
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info("x", self.elem, [self.batch] + self.shape)],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
        model.ir_version = 9
        path = os.path.join(folder, f"{name}.onnx")
        onnx.save(model, path)
        x = numbers(3, *self.shape, k=1)
        if indices:
            x = generator.integers(0, indices, (3, *self.shape)).astype(np.int64)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        y = np.concatenate([session.run(None, {"x": row})[0] for row in np.split(x, 3)])
        x = np.moveaxis(x, 1, -1) if channels_first else x
        y = np.transpose(y, turn) if turn else y
        record = {"input": x.astype(float).ravel().tolist(), "output": y.astype(float).ravel().tolist()}
        with open(os.path.join(folder, f"{name}.json"), "w") as file:
            json.dump(record, file)


def conv(b, x, channels, filters, k, g=1, bias=True, **attributes):
    k = k if isinstance(k, tuple) else (k, k)
    inputs = [x, b.constant(numbers(filters, channels // g, *k))] + ([b.constant(numbers(filters))] if bias else [])
    return b.op("Conv", inputs, kernel_shape=list(k), group=g, **attributes)


def batch_norm(b, x, c):
    tensors = [numbers(c) + 1, numbers(c), numbers(c), np.abs(numbers(c)) + 0.5]
    return b.op("BatchNormalization", [x] + [b.constant(tensor) for tensor in tensors], epsilon=0.001)


b = Graph([3, 9, 9])
x = conv(b, "x", 3, 8, 3, bias=False, strides=[2, 2], pads=[1, 1, 1, 1])
x = batch_norm(b, x, 8)
x = b.op("Clip", [x, b.constant(np.float32(0)), b.constant(np.float32(6))])
x = conv(b, x, 8, 8, 3, g=8, bias=False, pads=[1, 1, 1, 1])
x = batch_norm(b, x, 8)
x = b.op("Relu", [x])
y = conv(b, x, 8, 8, 1)
x = b.op("Add", [x, y])
x = b.op("GlobalAveragePool", [x])
x = b.op("Flatten", [x])
x = b.op("Gemm", [x, b.constant(numbers(5, 8)), b.constant(numbers(5))], transB=1)
x = b.op("Softmax", [x], axis=1)
b.save("mobile", x, channels_first=True)
b = Graph([2, 6, 5])
x = conv(b, "x", 2, 4, 3, dilations=[1, 2])
x = b.op("LeakyRelu", [x], alpha=0.1)
x = b.op("Flatten", [x])
x = b.op("Gemm", [x, b.constant(numbers(3, 16)), b.constant(numbers(3))], transB=1)
b.save("flat", x, channels_first=True)
b = Graph([6, 6, 3])
x = b.op("Transpose", ["x"], perm=[0, 3, 1, 2])
x = conv(b, x, 3, 4, 3, auto_pad="SAME_UPPER", strides=[2, 2])
x = b.op("Relu", [x])
x = b.op("Transpose", [x], perm=[0, 2, 3, 1])
x = b.op("Reshape", [x, b.constant(np.array([-1, 36]))])
x = b.op("MatMul", [x, b.constant(numbers(36, 3))])
x = b.op("Add", [x, b.constant(numbers(3))])
b.save("nhwc", x)
b = Graph([6, 6, 3])
x = b.op("Transpose", ["x"], perm=[0, 3, 1, 2])
x = conv(b, x, 3, 4, 3, pads=[0, 0, 1, 1], strides=[2, 2])
x = b.op("Transpose", [x], perm=[0, 2, 3, 1])
b.save("samepads", x)
b = Graph([3, 6, 6])
x = conv(b, "x", 3, 4, 3, pads=[2, 0, 1, 1])
b.save("oddpads", x, channels_first=True, turn=(0, 2, 3, 1))
b = Graph([3, 6, 6])
a = conv(b, "x", 3, 4, 1)
a = b.op("Relu", [a])
c = conv(b, "x", 3, 5, 3, pads=[1, 1, 1, 1])
d = b.op("MaxPool", ["x"], kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])
x = b.op("Concat", [a, c, d], axis=1)
x = b.op("ReduceMean", [x], axes=[2, 3], keepdims=0)
b.save("inception", x, channels_first=True)
b = Graph([3, 8, 8])
s = conv(b, "x", 3, 6, 1, strides=[2, 2])
x = conv(b, "x", 3, 6, 3, strides=[2, 2], pads=[1, 1, 1, 1])
x = batch_norm(b, x, 6)
x = b.op("Relu", [x])
x = conv(b, x, 6, 6, 3, pads=[1, 1, 1, 1])
x = batch_norm(b, x, 6)
x = b.op("Add", [x, s])
x = b.op("Relu", [x])
x = b.op("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])
x = b.op("Flatten", [x])
x = b.op("Gemm", [x, b.constant(numbers(4, 24)), b.constant(numbers(4))], transB=1)
b.save("resnet", x, channels_first=True)
b = Graph([2, 12])
x = b.op("Conv", ["x", b.constant(numbers(4, 2, 3)), b.constant(numbers(4))], kernel_shape=[3], pads=[1, 1], dilations=[1])
x = b.op("PRelu", [x, b.constant(numbers(4, 1))])
x = b.op("MaxPool", [x], kernel_shape=[2], strides=[2])
x = b.op("Flatten", [x])
x = b.op("Gemm", [x, b.constant(numbers(3, 24)), b.constant(numbers(3))], transB=1)
b.save("conv1d", x, channels_first=True)
b = Graph([2, 12])
x = b.op("Conv", ["x", b.constant(numbers(4, 2, 3)), b.constant(numbers(4))], kernel_shape=[3], pads=[4, 0], dilations=[2])
x = b.op("Tanh", [x])
x = b.op("Pad", [x, b.constant(np.array([0, 0, 2, 0, 0, 0]))])
x = b.op("Conv", [x, b.constant(numbers(1, 4, 3))], kernel_shape=[3])
b.save("causal", x, channels_first=True, turn=(0, 2, 1))
for n, kw, k in [
    ("ct1", dict(strides=[2, 2], pads=[1, 1, 1, 1]), 4),
    ("ct2", dict(strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]), 3),
    ("ct3", dict(strides=[2, 2]), 2),
    ("ct4", dict(strides=[2, 2]), 3),
    ("ct5", dict(strides=[2, 2], pads=[0, 0, 1, 1]), 3),
    ("ct6", dict(strides=[1, 1], pads=[1, 1, 1, 1]), 3),
]:
    b = Graph([3, 4, 4])
    x = b.op("ConvTranspose", ["x", b.constant(numbers(3, 2, k, k)), b.constant(numbers(2))], kernel_shape=[k, k], **kw)
    b.save(n, x, channels_first=True, turn=(0, 2, 3, 1))
b = Graph([2, 6, 6])
x = b.op("AveragePool", ["x"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1)
y = b.op("AveragePool", ["x"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
x = b.op("Mul", [x, y])
b.save("avgpad", x, channels_first=True, turn=(0, 2, 3, 1))
for n, l in [("gru0", 0), ("gru1", 1)]:
    b = Graph([6, 3])
    x = b.op("Transpose", ["x"], perm=[1, 0, 2])
    y, h = b.op("GRU", [x, b.constant(numbers(1, 12, 3)), b.constant(numbers(1, 12, 4)), b.constant(numbers(1, 24))], n=2, hidden_size=4, linear_before_reset=l)
    x = b.op("Squeeze", [h, b.constant(np.array([0]))])
    x = b.op("Gemm", [x, b.constant(numbers(2, 4)), b.constant(numbers(2))], transB=1)
    b.save(n, x)
b = Graph([6, 3])
x = b.op("Transpose", ["x"], perm=[1, 0, 2])
y = b.op("RNN", [x, b.constant(numbers(1, 4, 3)), b.constant(numbers(1, 4, 4)), b.constant(numbers(1, 8))], n=1, hidden_size=4, activations=["Relu"])
y = b.op("Squeeze", [y, b.constant(np.array([1]))])
y = b.op("Transpose", [y], perm=[1, 0, 2])
y = b.op("MatMul", [y, b.constant(numbers(4, 2))])
y = b.op("Add", [y, b.constant(numbers(2))])
y = b.op("Sigmoid", [y])
b.save("rnn", y)
b = Graph([6, 3])
x = b.op("Transpose", ["x"], perm=[1, 0, 2])
y = b.op("LSTM", [x, b.constant(numbers(2, 16, 3)), b.constant(numbers(2, 16, 4)), b.constant(numbers(2, 32))], n=1, hidden_size=4, direction="bidirectional")
y = b.op("Transpose", [y], perm=[0, 2, 1, 3])
y = b.op("Reshape", [y, b.constant(np.array([0, 0, -1]))])
y = b.op("Transpose", [y], perm=[1, 0, 2])
y = b.op("MatMul", [y, b.constant(numbers(8, 2))])
b.save("bilstm", y)
b = Graph([6, 3])
x = b.op("Transpose", ["x"], perm=[1, 0, 2])
y, h = b.op("LSTM", [x, b.constant(numbers(2, 16, 3)), b.constant(numbers(2, 16, 4)), b.constant(numbers(2, 32))], n=2, hidden_size=4, direction="bidirectional")
h = b.op("Transpose", [h], perm=[1, 0, 2])
h = b.op("Reshape", [h, b.constant(np.array([0, 8]))])
b.save("bilast", h)
b = Graph([6, 3])
x = b.op("Transpose", ["x"], perm=[1, 0, 2])
y, h = b.op("LSTM", [x, b.constant(numbers(1, 16, 3)), b.constant(numbers(1, 16, 4)), b.constant(numbers(1, 32))], n=2, hidden_size=4, direction="reverse")
h = b.op("Squeeze", [h, b.constant(np.array([0]))])
b.save("reverse", h)
b = Graph([6, 3])
x = b.op("Transpose", ["x"], perm=[1, 0, 2])
y = b.op("LSTM", [x, b.constant(numbers(1, 16, 3)), b.constant(numbers(1, 16, 4)), b.constant(numbers(1, 32))], n=1, hidden_size=4)
y = b.op("Squeeze", [y, b.constant(np.array([1]))])
y = b.op("LSTM", [y, b.constant(numbers(1, 20, 4)), b.constant(numbers(1, 20, 5))], n=1, hidden_size=5)
y = b.op("Squeeze", [y, b.constant(np.array([1]))])
y = b.op("Transpose", [y], perm=[1, 0, 2])
y = b.op("Gather", [y, b.constant(np.int64(-1))], axis=1)
y = b.op("Gemm", [y, b.constant(numbers(5, 2))])
b.save("stacked", y)
b = Graph([5, 6])
x = b.op("LayerNormalization", ["x", b.constant(numbers(6) + 1), b.constant(numbers(6))], axis=-1, epsilon=1e-05)
x = b.op("MatMul", [x, b.constant(numbers(6, 8))])
x = b.op("Add", [b.constant(numbers(8)), x])
e = b.op("Div", [x, b.constant(np.float32(2**0.5))])
e = b.op("Erf", [e])
e = b.op("Add", [e, b.constant(np.float32(1))])
x = b.op("Mul", [x, e])
x = b.op("Mul", [x, b.constant(np.float32(0.5))])
x = b.op("MatMul", [x, b.constant(numbers(8, 6))])
x = b.op("Add", [x, "x"])
x = b.op("ReduceMean", [x], axes=[1], keepdims=0)
b.save("mixer", x)
b = Graph([3, 5, 5])
x = b.op("Sub", ["x", b.constant(numbers(1, 3, 1, 1))])
x = b.op("Div", [x, b.constant(np.abs(numbers(3, 1, 1)) + 0.5)])
x = conv(b, x, 3, 4, 3, bias=False)
x = b.op("Add", [x, b.constant(numbers(1, 4, 1, 1))])
s = b.op("Sigmoid", [x])
x = b.op("Mul", [x, s])
x = b.op("Mul", [x, b.constant(np.float32(0.25))])
x = b.op("Sub", [b.constant(np.float32(1)), x])
x = b.op("GlobalMaxPool", [x])
x = b.op("Squeeze", [x, b.constant(np.array([2, 3]))])
b.save("norm", x, channels_first=True)
b = Graph([2, 3, 3])
x = b.op(
    "Resize",
    ["x", "", b.constant(np.array([1, 1, 2, 2], np.float32))],
    mode="nearest",
    coordinate_transformation_mode="asymmetric",
    nearest_mode="floor",
)
x = b.op("Pad", [x, b.constant(np.array([0, 0, 1, 0, 0, 0, 0, 2]))])
x = conv(b, x, 2, 3, 3)
x = b.op("HardSwish", [x])
b.save("up", x, channels_first=True, turn=(0, 2, 3, 1))
b = Graph([5], elem=TensorProto.INT64)
x = b.op("Gather", [b.constant(numbers(9, 4)), "x"])
x = b.op("Transpose", [x], perm=[1, 0, 2])
y, h, c = b.op("LSTM", [x, b.constant(numbers(1, 16, 4)), b.constant(numbers(1, 16, 4)), b.constant(numbers(1, 32))], n=3, hidden_size=4)
x = b.op("Squeeze", [h, b.constant(np.array([0]))])
b.save("embed", x, indices=9)
b = Graph([4])
x = b.op("Gemm", ["x", b.constant(numbers(12, 4)), b.constant(numbers(12))], transB=1)
x = b.op("Relu", [x])
x = b.op("Reshape", [x, b.constant(np.array([-1, 3, 2, 2]))])
x = b.op("ConvTranspose", [x, b.constant(numbers(3, 2, 2, 2)), b.constant(numbers(2))], kernel_shape=[2, 2], strides=[2, 2])
x = b.op("Sigmoid", [x])
b.save("decoder", x, turn=(0, 2, 3, 1))
b = Graph([4])
x = b.op("Gemm", ["x", b.constant(numbers(12, 4)), b.constant(numbers(12))], transB=1)
x = b.op("Reshape", [x, b.constant(np.array([-1, 2, 2, 3]))])
x = b.op("Transpose", [x], perm=[0, 3, 1, 2])
x = conv(b, x, 3, 2, 1)
b.save("decnhwc", x, turn=(0, 2, 3, 1))
b = Graph([6])
x = b.op("Gemm", ["x", b.constant(numbers(5, 6))], transB=1)
x = batch_norm(b, x, 5)
for t, kw in [
    ("Elu", {}),
    ("Selu", {}),
    ("Celu", dict(alpha=0.5)),
    ("Softplus", {}),
    ("Softsign", {}),
    ("HardSigmoid", dict(alpha=1 / 6, beta=0.5)),
    ("Tanh", {}),
]:
    x = b.op(t, [x], **kw)
x = b.op("LogSoftmax", [x])
b.save("acts", x)
b = Graph([4, 5, 5])
x = conv(b, "x", 4, 6, 3, g=2)
x = conv(b, x, 6, 12, 2, g=6)
h = b.op("HardSigmoid", [x], alpha=1 / 6, beta=0.5)
x = b.op("Mul", [x, h])
b.save("groups", x, channels_first=True, turn=(0, 2, 3, 1))
b = Graph([8, 3])
x = b.op("Transpose", ["x"], perm=[0, 2, 1])
x = b.op("Unsqueeze", [x, b.constant(np.array([2]))])
x = conv(b, x, 3, 4, (1, 3), pads=[0, 1, 0, 1])
x = b.op("Squeeze", [x, b.constant(np.array([2]))])
x = b.op("Relu", [x])
x = b.op("Transpose", [x], perm=[0, 2, 1])
b.save("tfconv1d", x)
b = Graph([6], batch=1)
w = b.constant(numbers(6, 3).astype(np.float16))
w = b.op("Cast", [w], to=1)
x = b.op("MatMul", ["x", w])
x = b.op("Reshape", [x, b.constant(np.array([1, 3]))])
b.save("half", x)
b = Graph([2, 4, 4])
x = conv(b, "x", 2, 3, 3)
sh = b.op("Shape", [x])
g = b.op("Gather", [sh, b.constant(np.int64(0))], axis=0)
u = b.op("Unsqueeze", [g, b.constant(np.array([0]))])
c = b.op("Concat", [u, b.constant(np.array([-1]))], axis=0)
x = b.op("Reshape", [x, c])
x = b.op("Gemm", [x, b.constant(numbers(3, 12)), b.constant(numbers(3))], transB=1)
b.save("oldview", x, channels_first=True)
b = Graph([5, 4])
w = b.op("Transpose", [b.constant(numbers(6, 4))], perm=[1, 0])
x = b.op("MatMul", ["x", w])
x = b.op("Add", [b.constant(numbers(6)), x])
x = b.op("Relu", [x])
x = b.op("ReduceMean", [x, b.constant(np.array([1]))], keepdims=0)
x = b.op("Gemm", [x, b.constant(numbers(6, 2))])
b.save("seqlin", x, opset=18)
b = Graph([3, 10])
x = b.op("Conv", ["x", b.constant(numbers(4, 3, 3))], kernel_shape=[3], pads=[1, 1], strides=[2])
x = batch_norm(b, x, 4)
x = b.op("Relu", [x])
x = b.op("GlobalAveragePool", [x])
x = b.op("Flatten", [x])
b.save("bn1d", x, channels_first=True)
b = Graph([6, 3])
z = b.op("ConstantOfShape", [b.constant(np.array([1, 1, 4]))], value=numpy_helper.from_array(np.zeros(1, np.float32)))
x = b.op("Transpose", ["x"], perm=[1, 0, 2])
y, h = b.op("GRU", [x, b.constant(numbers(1, 12, 3)), b.constant(numbers(1, 12, 4)), b.constant(numbers(1, 24)), "", z], n=2, hidden_size=4, linear_before_reset=1)
y = b.op("Squeeze", [y, b.constant(np.array([1]))])
y = b.op("Slice", [y, b.constant(np.array([-1])), b.constant(np.array([2**31 - 1])), b.constant(np.array([0]))])
y = b.op("Squeeze", [y, b.constant(np.array([0]))])
b.save("gruslice", y)
b = Graph([5])
x = b.op("Gemm", ["x", b.constant(numbers(24, 5)), b.constant(numbers(24))], transB=1)
x = batch_norm(b, x, 24)
x = b.op("LeakyRelu", [x], alpha=0.2)
x = b.op("Reshape", [x, b.constant(np.array([-1, 6, 2, 2]))])
x = b.op("ConvTranspose", [x, b.constant(numbers(6, 3, 4, 4))], kernel_shape=[4, 4], strides=[2, 2], pads=[1, 1, 1, 1])
x = batch_norm(b, x, 3)
x = b.op("Relu", [x])
x = conv(b, x, 3, 1, 3, pads=[1, 1, 1, 1])
x = b.op("Tanh", [x])
b.save("gan", x, turn=(0, 2, 3, 1))
b = Graph([5])
x = b.op("Gemm", ["x", b.constant(numbers(24, 5)), b.constant(numbers(24))], transB=1)
x = b.op("Reshape", [x, b.constant(np.array([-1, 6, 2, 2]))])
x = batch_norm(b, x, 6)
x = b.op("Relu", [x])
x = conv(b, x, 6, 2, 1)
b.save("gan2", x, turn=(0, 2, 3, 1))
b = Graph([2, 4, 4])
a = conv(b, "x", 2, 3, 3, pads=[1, 1, 1, 1])
a = b.op("Relu", [a])
p = b.op("MaxPool", [a], kernel_shape=[2, 2], strides=[2, 2])
p = conv(b, p, 3, 4, 3, pads=[1, 1, 1, 1])
u = b.op(
    "Resize",
    [p, "", b.constant(np.array([1, 1, 2, 2], np.float32))],
    mode="nearest",
    coordinate_transformation_mode="half_pixel",
    nearest_mode="round_prefer_floor",
)
x = b.op("Concat", [u, a], axis=1)
x = conv(b, x, 7, 1, 1)
x = b.op("Sigmoid", [x])
b.save("unet", x, channels_first=True, turn=(0, 2, 3, 1))
b = Graph([4, 5, 5])
g = b.op("GlobalAveragePool", ["x"])
g = conv(b, g, 4, 2, 1)
g = b.op("Relu", [g])
g = conv(b, g, 2, 4, 1)
g = b.op("Sigmoid", [g])
x = b.op("Mul", ["x", g])
b.save("se", x, channels_first=True, turn=(0, 2, 3, 1))
b = Graph([3, 5, 5])
x = conv(b, "x", 3, 4, 2, auto_pad="SAME_LOWER")
x = b.op("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=0)
b.save("lower", x, channels_first=True, turn=(0, 2, 3, 1))
b = Graph([2, 3, 3])
a = conv(b, "x", 2, 2, 2)
a = b.op("Flatten", [a])
c = b.op("GlobalMaxPool", ["x"])
c = b.op("Flatten", [c])
x = b.op("Concat", [c, c], axis=1)
x = b.op("Gemm", [x, b.constant(numbers(4, 3))])
b.save("catvec", x, channels_first=True)
b = Graph([6])
a = b.op("Gemm", ["x", b.constant(numbers(6, 4)), b.constant(numbers(4))])
c = b.op("Gemm", ["x", b.constant(numbers(6, 4)), b.constant(numbers(4))])
c = b.op("Softmax", [c], axis=-1)
x = b.op("Mul", [a, c])
x = b.op("Sum", [x, a, c])
b.save("gated", x)
