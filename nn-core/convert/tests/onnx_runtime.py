"""Runs every X.onnx of a folder in ONNX Runtime on the inputs in X.json and compares with the outputs there."""
import glob
import json
import os
import sys

import numpy as np
import onnx
import onnxruntime

wrong = 0
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.onnx"))):
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    with open(path[: -len("onnx")] + "json") as file:
        record = json.load(file)
    shape = [size if isinstance(size, int) else -1 for size in session.get_inputs()[0].shape]
    found = session.run(None, {"input": np.array(record["input"], np.float32).reshape(shape)})[0]
    wanted = np.array(record["output"], np.float32).reshape(found.shape)
    error = float((abs(found - wanted) / np.maximum(1, abs(wanted))).max())
    fits = error <= 1e-5 and list(found.shape[1:]) == session.get_outputs()[0].shape[1:]
    wrong += not fits
    print(f"{os.path.basename(path)}: {found.shape[1:]}, {error:.1e}{'' if fits else ' WRONG'}")
sys.exit(wrong > 0)
