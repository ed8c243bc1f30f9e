// SPDX-License-Identifier: MIT
#include <plua/core/console_markup.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace plua::console {
namespace {

constexpr int unknown_colour = 7;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Whether `text` starts with `word`, which is in lower case, in any case.
bool starts_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char w, char c) { return w == lower(c); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// ---------------------------------------------------------------- colours

using channels = std::array<int, 3>;

std::optional<int> number(std::string_view text, int base) {
  int n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return n;
}

std::optional<channels> parse_hex(std::string_view text) {
  channels rgb{};
  if (text.size() != 7) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto n = number(text.substr(1 + 2 * i, 2), 16);
    if (!n || *n < 0) return std::nullopt;
    rgb[i] = *n;
  }
  return rgb;
}

std::optional<channels> parse_rgb(std::string_view text) {
  text.remove_prefix(4);
  if (!text.ends_with(')')) return std::nullopt;
  text.remove_suffix(1);
  channels rgb{};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t comma = text.find(',');
    if ((comma == text.npos) != (i == 2)) return std::nullopt;
    const auto n = number(trimmed(text.substr(0, comma)), 10);
    if (!n || *n < 0 || *n > 255) return std::nullopt;
    rgb[i] = *n;
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
  }
  return rgb;
}

// The cube of 6 x 6 x 6 from 16 on; greys have 24 steps, 8, 18 ... 238, from 232 on, and white is 231.
int nearest(const channels& rgb) {
  const auto [r, g, b] = rgb;
  if (r != g || g != b) return 16 + 36 * (r * 5 / 255) + 6 * (g * 5 / 255) + b * 5 / 255;
  const int step = std::max(r - 3, 0) / 10;
  return step > 23 ? 231 : 232 + step;
}

// ---------------------------------------------------------------- tags

struct tag {
  enum class kind { none, open_font, close_font, line_end } what = kind::none;
  std::size_t size = 0;
  std::optional<std::string_view> colour = {};
};

// The quoted value of the attribute `color`.
std::optional<std::string_view> colour_of(std::string_view attributes) {
  constexpr std::string_view name = "color";
  for (std::size_t at = 1; at + name.size() < attributes.size(); ++at) {
    if (!is_space(attributes[at - 1]) || !starts_with(attributes.substr(at), name)) continue;
    std::string_view rest = trimmed(attributes.substr(at + name.size()));
    if (!rest.starts_with('=')) continue;
    rest = trimmed(rest.substr(1));
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"')) continue;
    const std::size_t end = rest.find(rest[0], 1);
    if (end != rest.npos) return rest.substr(1, end - 1);
  }
  return std::nullopt;
}

// The tag that `text`, which starts with '<', begins with.
tag read_tag(std::string_view text) {
  for (const std::string_view form : {"<br>", "<br/>", "<br />", "</br>"})
    if (starts_with(text, form)) return {tag::kind::line_end, form.size()};
  constexpr std::string_view close = "</font>";
  if (starts_with(text, close)) return {tag::kind::close_font, close.size()};
  constexpr std::string_view open = "<font";
  if (!starts_with(text, open) || text.size() == open.size()) return {};
  if (text[open.size()] != '>' && !is_space(text[open.size()])) return {};  // "<fontana>"
  const std::size_t end = text.find('>');
  if (end == text.npos) return {};
  return {tag::kind::open_font, end + 1, colour_of(text.substr(open.size(), end - open.size()))};
}

struct entity {
  std::string_view text;
  char character;
};

constexpr entity entities[] = {{"&nbsp;", ' '}, {"&amp;", '&'},  {"&lt;", '<'},
                               {"&gt;", '>'},   {"&quot;", '"'}, {"&#39;", '\''}};

// Writes text in colours, with one escape for a run of one colour.
class writer {
 public:
  explicit writer(bool colours) : colours_(colours) {}

  void push(int colour) { open_.push_back(colour); }
  void pop() {
    if (!open_.empty()) open_.pop_back();
  }
  void put(char c) {
    change_to(open_.empty() || !colours_ ? none : open_.back());
    text_ += c;
  }
  std::string finish() {
    change_to(none);
    return std::move(text_);
  }

 private:
  static constexpr int none = -1;

  void change_to(int colour) {
    if (colour == now_) return;
    if (now_ != none) text_ += "\033[0m";
    if (colour != none) text_ += "\033[38;5;" + std::to_string(colour) + "m";
    now_ = colour;
  }

  bool colours_;
  int now_ = none;
  std::vector<int> open_;
  std::string text_;
};

}  // namespace

int colour_index(std::string_view text) noexcept {
  text = trimmed(text);
  if (text.size() > 64) return unknown_colour;
  std::optional<channels> rgb;
  if (text.starts_with('#'))
    rgb = parse_hex(text);
  else if (starts_with(text, "rgb("))
    rgb = parse_rgb(text);
  if (rgb) return nearest(*rgb);
  for (const named_colour& c : named_colours())
    if (c.name.size() == text.size() && starts_with(text, c.name)) return c.index;
  return unknown_colour;
}

bool has_markup(std::string_view text) noexcept {
  for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1))
    if (read_tag(text.substr(at)).colour) return true;
  return false;
}

std::string render(std::string_view html, bool colours) {
  writer out(colours);
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] == '<') {
      const tag t = read_tag(html.substr(at));
      if (t.what == tag::kind::line_end) out.put('\n');
      if (t.what == tag::kind::close_font) out.pop();
      if (t.what == tag::kind::open_font && t.colour) out.push(colour_index(*t.colour));
      at += t.size;
      if (t.size > 0) continue;
    }
    const entity* named = nullptr;
    if (html[at] == '&')
      named = std::find_if(std::begin(entities), std::end(entities),
                           [&](const entity& e) { return html.substr(at).starts_with(e.text); });
    if (named && named != std::end(entities)) {
      out.put(named->character);
      at += named->text.size();
    } else {
      out.put(html[at++]);
    }
  }
  return out.finish();
}

}  // namespace plua::console
