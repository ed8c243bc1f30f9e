// SPDX-License-Identifier: MIT
// The registry for readers: as JSON, as a listing, as the reference.
#include <plua/core/registry.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cctype>
#include <map>

namespace plua {

std::string to_json(const std::vector<extension>& extensions) {
  namespace json = boost::json;
  const auto text = [](std::string_view s) { return json::string_view(s.data(), s.size()); };
  json::array list;
  for (const extension& e : extensions) {
    json::array params;
    for (std::size_t i = 0; i < e.about.params.size(); ++i)
      params.push_back({{"name", text(e.about.params[i].name)},
                        {"type", i < e.param_types.size() ? e.param_types[i] : "any"},
                        {"text", text(e.about.params[i].text)}});
    json::array aliases;
    for (std::string_view a : e.about.aliases) aliases.push_back(json::value(text(a)));
    list.push_back({{"name", text(e.about.name)},
                    {"module", text(e.about.module)},
                    {"type", text(e.about.type)},
                    {"category", text(e.about.category)},
                    {"summary", text(e.about.summary)},
                    {"signature", e.signature()},
                    {"form", e.form == call_form::waits ? "waits" : "plain"},
                    {"params", std::move(params)},
                    {"results", e.result_types},
                    {"returns", text(e.about.returns)},
                    {"errors", text(e.about.errors)},
                    {"example", text(e.about.example)},
                    {"standard", text(e.about.standard)},
                    {"aliases", std::move(aliases)},
                    {"global", e.about.global}});
  }
  return json::serialize(list);
}

std::string to_listing(const std::vector<extension>& extensions) {
  std::map<std::string, std::map<std::string, std::string_view>> by_category;
  for (const extension& e : extensions) {
    const std::string home = e.qualified_name().substr(0, e.qualified_name().size() - e.about.name.size());
    auto& names = by_category[std::string(e.about.category)];
    names[e.qualified_name()] = e.about.summary;
    for (std::string_view alias : e.about.aliases) names[home + std::string(alias)] = e.about.summary;
  }
  std::string text = "Available extensions\n" + std::string(50, '=') + "\n";
  for (const auto& [category, names] : by_category) {
    std::string upper = category;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return std::toupper(c); });
    text += "\n" + upper + ":\n";
    for (const auto& [name, summary] : names)
      text.append("  ").append(name).append(": ").append(summary).append("\n");
  }
  return text;
}

namespace {

// "_PY", "net", "net.connection": what a function belongs to.
std::string home_of(const extension& e) {
  std::string home(e.about.module);
  if (!e.about.type.empty()) home.append(home == e.about.type ? "" : "." + std::string(e.about.type));
  return home;
}

void append_paragraph(std::string& text, std::string_view label, std::string_view what) {
  if (!what.empty()) text.append("\n").append(label).append(what).append("\n");
}

void append_entry(std::string& text, const extension& e) {
  text += "\n### " + std::string(e.about.name) + "\n\n    " + e.signature() + "\n";
  append_paragraph(text, "", e.about.summary);
  if (!e.about.params.empty()) text += "\n";
  for (const parameter& p : e.about.params)
    text.append("- `").append(p.name).append("`: ").append(p.text).append("\n");
  append_paragraph(text, "Returns ", e.about.returns);
  append_paragraph(text, "Errors: ", e.about.errors);
  if (!e.about.aliases.empty()) {
    std::string names;
    for (std::string_view alias : e.about.aliases)
      names.append(names.empty() ? "`" : ", `").append(alias).append("`");
    append_paragraph(text, "Also as ", names + ".");
  }
  if (e.about.global) append_paragraph(text, "", "Also a global.");
  append_paragraph(text, "Follows ", e.about.standard.empty() ? "" : std::string(e.about.standard) + ".");
  if (!e.about.example.empty()) text.append("\n```lua\n").append(e.about.example).append("\n```\n");
}

}  // namespace

std::string to_markdown(const std::vector<extension>& extensions) {
  std::map<std::string, std::vector<const extension*>> by_home;
  for (const extension& e : extensions) by_home[home_of(e)].push_back(&e);
  std::string text =
      "# Reference\n\nMade from the registry by `plua --api markdown`. `[, callback]` marks functions that "
      "wait: with a\n"
      "function as last argument they return at once and later call it with what they would have returned.\n";
  for (const auto& [home, list] : by_home) {
    text += "\n## " + home + "\n";
    for (const extension* e : list) append_entry(text, *e);
  }
  return text;
}

}  // namespace plua
