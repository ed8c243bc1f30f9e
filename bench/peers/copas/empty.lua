-- SPDX-License-Identifier: MIT
-- Its loop has no end: one step of it.
require("copas").step(0)
