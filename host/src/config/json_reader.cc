// SPDX-License-Identifier: Apache-2.0
#include "config/json_reader.h"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "config/node_builder.h"
#include "config/text_check.h"

namespace cnx::host::config {
namespace {

/// Counts what the parser has read: nlohmann's SAX events carry no position.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* count) : at_(at), count_(count) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  std::size_t* count_;
};

class Handler final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Handler(std::string_view text, const std::string& source, Problems& problems)
      : text_(text), source_(source), problems_(problems), builder_(problems) {}

  [[nodiscard]] NodeBuilder& builder() { return builder_; }
  [[nodiscard]] std::size_t* consumed() { return &consumed_; }

  bool null() override { return builder_.add_null(place_); }
  bool boolean(bool value) override { return builder_.add_scalar(place_, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return builder_.add_scalar(place_, fmt::format("{}", value)); }
  bool number_unsigned(number_unsigned_t value) override {
    return builder_.add_scalar(place_, fmt::format("{}", value));
  }
  bool number_float(number_float_t, const string_t& raw) override { return builder_.add_scalar(place_, raw); }
  bool string(string_t& value) override { return builder_.add_scalar(place_, std::move(value)); }
  bool binary(binary_t&) override { return false; }  // not in JSON text
  bool start_object(std::size_t) override { return builder_.open(Node::Kind::kMap, place_); }
  bool end_object() override { return builder_.close(); }
  bool start_array(std::size_t) override { return builder_.open(Node::Kind::kList, place_); }
  bool end_array() override { return builder_.close(); }

  bool key(string_t& name) override {
    place_ = place_at(text_, token_start(), source_);
    return builder_.add_scalar(place_, std::move(name));
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& fault) override {
    const std::size_t at = position == 0 ? 0 : position - 1;
    std::string cause = fault.what();  // "[json.exception…] parse error at line 1, column 2: syntax error while …"
    if (const std::size_t detail = cause.find(": "); detail != std::string::npos) cause.erase(0, detail + 2);
    // The part after "last read" quotes the text around the fault, which may be a secret.
    if (const std::size_t quote = cause.find("; last read"); quote != std::string::npos) cause.erase(quote);
    problems_.add(place_at(text_, std::min(at, text_.size()), source_), {}, "not JSON: " + cause,
                  "check commas, quotes and brackets here");
    return false;
  }

 private:
  /// Start of the string that ends with the last byte read.
  [[nodiscard]] std::size_t token_start() const {
    std::size_t at = consumed_ == 0 ? 0 : consumed_ - 1;  // the closing quote
    while (at > 0) {
      at = text_.rfind('"', at - 1);
      if (at == std::string_view::npos) return 0;
      std::size_t backslashes = 0;
      while (at > backslashes && text_[at - backslashes - 1] == '\\') ++backslashes;
      if (backslashes % 2 == 0) return at;
    }
    return at;
  }

  std::string_view text_;
  const std::string& source_;
  Problems& problems_;
  NodeBuilder builder_;
  std::size_t consumed_ = 0;
  Place place_{source_, 1, 1};
};

}  // namespace

std::optional<Node> read_json(std::string_view text, const std::string& source, Problems& problems) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (!is_clean_text(text, source, problems)) return std::nullopt;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Handler handler(text, source, problems);
  const CountingIterator begin(text.data(), handler.consumed());
  const CountingIterator end(text.data() + text.size(), handler.consumed());
  if (!nlohmann::json::sax_parse(begin, end, &handler)) return std::nullopt;
  Node& root = handler.builder().root();
  if (root.kind == Node::Kind::kMap) return std::move(root);
  problems.add({source, 1, 1}, {}, "the document is not an object", R"(write {"name": …, "config": {…}})");
  return std::nullopt;
}

}  // namespace cnx::host::config
