// SPDX-License-Identifier: MIT
// The work of the JSON workload: an order comes in, its identity, number of pieces and price go out.
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

// Throws for what is no order.
inline std::string totals(std::string_view order) {
  namespace json = boost::json;
  unsigned char memory[8192];
  json::monotonic_resource resource(memory);
  const json::value document = json::parse(order, &resource);
  std::int64_t count = 0, total = 0;
  for (const json::value& item : document.at("items").as_array()) {
    const std::int64_t quantity = item.at("quantity").as_int64();
    count += quantity;
    total += quantity * item.at("price").as_int64();
  }
  const json::value answer({{"id", document.at("id")}, {"count", count}, {"total", total}}, &resource);
  return json::serialize(answer);
}

}  // namespace bench
