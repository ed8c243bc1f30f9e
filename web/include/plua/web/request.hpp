// SPDX-License-Identifier: MIT
// An HTTP request as a handler sees it. Its parts lie in one block of text; tables are made when a script
// asks.
#pragma once

#include <plua/core/object.hpp>
#include <plua/net/socket.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plua::web {

/// The memory of a request, used again for the next one.
struct request_text {
  struct piece {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  struct field {
    piece name;
    piece value;
  };

  std::string head;  ///< method, target, names and values, one behind the other
  piece method;
  piece target;
  std::vector<field> fields;
  std::string body;
  int version = 11;  ///< 10 or 11
  bool keep_alive = true;
  bool expects_continue = false;

  std::string_view view(piece p) const noexcept { return std::string_view(head).substr(p.at, p.size); }
  piece add(std::string_view text);
  void clear() noexcept;
};

class request final : public object {
 public:
  explicit request(const net::tcp::endpoint& peer);
  ~request() override;

  std::string_view method() const noexcept { return text_->view(text_->method); }
  /// As it came: "/a%20b?x=1".
  std::string_view target() const noexcept { return text_->view(text_->target); }
  /// The target up to the query, still encoded.
  std::string_view raw_path() const noexcept;
  /// What follows the question mark; empty when there is none.
  std::string_view query() const noexcept;
  /// The first header of that name, in any case of letters; null data when there is none.
  std::string_view header(std::string_view name) const noexcept;
  const std::vector<request_text::field>& fields() const noexcept { return text_->fields; }
  std::string_view view(request_text::piece p) const noexcept { return text_->view(p); }
  const std::string& body() const noexcept { return text_->body; }
  bool keeps_alive() const noexcept { return text_->keep_alive; }
  int version() const noexcept { return text_->version; }
  net::address peer() const { return net::to_address(peer_); }

  using parameters = std::vector<std::pair<std::string, std::string>>;
  /// What the pattern of the route has matched: {"id", "7"}.
  const parameters& params() const noexcept { return params_; }
  void set_params(parameters p) { params_ = std::move(p); }

  request_text& text() noexcept { return *text_; }
  std::string label() const override { return std::string(method()) + " " + std::string(target()); }

 private:
  std::unique_ptr<request_text> text_;
  net::tcp::endpoint peer_;
  parameters params_;
};

/// "%41+b" as "A b" (`plus_is_space`) or "A+b"; what is no valid escape stays as it is. RFC 3986, 2.1.
std::string percent_decode(std::string_view text, bool plus_is_space);

}  // namespace plua::web

template <>
inline constexpr const char* plua::object_class<plua::web::request> = "web.request";
