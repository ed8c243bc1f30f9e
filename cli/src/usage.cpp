// SPDX-License-Identifier: MIT
#include "usage.hpp"

#include <plua/core/version.hpp>

#include <lua.hpp>

namespace plua::cli {

std::string help_text() {
  return R"(usage: plua [options] [script [argument...]]

Runs a Lua script in which every coroutine may wait without blocking the others. The program ends
when nothing is left to do: no task that can go on, no timer, no operation in flight, no server.
Without a script it reads one from the standard input; on a terminal it starts a shell.

  -e, --execute CODE      run CODE before the script; repeated ones make one chunk
  -l, --library NAME      require NAME and assign it to the global of its last part; repeatable
  -i, --interactive       start a shell after the libraries and CODE (not when there is a script)
  -d, --debug             say on stderr what is done; sets _PY.debug
      --task TEXT         text for the script, found in _PY.args.task
      --timeout SECONDS   end the program after so long, with a report of what was active
      --api FORMAT        print the description of all functions, as json or markdown, and exit
  -v, --version           print the version and exit
  -h, --help              print this and exit
      --                  end of the options; a script called '-' is the standard input

Long options may be shortened, and take their value as the next argument or after '='.

The script gets its arguments as '...' and, with its own name at 0, in the table 'arg'.
$HOME/.plua.lua and ./.plua.lua each return a table; together they are _PY.pluaconfig.

exit status:
  0     the program has ended, or the shell was left
  1     a library, CODE or the script failed, or a task that nobody joined did; failing callbacks of
        timers and of the network are reported but do not count
  2     wrong command line
  13    deadlock: every task that was left waited for another
  124   --timeout has passed
  130   SIGINT (Ctrl-C), 143 SIGTERM: tasks are cancelled and unwind; a second signal kills at once
  n     os.exit(n)

examples:
  plua server.lua 8080
  plua -l json -e 'print(json.encode(arg))'
  plua -i -e 'setInterval(function() print(os.date()) end, 1000)'
)";
}

std::string version_line() { return "plua " + std::string(version()) + " (" LUA_VERSION ")"; }

}  // namespace plua::cli
