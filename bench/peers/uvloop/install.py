# SPDX-License-Identifier: MIT
"""Runs a program of asyncio on uvloop's loop: install.py FILE [ARG...]."""
import runpy
import sys

import uvloop

uvloop.install()
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
