-- SPDX-License-Identifier: MIT
assert(require("cqueues").new():loop())
