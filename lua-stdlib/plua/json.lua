-- SPDX-License-Identifier: MIT
---The module `json` under PLua's name.
return require "json"
