// SPDX-License-Identifier: Apache-2.0
#include "base/secrets.h"

#include <algorithm>

#include "base/strings.h"

namespace cnx::host {

void SecretSet::add(std::string_view value) {
  if (value.size() < kShortestMasked) return;
  const std::string quoted = json_quote(value);
  std::unique_lock lock(mutex_);
  insert(std::string(value));
  insert(escape_line(value));
  insert(quoted.substr(1, quoted.size() - 2));
  insert(url_encode(value));
}

void SecretSet::insert(std::string form) {
  if (std::find(forms_.begin(), forms_.end(), form) != forms_.end()) return;
  const auto place = std::find_if(forms_.begin(), forms_.end(),
                                  [&form](const std::string& other) { return other.size() < form.size(); });
  forms_.insert(place, std::move(form));
}

std::string SecretSet::mask(std::string_view text) const {
  std::string masked(text);
  std::shared_lock lock(mutex_);
  for (const std::string& form : forms_) {
    for (std::size_t at = masked.find(form); at != std::string::npos; at = masked.find(form, at + kMask.size())) {
      masked.replace(at, form.size(), kMask);
    }
  }
  return masked;
}

bool SecretSet::empty() const {
  std::shared_lock lock(mutex_);
  return forms_.empty();
}

SecretSet& secrets() {
  static SecretSet* const set = new SecretSet;  // never destroyed: threads may log while statics die
  return *set;
}

}  // namespace cnx::host
