#!/usr/bin/env python3
"""Writes the files of core/src/test/resources/torch with PyTorch: what torch.save makes of views, tied weights and types.

    pip install torch && tools/make_torch_fixtures.py core/src/test/resources/torch
"""

import collections
import pathlib
import sys

import torch

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)

base = torch.arange(24, dtype=torch.float32) / 8 - 1
table = torch.nn.Parameter(base.reshape(6, 4).clone())
state = collections.OrderedDict()
state["tied.first"] = table
state["transposed"] = base.reshape(4, 6).t()
state["offset"] = base[5:11]
state["every.second"] = base[1::2]
state["cube"] = base.reshape(2, 3, 4).permute(2, 0, 1)
state["expanded"] = base[:1].expand(3, 1)
state["scalar"] = torch.tensor(2.5)
state["empty"] = torch.zeros(0, 3)
state["f64"] = torch.tensor([0.1, -2.0], dtype=torch.float64)
state["f16"] = torch.tensor([0.1, -2.0], dtype=torch.float16)
state["bf16"] = torch.tensor([0.1, -2.0], dtype=torch.bfloat16)
state["i64"] = torch.arange(5).expand((1, -1))
state["i32"] = torch.tensor([-1, 2], dtype=torch.int32)
state["i16"] = torch.tensor([-1, 2], dtype=torch.int16)
state["i8"] = torch.tensor([-1, 2], dtype=torch.int8)
state["u8"] = torch.tensor([255, 2], dtype=torch.uint8)
state["bool"] = torch.tensor([True, False])
state["tied.again"] = table
state._metadata = collections.OrderedDict({"": {"version": 1}})

torch.save(state, out / "zip.bin")
torch.save(state, out / "protocol4.bin", pickle_protocol=4)
torch.save(state, out / "legacy.bin", _use_new_zipfile_serialization=False)
