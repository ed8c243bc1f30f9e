# SPDX-License-Identifier: MIT
"""nginx as a program like the others: one process that prints its port and lives in a folder of its own."""
import atexit
import glob
import itertools
import os
import shutil
import socket

from .programs import BENCH

_MODULES = ("ndk_http_module.so", "ngx_http_lua_module.so")
_numbers = itertools.count(1)


def free_port():
    """nginx wants to be told its port. Nothing else on the machine opens ports meanwhile but what we start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(folder, template, **values):
    """The command that starts nginx with a configuration of bench/peers/nginx, in which @name@ stands for a value."""
    prefix = os.path.join(folder, "nginx", f"{os.getpid()}-{next(_numbers)}")
    os.makedirs(os.path.join(prefix, "logs"))
    atexit.register(shutil.rmtree, prefix, ignore_errors=True)
    found = [path for name in _MODULES for path in glob.glob("/usr/lib/nginx/modules/" + name)]
    values = {"port": free_port(), "modules": "\n".join(f"load_module {path};" for path in found),
              "scripts": os.path.join(BENCH, "peers", "nginx"), **values}
    with open(os.path.join(BENCH, "peers", "nginx", template)) as file:
        text = file.read()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    path = os.path.join(prefix, "nginx.conf")
    with open(path, "w") as file:
        file.write(text)
    return ["nginx", "-e", "stderr", "-p", prefix, "-c", path]


def program(folder, stem, *arguments):
    """The command that runs bench/peers/nginx/<stem>.conf, or else <stem>.lua as the other peers' scripts are run."""
    if os.path.exists(os.path.join(BENCH, "peers", "nginx", stem + ".conf")):
        return start(folder, stem + ".conf")
    listed = ", ".join(f"[[{a}]]" for a in arguments)
    return start(folder, "script.conf", program=stem + ".lua", arguments="{" + listed + "}")
