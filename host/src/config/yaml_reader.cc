// SPDX-License-Identifier: Apache-2.0
#include "config/yaml_reader.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "base/strings.h"
#include "config/node_builder.h"
#include "config/text_check.h"

namespace cnx::host::config {
namespace {

/// Leaves the parser after a problem was noted.
struct Stop {};

/// Behind the tag and the anchor that may stand before a value.
std::size_t start_of_scalar(std::string_view text, std::size_t at) {
  constexpr std::string_view kBlanks = " \t\r\n";
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    at = std::min(text.find_first_of(kBlanks, at), text.size());
    at = std::min(text.find_first_not_of(kBlanks, at), text.size());
  }
  return at;
}

/// True for text that begins with no quote, too.
bool is_quote_closed(std::string_view text, std::size_t at) {
  if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return true;
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 == text.size() || text[at + 1] != '\'') return true;
      ++at;  // '' is a quote within quotes
    }
  }
  return false;
}

class Handler final : public YAML::EventHandler {
 public:
  Handler(std::string_view text, const std::string& source, Problems& problems)
      : text_(text), source_(source), problems_(problems), builder_(problems) {}

  [[nodiscard]] NodeBuilder& builder() { return builder_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    problems_.add(place(mark), {}, "a second YAML document begins here",
                  "one file holds one document: remove the '---'");
    throw Stop{};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { go_on(builder_.add_null(place(mark), anchor)); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    go_on(builder_.add_alias(place(mark), anchor));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    check_quote(mark);
    go_on(builder_.add_scalar(place(mark), value, anchor));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    go_on(builder_.open(Node::Kind::kList, place(mark), anchor));
  }
  void OnSequenceEnd() override { go_on(builder_.close()); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    go_on(builder_.open(Node::Kind::kMap, place(mark), anchor));
  }
  void OnMapEnd() override { go_on(builder_.close()); }

  [[nodiscard]] Place place(const YAML::Mark& mark) const {
    if (mark.is_null()) return {source_, 0, 0};
    return {source_, mark.line + 1, mark.column + 1};
  }

 private:
  static void go_on(bool good) {
    if (!good) throw Stop{};
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    // "?" and "!" are the parser's own words for a plain and a quoted value.
    if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
    problems_.add(place(mark), {}, fmt::format("the tag '{}' has no meaning here", tag),
                  "remove it: every value is text until its key's type is known");
    throw Stop{};
  }

  /// yaml-cpp 0.7 takes the rest of the file when a quote is not closed, and says nothing.
  void check_quote(const YAML::Mark& mark) {
    const std::size_t quote = start_of_scalar(text_, static_cast<std::size_t>(mark.pos));
    if (is_quote_closed(text_, quote)) return;
    problems_.add(place(mark), {}, "the quote is not closed", "close it: the rest of the file would become the value");
    throw Stop{};
  }

  std::string_view text_;
  const std::string& source_;
  Problems& problems_;
  NodeBuilder builder_;
  int documents_ = 0;
};

struct Mend {
  std::string_view message;  // part of yaml-cpp's
  std::string_view mend;
};
constexpr std::array<Mend, 8> kMends{{
    {"illegal EOF in scalar", "close the quote"},
    {"illegal map value", "quote the value if it holds ': ', and check the indentation"},
    {"end of map not found", "check the indentation here and in the lines above"},
    {"end of map flow not found", "close the '{' with a '}'"},
    {"end of sequence not found", "check the indentation here and in the lines above"},
    {"end of sequence flow not found", "close the '[' with a ']'"},
    {"illegal flow end", "remove the bracket, or open it before"},
    {"anchor is not defined", "define it with '&' above, or quote a value that begins with '*'"},
}};

std::string_view mend_of(std::string_view message) {
  for (const Mend& entry : kMends) {
    if (message.find(entry.message) != std::string_view::npos) return entry.mend;
  }
  return "check indentation, quotes and brackets here and in the line above";
}

/// The parser takes some tabs for part of the value above, silently.
bool has_tab_indent(std::string_view text, const std::string& source, Problems& problems) {
  int line = 0;
  for (const std::string_view row : split(text, '\n')) {
    ++line;
    const std::size_t tab = row.find_first_not_of(' ');
    if (tab == std::string_view::npos || row[tab] != '\t' || trim(row).empty()) continue;
    problems.add({source, line, static_cast<int>(tab) + 1}, {}, "a tab in the indentation", "indent with spaces");
    return true;
  }
  return false;
}

bool parse(std::string_view text, Handler& handler, Problems& problems) {
  std::istringstream in{std::string(text)};
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(handler)) {
    }
    return true;
  } catch (const Stop&) {
  } catch (const YAML::Exception& fault) {
    problems.add(handler.place(fault.mark), {}, "not YAML: " + fault.msg, mend_of(fault.msg));
  }
  return false;
}

}  // namespace

std::optional<Node> read_yaml(std::string_view text, const std::string& source, Problems& problems) {
  if (!is_clean_text(text, source, problems) || has_tab_indent(text, source, problems)) return std::nullopt;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Handler handler(text, source, problems);
  if (!parse(text, handler, problems)) return std::nullopt;
  Node& root = handler.builder().root();
  if (root.kind == Node::Kind::kMap) return std::move(root);
  if (root.kind == Node::Kind::kNull) {
    problems.add({source, 0, 0}, {}, "the file is empty", "write 'worker:' and 'connectors:' into it");
  } else {
    problems.add(root.place, {}, "the top of the document is not a map", "begin with 'worker:' or 'connectors:'");
  }
  return std::nullopt;
}

}  // namespace cnx::host::config
