// SPDX-License-Identifier: Apache-2.0
#include "document_splitter.h"

#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/strings.h"

namespace cnx::host::app {
namespace {

using Json = nlohmann::json;

/// Notes how far the parser has read; it reads nothing behind an object or array that it has closed.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    if (at_ > *furthest_) *furthest_ = at_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

/// Takes the events of a parse and builds nothing.
class Ignore : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }
};

std::string_view line_at(std::string_view text, std::size_t begin) {
  const std::size_t end = text.find('\n', begin);
  return text.substr(begin, end == std::string_view::npos ? end : end - begin);
}

bool is_blank(std::string_view text) { return trim(text).empty(); }

/// Does a line go on from the broken document before it?
bool goes_on(std::string_view line) {
  if (line.empty()) return false;
  const char first = line.front();
  return first == ' ' || first == '\t' || first == '}' || first == ']';
}

/// Where the broken document that begins at `begin` ends.
std::size_t end_of_broken(std::string_view text, std::size_t begin) {
  std::size_t end = begin + line_at(text, begin).size();
  if (text[begin] != '{' && text[begin] != '[') return end;
  while (end < text.size()) {
    const std::string_view next = line_at(text, end + 1);
    if (!goes_on(next) || is_blank(next)) break;
    end += 1 + next.size();
  }
  return end;
}

/// Where the document that begins at `begin` ends. What follows a value on its last line belongs to it, so that a line
/// with something behind its value is a broken document, as it would be a broken record.
std::size_t end_of_document(std::string_view text, std::size_t begin) {
  const auto extent = json_extent(text.substr(begin));
  if (!extent) return end_of_broken(text, begin);
  const std::size_t end = begin + *extent;
  return end + line_at(text, end).size();
}

}  // namespace

std::optional<std::size_t> json_extent(std::string_view text) {
  const char* furthest = text.data();
  Ignore ignore;
  // Strict parsing would ask for the end of the text; so a lone number or word is asked for with it.
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::nullopt;
  if (text[first] != '{' && text[first] != '[') {
    const std::string_view line = line_at(text, first);
    if (!Json::accept(line.begin(), line.end())) return std::nullopt;
    return first + line.size();
  }
  const CountingIterator begin(text.data(), &furthest);
  const CountingIterator end(text.data() + text.size(), &furthest);
  if (!Json::sax_parse(begin, end, &ignore, Json::input_format_t::json, false)) return std::nullopt;
  return static_cast<std::size_t>(furthest - text.data());
}

std::vector<std::string_view> split_documents(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string_view> documents;
  std::size_t at = text.find_first_not_of(" \t\r\n");
  while (at != std::string_view::npos) {
    const std::size_t end = end_of_document(text, at);
    documents.push_back(trim(text.substr(at, end - at)));
    at = text.find_first_not_of(" \t\r\n", end);
  }
  return documents;
}

}  // namespace cnx::host::app
