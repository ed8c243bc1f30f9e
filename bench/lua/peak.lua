-- SPDX-License-Identifier: MIT
-- Prints the peak resident size of a start-up in KB.
for line in io.lines("/proc/self/status") do
  local size = line:match("^VmHWM:%s*(%d+)")
  if size then print(size) end
end
