# SPDX-License-Identifier: MIT
"""The peers: what runs their programs, and how to tell whether they are here."""
import os
import subprocess
from dataclasses import dataclass
from typing import Callable

from . import nginx
from .programs import BENCH

PYTHON = "/usr/bin/python3"  # the one that Debian's packages of Python modules belong to


@dataclass(frozen=True)
class Peer:
    """A runtime that plua is compared with."""
    key: str  # what --peers selects
    name: str  # what the tables say
    runner: Callable  # from the build folder to the command that runs a file
    home: str  # its folder below bench/peers
    suffix: str
    probe: Callable  # from the build folder to a command that prints the version; it fails where the peer is missing

    def program(self, folder, stem, *arguments):
        """The command that runs a program of this peer."""
        return [*self.runner(folder), self.path(stem), *(str(a) for a in arguments)]

    def path(self, stem):
        return _file(self.home, stem + self.suffix)


@dataclass(frozen=True)
class UvloopPeer(Peer):
    """Runs the programs of asyncio as well."""

    def path(self, stem):
        own = _file(self.home, stem + self.suffix)
        return own if os.path.exists(own) else _file("asyncio", stem + self.suffix)


def _file(home, name):
    return os.path.join(BENCH, "peers", home, name)


class NginxPeer(Peer):
    def program(self, folder, stem, *arguments):
        return nginx.program(folder, stem, *arguments)


def _fixed(*command):
    return lambda folder: list(command)


def _luajit(folder):
    return [f"{folder}/bench/luajit"]


def _debian_node(folder):
    """Debian puts the modules of node where only its own node looks for them."""
    return ["env", "NODE_PATH=/usr/share/nodejs:/usr/lib/nodejs", "node"]


def _lua_peer(key, name, runner, home, expression):
    return Peer(key, name, runner, home, ".lua", lambda folder: [*runner(folder), "-e", f"print({expression})"])


def _python_peer(key, name, module, kind=Peer, runner=_fixed(PYTHON)):
    version = f"import platform, {module}; print(getattr({module}, '__version__', platform.python_version()))"
    return kind(key, name, runner, key, ".py", _fixed(PYTHON, "-c", version))


def _node_peer(key, name, home, expression, runner=_debian_node):
    return Peer(key, name, runner, home, ".js", lambda folder: [*runner(folder), "-p", expression])


_lua54 = _fixed("lua5.4")

REGISTRY = {peer.key: peer for peer in (
    NginxPeer("nginx", "nginx+Lua", _fixed("nginx"), "nginx", ".lua", lambda folder: nginx.program(folder, "version")),
    _lua_peer("cqueues", "cqueues, lua5.4", _lua54, "cqueues", "require('cqueues').VERSION"),
    _lua_peer("cqueues-jit", "cqueues, LuaJIT", _luajit, "cqueues", "require('cqueues').VERSION"),
    _lua_peer("copas", "copas, lua5.2", _fixed("lua5.2"), "copas", "require('copas')._VERSION"),
    _lua_peer("copas-jit", "copas, LuaJIT", _luajit, "copas", "require('copas')._VERSION"),
    _lua_peer("luv", "luv, lua5.4", _lua54, "luv", "'libuv '..require('luv').version_string()"),
    _lua_peer("luv-jit", "luv, LuaJIT", _luajit, "luv", "'libuv '..require('luv').version_string()"),
    _node_peer("node", "node", "node", "process.version", _fixed("node")),
    _python_peer("uvloop", "uvloop", "uvloop", UvloopPeer, _fixed(PYTHON, _file("uvloop", "install.py"))),
    _python_peer("asyncio", "asyncio", "asyncio"),
    # Debian packages it for older Luas than 5.4.
    _lua_peer("lua-http", "lua-http, LuaJIT", _luajit, "lua-http", "require('http.version').version"),
    _lua_peer("cjson", "lua-cjson, lua5.4", _lua54, "cjson", "require('cjson')._VERSION"),
    _lua_peer("cjson-jit", "lua-cjson, LuaJIT", _luajit, "cjson", "require('cjson')._VERSION"),
    _lua_peer("dkjson", "dkjson, lua5.4", _lua54, "dkjson", "require('dkjson').version"),
    _node_peer("ws", "node ws", "ws", "require('ws/package.json').version"),
    _node_peer("undici", "node undici", "undici", "require('undici/package.json').version"),
    _python_peer("python", "python json", "json"),
    _python_peer("websockets", "python websockets", "websockets"),
    _python_peer("aiohttp", "python aiohttp", "aiohttp"),
)}

_chosen = set(REGISTRY)
_versions = {}


def choose(keys):
    """Lets only these take part; plua and the limits always do."""
    unknown = set(keys) - set(REGISTRY)
    if unknown:
        raise ValueError("unknown peer " + ", ".join(sorted(unknown)))
    _chosen.clear()
    _chosen.update(keys)


def chosen(key):
    return key in _chosen


def version(folder, key):
    """The version of a peer, or None where it cannot run here."""
    if key not in _versions:
        _versions[key] = _ask(REGISTRY[key].probe(folder))
    return _versions[key]


def _ask(command):
    try:
        done = subprocess.run([str(c) for c in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    printed = done.stdout.strip().splitlines()
    return printed[-1] if done.returncode == 0 and printed else None
