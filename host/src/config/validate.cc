// SPDX-License-Identifier: Apache-2.0
#include "config/validate.h"

#include <fmt/format.h>

#include <set>

#include "base/secrets.h"
#include "base/strings.h"
#include "config/foreign_keys.h"

namespace cnx::host::config {
namespace {

struct Declared {
  const TableUse* use;
  const ConfigKey* key;
};

class Validator {
 public:
  Validator(const Section& section, std::span<const TableUse> tables, std::span<const Elsewhere> elsewhere,
            Problems& problems)
      : section_(section), tables_(tables), elsewhere_(elsewhere), problems_(problems) {
    out_.name = section.name;
    out_.path = section.path;
    out_.place = section.place;
  }

  [[nodiscard]] ResolvedConfig run() {
    // Secrets first: a problem of another key must not show them either.
    for (const auto& [name, property] : section_.properties) {
      const Declared declared = find(name);
      if (declared.key != nullptr && declared.key->secret && !property.unresolved) secrets().add(property.value);
    }
    for (const auto& [name, property] : section_.properties) check(name, property);
    for (const TableUse& use : tables_) {
      for (const ConfigKey& key : *use.table) complete(use, key);
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] Declared find(std::string_view name) const {
    for (const TableUse& use : tables_) {
      if (!name.starts_with(use.prefix)) continue;
      const ConfigKey* key = find_key(*use.table, name.substr(use.prefix.size()));
      if (key != nullptr) return {&use, key};
    }
    return {nullptr, nullptr};
  }

  void check(const std::string& name, const Property& property) {
    const Declared declared = find(name);
    if (declared.key == nullptr) return unknown(name, property);
    ResolvedValue value{property.value, property.place, declared.key->secret, false, property.unresolved};
    if (!property.unresolved) {
      Canonical canon = canonical(*declared.key, property.value);
      if (canon.fault) {
        note(property.place, name, canon.fault->cause, canon.fault->mend);
        bad_.insert(name);
        return;
      }
      value.value = std::move(canon.text);
    }
    out_.values.emplace(name, std::move(value));
  }

  void unknown(const std::string& name, const Property& property) {
    for (const Elsewhere& other : elsewhere_) {
      if (find_key(*other.table, name) != nullptr)
        return note(property.key_place, name, "is out of place here", other.mend);
    }
    if (const char* mend = mend_of_foreign_key(name)) return note(property.key_place, name, "is not known here", mend);
    const std::vector<std::string> known = known_names(name);
    std::string mend = "'connect-host plugins NAME' lists the keys of a plugin";
    if (const auto near = closest(name, known)) {
      mend = fmt::format("did you mean '{}'?", *near);
      meant_.insert(*near);
    }
    note(property.key_place, name, "is not a known key", mend);
  }

  /// All names that could have been meant; free segments as in `name`.
  [[nodiscard]] std::vector<std::string> known_names(std::string_view name) const {
    const std::vector<std::string_view> parts = split(name, '.');
    std::vector<std::string> names;
    for (const TableUse& use : tables_) {
      for (const ConfigKey& key : *use.table) {
        if (key.name.ends_with("**")) continue;
        const std::string full = use.prefix + key.name;
        std::string filled;
        std::size_t at = 0;
        for (const std::string_view segment : split(full, '.')) {
          if (at > 0) filled += '.';
          filled += segment == "*" && at < parts.size() ? parts[at] : segment;
          ++at;
        }
        names.push_back(std::move(filled));
      }
    }
    return names;
  }

  /// Adds a default, or notes a required key that is missing: once for a plain key, for a pattern once for each text
  /// that stands for its `*` in the section (accounts.A.client.id asks for accounts.A.client.secret).
  void complete(const TableUse& use, const ConfigKey& key) {
    if (!key.required && !key.default_value) return;
    if (!key.is_pattern()) return complete_one(use, key, key.name);
    if (key.name.ends_with("**")) return;
    const std::size_t star = key.name.find('*');
    const std::string head = key.name.substr(0, star);
    const std::string tail = key.name.substr(star + 1);
    if (tail.find('*') != std::string::npos) return;  // which texts belong together cannot be told
    for (const std::string& text : bound_texts(use, head)) complete_one(use, key, head + text + tail);
  }

  [[nodiscard]] std::set<std::string> bound_texts(const TableUse& use, const std::string& head) const {
    std::set<std::string> texts;
    for (const auto& [name, property] : section_.properties) {
      if (!name.starts_with(use.prefix + head)) continue;
      for (const ConfigKey& key : *use.table) {
        std::string text;
        if (key.name.starts_with(head + "*") && fits(key, std::string_view(name).substr(use.prefix.size()), &text)) {
          texts.insert(text);
        }
      }
    }
    return texts;
  }

  void complete_one(const TableUse& use, const ConfigKey& key, const std::string& name) {
    const std::string full = use.prefix + name;
    if (out_.values.contains(full) || bad_.contains(full)) return;
    if (const Declared declared = find(full); declared.key != &key) return;  // an earlier table rules
    if (!key.required) {
      out_.values.emplace(full, ResolvedValue{canonical(key, *key.default_value).text, {}, key.secret, true, false});
      return;
    }
    bad_.insert(full);
    if (meant_.contains(full)) return;
    const std::string doc = key.doc.empty() ? "" : fmt::format(" ({})", key.doc);
    note(section_.place, full, fmt::format("is missing; {} needs it{}", use.owner, doc),
         fmt::format("add it under {}", section_.path));
  }

  void note(const Place& place, const std::string& name, std::string_view cause, std::string_view mend) {
    problems_.add(place, section_.path + "." + name, cause, mend);
  }

  const Section& section_;
  std::span<const TableUse> tables_;
  std::span<const Elsewhere> elsewhere_;
  Problems& problems_;
  ResolvedConfig out_;
  std::set<std::string> bad_;    // already noted
  std::set<std::string> meant_;  // what names that are not known probably meant: not called missing as well
};

}  // namespace

ResolvedConfig validate(const Section& section, std::span<const TableUse> tables, std::span<const Elsewhere> elsewhere,
                        Problems& problems) {
  return Validator(section, tables, elsewhere, problems).run();
}

ComponentValues values_for(const ResolvedConfig& config, const TableUse& use) {
  ComponentValues values;
  for (const auto& [name, value] : config.values) {
    if (!name.starts_with(use.prefix)) continue;
    const std::string own = name.substr(use.prefix.size());
    if (find_key(*use.table, own) != nullptr) values.emplace_back(own, value.value);
  }
  return values;
}

}  // namespace cnx::host::config
