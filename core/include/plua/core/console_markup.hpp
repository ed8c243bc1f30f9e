// SPDX-License-Identifier: MIT
// The little HTML that PLua scripts write to a terminal: <font color='...'>, <br> and some entities.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace plua::console {

struct named_colour {
  std::string_view name;
  int index;  ///< in the palette of 256
};

std::span<const named_colour> named_colours() noexcept;

/// The palette entry of a name, "#rrggbb" or "rgb(r, g, b)"; light grey (7) for anything else.
int colour_index(std::string_view text) noexcept;

/// Whether a text has a font tag with a colour, which tells our HTML from text that only looks like it.
bool has_markup(std::string_view text) noexcept;

/// Font tags as colours of the terminal, or dropped without `colours`; <br> as a line end; entities as their
/// characters. All else stays as it is, other tags included.
std::string render(std::string_view html, bool colours);

}  // namespace plua::console
