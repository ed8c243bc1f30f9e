#!/usr/bin/env bash
# Stock programs behave as under lua5.4.
source "$(dirname "$0")/check.sh"
command -v lua5.4 >/dev/null || { echo "no lua5.4 to compare with"; exit 1; }

cat >words.lua <<'L'
local count = {}
for word in io.lines() do
  for w in word:gmatch("%a+") do count[w] = (count[w] or 0) + 1 end
end
local names = {}
for w in pairs(count) do names[#names + 1] = w end
table.sort(names, function(a, b) return count[a] > count[b] or count[a] == count[b] and a < b end)
for _, w in ipairs(names) do io.write(w, " ", count[w], "\n") end
os.exit(#names)
L
cat >permute.lua <<'L'
local function permgen(a, n)
  if n <= 1 then coroutine.yield(a) end
  for i = 1, n do
    a[n], a[i] = a[i], a[n]
    permgen(a, n - 1)
    a[n], a[i] = a[i], a[n]
  end
end
for p in coroutine.wrap(function() permgen({1, 2, 3, 4}, 4) end) do print(table.concat(p, " ")) end
print(coroutine.isyieldable(), select(2, coroutine.running()))
print(pcall(coroutine.yield))
L
cat >closes.lua <<'L'
local function closing(name) return setmetatable({}, {__close = function(_, e) print("close", name, e) end}) end
keep = setmetatable({}, {__gc = function() print("gc at the end") end})
do local a <close> = closing("a") end
print(pcall(function() local b <close> = closing("b") error("in b", 0) end))
print(select("#", ...), ..., arg[0], arg[1], #arg)
local c <close> = closing("c")
L
cat >fails.lua <<'L'
io.write("before\n")
error({code = 2})
L
printf 'one two\nthree two\n' >text
stdin=text
for program in "words.lua" "permute.lua" "closes.lua x y" "fails.lua" "- a" "-e print(1) -" "-e os.exit(false)"; do
  # shellcheck disable=SC2086
  run "$program" $program
  # shellcheck disable=SC2086
  wanted=$(lua5.4 $program <text 2>/dev/null)
  wanted_status=$?
  expect_status $wanted_status
  expect_out "$wanted"
done

finish
