// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yyjson.h>

#include <memory>
#include <string>
#include <string_view>

namespace cnx::http_sink {

/// Whether a text is one JSON value. A text that is none could end the array around it. One thread.
class JsonCheck {
 public:
  /// "", or why it is none.
  [[nodiscard]] std::string fault(std::string_view text);

 private:
  struct Free {
    void operator()(yyjson_alc* allocator) const { yyjson_alc_dyn_free(allocator); }
  };
  // Keeps its memory, so that most texts need none of the system's.
  const std::unique_ptr<yyjson_alc, Free> allocator_{yyjson_alc_dyn_new()};
};

}  // namespace cnx::http_sink
