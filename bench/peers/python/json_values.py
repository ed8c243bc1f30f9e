# SPDX-License-Identifier: MIT
"""JSON by Python's own module: decode|encode FILE COUNT. Text goes out without escapes for what is not ASCII, as
with the others. Some repetitions more warm up, in every run the same."""
import json
import sys

mode, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3]) + 3
with open(name, encoding="utf-8") as file:
    text = file.read()
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
if mode == "decode":
    for _ in range(count):
        assert json.loads(text)
else:
    document = json.loads(text)
    for _ in range(count):
        assert encode(document)
