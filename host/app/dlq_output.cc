// SPDX-License-Identifier: Apache-2.0
#include "dlq_output.h"

#include "base/secrets.h"
#include "base/strings.h"
#include "cell_text.h"

namespace cnx::host::app {
namespace {

OrderedJson text_or_null(std::string_view text) { return text.empty() ? OrderedJson(nullptr) : OrderedJson(text); }
OrderedJson number_or_null(std::int64_t number, std::int64_t none) {
  return number == none ? OrderedJson(nullptr) : OrderedJson(number);
}

/// Valid JSON with line breaks and indents between its tokens.
std::string indented(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_string = false;
  const auto line = [&] { out.append(1, '\n').append(depth * 2, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\') out += json[++i];
      in_string = c != '"';
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    if (c == '}' || c == ']') {
      --depth;
      if (out.back() != '{' && out.back() != '[') line();
    } else if (!out.empty() && (out.back() == '{' || out.back() == '[')) {
      line();
    }
    out += c;
    if (c == '{' || c == '[') ++depth;
    if (c == ',') line();
    if (c == ':') out += ' ';
    in_string = c == '"';
  }
  return out;
}

}  // namespace

OrderedJson letter_as_json(const dlq::Letter& letter, const std::string& connector) {
  return {{"id", dlq::to_string(letter.id)},
          {"connector", connector},
          {"topic", letter.id.topic},
          {"partition", letter.id.partition},
          {"offset", letter.id.offset},
          {"timestamp_ms", number_or_null(letter.id.timestamp_ms, -1)},
          {"key", letter.key ? OrderedJson(secrets().mask(*letter.key)) : OrderedJson(nullptr)},
          {"died_ms", number_or_null(letter.died_ms, -1)},
          {"state", dlq::name_of(letter.state)},
          {"stage", text_or_null(letter.stage)},
          {"class", text_or_null(letter.component)},
          {"message", text_or_null(letter.message)},
          {"path", text_or_null(letter.path)},
          {"column", text_or_null(letter.column)},
          {"row", number_or_null(letter.row, 0)},
          {"code", number_or_null(letter.native_code, 0)},
          {"config_hash", text_or_null(letter.config_hash)},
          {"repeats", letter.repeats},
          {"letter", {{"partition", letter.place.partition}, {"offset", letter.place.offset}}}};
}

std::string moment_text(std::int64_t ms) { return ms < 0 ? "-" : time_text(ms * 1000, 0).substr(0, 19); }

std::string where_text(const dlq::Letter& letter) {
  if (!letter.column.empty()) return one_line(letter.column, 64);
  return letter.path.empty() ? "-" : one_line(letter.path, 64);
}

std::string one_line(std::string_view text, std::size_t most) {
  std::string line = escape_line(text);
  if (line.size() <= most) return line;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
  line.resize(end);
  return line + "…";
}

std::string value_text(std::string_view value) {
  const std::string open = OrderedJson::accept(value) ? indented(value) : std::string(value);
  const std::string masked = secrets().mask(open);
  std::string safe;
  for (const std::string_view line : split(masked, '\n')) {
    if (!safe.empty()) safe += '\n';
    safe += escape_line(line);
  }
  return safe;
}

std::string dump(const OrderedJson& json) { return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

}  // namespace cnx::host::app
