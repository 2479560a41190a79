// SPDX-License-Identifier: Apache-2.0
#include "config/render.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "config/host_keys.h"

namespace cnx::host::config {
namespace {

ConfigTable table() {
  ConfigKey url;
  url.name = "connection.url";
  url.required = true;
  url.doc = "Where the database is.";
  ConfigKey size;
  size.name = "batch.size";
  size.type = KeyType::kInt;
  size.default_value = "1000";
  size.unit = "records";
  size.range = Range{1, 100000};
  size.flag = "--batch-size";
  size.doc = "How many | at most.";
  ConfigKey secret;
  secret.name = "accounts.*.secret";
  secret.secret = true;
  ConfigKey mode;
  mode.name = "mode";
  mode.one_of = {"a", "b"};
  mode.default_value = "a";
  return {size, url, secret, mode};
}

TEST(RenderText, ShowsRequiredKeysFirst) {
  const ConfigTable keys = table();
  EXPECT_EQ(
      render_text({"my-sink", "sink", "1.0", "Writes.", keys}),
      "my-sink (sink, 1.0)\n  Writes.\n"
      "\n  connection.url     string  required\n      Where the database is.\n"
      "\n  accounts.*.secret  string  secret\n"
      "\n  batch.size         int     default 1000 records, 1 … 100000, flag --batch-size\n      How many | at most.\n"
      "\n  mode               string  default a, a | b\n");
}

TEST(RenderText, WrapsLongDocs) {
  ConfigKey key;
  key.name = "k";
  for (int i = 0; i < 40; ++i) key.doc += "word ";
  const ConfigTable keys{key};
  const std::string text = render_text({"n", "sink", "", "", keys});
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  EXPECT_LE(longest, 118u);
}

TEST(RenderMarkdown, MakesOneRowAKey) {
  const ConfigTable keys = table();
  EXPECT_EQ(render_markdown({"my-sink", "sink", "", "Writes.", keys}),
            "## my-sink (sink)\n\nWrites.\n\n| key | type | default | values | meaning |\n|---|---|---|---|---|\n"
            "| `connection.url` | string | required |  | Where the database is. |\n"
            "| `accounts.*.secret` | string |  | secret |  |\n"
            "| `batch.size` | int | 1000 records | 1 … 100000; flag --batch-size | How many \\| at most. |\n"
            "| `mode` | string | a | a \\| b |  |\n");
}

TEST(RenderJson, HasEveryKey) {
  const ConfigTable keys = table();
  const auto json = nlohmann::json::parse(render_json({"my-sink", "sink", "1.0", "Writes.", keys}));
  EXPECT_EQ(json["name"], "my-sink");
  ASSERT_EQ(json["keys"].size(), 4u);
  EXPECT_EQ(json["keys"][2]["name"], "batch.size");
  EXPECT_EQ(json["keys"][2]["max"], 100000);
  EXPECT_EQ(json["keys"][1]["secret"], true);
}

TEST(RenderJsonSchema, AllowsTextFormsAndVariables) {
  const ConfigTable keys = table();
  const auto schema = nlohmann::json::parse(render_json_schema({"my-sink", "sink", "1.0", "", keys}));
  EXPECT_EQ(schema["required"], nlohmann::json::array({"connection.url"}));
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["properties"]["batch.size"]["anyOf"][0]["maximum"], 100000);
  EXPECT_EQ(schema["properties"]["batch.size"]["anyOf"][1]["pattern"], "^-?[0-9]+$|\\$\\{");
  EXPECT_TRUE(schema["patternProperties"].contains("^accounts\\.[^.]+\\.secret$"));
}

TEST(HostKeys, AllHaveADocAndAGoodDefault) {
  for (const ConfigTable* keys :
       {&worker_keys(true), &connector_keys(), &kind_keys(ConnectorKind::kSource), &kind_keys(ConnectorKind::kSink)}) {
    for (const ConfigKey& key : *keys) {
      EXPECT_FALSE(key.doc.empty()) << key.name;
      if (key.default_value) {
        EXPECT_FALSE(canonical(key, *key.default_value).fault) << key.name;
      }
    }
  }
}

}  // namespace
}  // namespace cnx::host::config
