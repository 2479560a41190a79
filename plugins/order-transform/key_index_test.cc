// SPDX-License-Identifier: Apache-2.0
#include "key_index.h"

#include <gtest/gtest.h>

#include <string>

#include "sections.h"

namespace cnx::order_transform {
namespace {

/// As in a document: the key, and enough behind it that is none of it.
std::uint8_t find(const KeyIndex& index, const std::string& key) {
  const std::string within = key + "\":\"abcdefgh";
  return index.find(std::string_view(within).substr(0, key.size()));
}

TEST(KeyIndex, FindsEveryKeyOfEverySection) {
  for (std::uint8_t s = 0; s < kSections.count; ++s) {
    const Section& section = kSections.all[s];
    ASSERT_GT(section.field_count(), 0) << section.path;
    for (std::uint8_t f = 0; f < section.field_count(); ++f)
      EXPECT_EQ(find(section.keys, std::string(section.fields[f].key)), f) << section.path;
  }
}

TEST(KeyIndex, FindsNoKeyThatDiffersInOneByte) {
  for (std::uint8_t s = 0; s < kSections.count; ++s) {
    const Section& section = kSections.all[s];
    for (std::uint8_t f = 0; f < section.field_count(); ++f) {
      const std::string key(section.fields[f].key);
      for (std::size_t i = 0; i < key.size(); ++i) {
        std::string other = key;
        other[i] = static_cast<char>(other[i] ^ 0x40);
        EXPECT_EQ(find(section.keys, other), kNone) << section.path << '.' << other;
      }
    }
  }
}

TEST(KeyIndex, FindsNeitherLongerNorShorterKeys) {
  for (std::uint8_t s = 0; s < kSections.count; ++s) {
    const Section& section = kSections.all[s];
    for (std::uint8_t f = 0; f < section.field_count(); ++f) {
      const std::string key(section.fields[f].key);
      EXPECT_EQ(find(section.keys, key + '\0'), kNone);
      EXPECT_EQ(find(section.keys, key + 's'), kNone);
      EXPECT_EQ(find(section.keys, key.substr(0, key.size() - 1) + '\0'), kNone);
      // Its ends are the key's, the middle is another.
      EXPECT_EQ(find(section.keys, key + std::string(9, '_') + key), kNone);
    }
    EXPECT_EQ(find(section.keys, ""), kNone);
  }
}

TEST(KeyIndex, TellsLongKeysApartThatDifferOnlyInTheMiddle) {
  constexpr KeyIndex kIndex = [] {
    KeyIndex index;
    index.add("beginningXYZmiddle-and-ending");
    index.seal();
    return index;
  }();
  EXPECT_EQ(find(kIndex, "beginningXYZmiddle-and-ending"), 0);
  EXPECT_EQ(find(kIndex, "beginningXYZmuddle-and-ending"), kNone);
  EXPECT_EQ(find(kIndex, "beginninXXYZmiddle-and-ending"), kNone);
}

}  // namespace
}  // namespace cnx::order_transform
