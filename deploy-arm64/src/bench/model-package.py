#!/usr/bin/env python3
"""Wraps an ONNX model over one series in a package: model-package.py MODEL.onnx FOLDER NAME WINDOW EVERY.

The graph takes float32 [batch, WINDOW] and gives float32 [batch, 1] by Gemm, Relu and Sigmoid alone.
Self-test vectors are computed with numpy, not by the runtime under test. Needs onnx and numpy.
"""
import hashlib
import pathlib
import sys

import numpy as np
import onnx
from onnx import numpy_helper

source, folder, name = sys.argv[1:4]
window, every = int(sys.argv[4]), int(sys.argv[5])
target = pathlib.Path(folder) / name
(target / "selftest").mkdir(parents=True, exist_ok=True)
model = pathlib.Path(source).read_bytes()
(target / "model.onnx").write_bytes(model)
graph = onnx.load_from_string(model)
taken, given = graph.graph.input[0].name, graph.graph.output[0].name

random = np.random.default_rng(1)
windows = random.standard_normal((4, window)).astype(np.float32)
numbers = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.graph.initializer}
numbers[taken] = windows
for node in graph.graph.node:
    inputs = [numbers[name] for name in node.input]
    if node.op_type == "Gemm" and not node.attribute:
        numbers[node.output[0]] = inputs[0] @ inputs[1] + inputs[2]
    elif node.op_type == "Relu":
        numbers[node.output[0]] = np.maximum(inputs[0], 0)
    elif node.op_type == "Sigmoid":
        numbers[node.output[0]] = 1 / (1 + np.exp(-inputs[0]))
    else:
        sys.exit(f"{source}: the node {node.op_type} is not known here; write the vectors by hand")
outputs = numbers[given]
lines = []
for row in range(len(windows)):
    lines.append("values," + ",".join(repr(float(v)) for v in windows[row]))
    lines.append("mask," + ",".join("1" for _ in range(window)))
    lines.append("time")
    lines.append("outputs," + ",".join(repr(float(v)) for v in outputs[row]))
(target / "selftest" / "vectors.csv").write_text("\n".join(lines) + "\n")
(target / "package.yaml").write_text(f"""format: 1
name: {name}
version: 1.0.0
title: {{ja: 計測用モデル, en: Benchmark model}}
description: {{ja: 計測用です, en: For measurements of speed only}}
licence: Apache-2.0
readings: {window}
every: {every}
inputs:
  - role: value
    title: {{ja: 値, en: Value}}
    unit: "1"
    low: -1.0e+30
    high: 1.0e+30
    every: 1h
    optional: false
    history: {{present: {min(window, every)}, within: {window}, fresh: 0}}
outputs:
  - {{name: score, title: {{ja: スコア, en: Score}}, unit: "1", lead: 0s}}
alarms: []
selftestTolerance: 0.0001
modelSha256: "{hashlib.sha256(model).hexdigest()}"
graph: {{window: {taken}, outputs: {given}}}
provenance: {{source: {pathlib.Path(source).name}, licence: none, training: none, files: []}}
""")
