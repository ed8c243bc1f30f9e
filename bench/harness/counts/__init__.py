# SPDX-License-Identifier: MIT
"""What is counted: each file of this folder registers the cases of one subject."""
import importlib
import pkgutil

for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")
