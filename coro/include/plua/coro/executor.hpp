// SPDX-License-Identifier: MIT
// The one executor type that plua's own I/O uses: a concrete type costs 35 to 85 ns less an operation than
// any_io_executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace plua {

namespace asio = boost::asio;
using executor = asio::io_context::executor_type;

/// A C++ coroutine on that executor. Functions for Lua may also return asio::awaitable<T>.
template <class T>
using awaitable = asio::awaitable<T, executor>;

}  // namespace plua
