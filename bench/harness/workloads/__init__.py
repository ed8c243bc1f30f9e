# SPDX-License-Identifier: MIT
"""The workloads: each file of this folder registers those of one subject."""
import importlib
import pkgutil

for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")
