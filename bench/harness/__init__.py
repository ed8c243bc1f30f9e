# SPDX-License-Identifier: MIT
"""The benchmark harness: contestants, how they are measured, and what is printed."""
