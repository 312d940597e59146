"""ONNX's own conformance cases, which its package brings: copies their models into a folder, or, of a folder with what we wrote of them
(`written`), runs each in ONNX Runtime and compares with the outputs that were recorded. Channels may be first there, and are last with us."""
import glob
import os
import shutil
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

cases = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data")
folder = sys.argv[1]


def both(tensor):
    return [tensor, np.moveaxis(tensor, 1, -1)] if tensor.ndim > 2 else [tensor]


def error(path):
    """The least difference of all ways to lay the channels; none if the case is of another kind."""
    name = os.path.basename(path)[: -len(".onnx")]
    record = glob.glob(os.path.join(cases, "*", name, "test_data_set_0"))[0]
    x, y = (numpy_helper.to_array(onnx.load_tensor(os.path.join(record, f"{part}_0.pb"))) for part in ["input", "output"])
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    shape = session.get_inputs()[0].shape[1:]
    found = []
    for given in both(x):
        if list(given.shape[1:]) == shape and x.dtype == np.float32:
            result = session.run(None, {"input": given})[0].ravel()
            found += [float(abs(result - wanted.ravel()).max() / max(1, abs(wanted).max())) for wanted in both(y)]
    return min(found, default=None)


if os.path.basename(folder) != "written":
    for path in glob.glob(os.path.join(cases, "*", "*", "model.onnx")):
        shutil.copy(path, os.path.join(folder, os.path.basename(os.path.dirname(path)) + ".onnx"))
    sys.exit()
errors = {os.path.basename(path): error(path) for path in glob.glob(os.path.join(folder, "*.onnx"))}
wrong = [name for name, value in errors.items() if value is not None and not value <= 1e-5]
same = sum(value is not None for value in errors.values()) - len(wrong)
print(f"{same} of {len(errors)} of ONNX's cases that are read give what was recorded; wrong: {wrong}")
sys.exit(bool(wrong) or same < 50)
