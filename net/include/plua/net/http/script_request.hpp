// SPDX-License-Identifier: MIT
// Requests and header fields as scripts write and read them.
#pragma once

#include <plua/core/value.hpp>
#include <plua/net/http/message.hpp>

namespace plua::net::http {

/// Fills the request from a table with the fields method, url, headers, body, proxy, redirect, max_redirects
/// (or maxredirects), timeout, connect_timeout, max_body, decompress, verify, ca_file; those that are absent
/// stay as they are. Throws arg_error, "field 'headers': ...". The table is not changed. // [-0, +0, -]
///
///     http::request r;
///     http::read_request(L, 1, r);
void read_request(lua_State* L, int index, request& r);

/// Pushes a table from name to value, to a list of values where a name came more than once. The names are
/// spelled as they came, and found in any spelling. // [-0, +1, m]
void push_headers(lua_State* L, const headers& list);

}  // namespace plua::net::http
