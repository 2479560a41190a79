// SPDX-License-Identifier: Apache-2.0
#include "config/foreign_keys.h"

#include <array>

namespace cnx::host::config {
namespace {

struct ForeignKey {
  std::string_view name;  // ends with '.': every key below it
  const char* mend;
};

constexpr const char* kConverters = "remove it: keys and values pass as bytes, a transform reads them";
constexpr const char* kLogged = "remove it: every dead record is logged and sent to the dead-letter topic";
constexpr const char* kTrust = "name the CAs' PEM file in ssl.ca.location";
constexpr const char* kKeys = "name PEM files in ssl.certificate.location and ssl.key.location";
constexpr std::array<ForeignKey, 29> kForeignKeys{{
    {"key.converter", kConverters},
    {"key.converter.", kConverters},
    {"value.converter", kConverters},
    {"value.converter.", kConverters},
    {"header.converter", kConverters},
    {"tasks.max.enforce", "remove it: tasks.max always holds"},
    {"topics.regex", "name the topics in 'topics'"},
    {"predicates", "remove it: transforms have no predicates"},
    {"predicates.", "remove it: transforms have no predicates"},
    {"config.action.reload", "remove it: a changed configuration needs a restart"},
    {"errors.log.enable", kLogged},
    {"errors.log.include.messages", kLogged},
    {"errors.deadletterqueue.context.headers.enable", "remove it: dead letters always carry their context"},
    {"errors.retry.delay.max.ms", "remove it: a restart waits at most 10 minutes"},
    {"exactly.once.support", "remove it: sources always write in transactions"},
    {"transaction.boundary", "remove it: a transaction holds one poll and its position"},
    {"transaction.boundary.interval.ms", "remove it: a transaction holds one poll and its position"},
    {"offsets.storage.topic", "it is the worker's key offsets.topic"},
    {"connection.user.name", "it is called connection.user"},
    {"group.id", "it is the worker's key worker.group.id"},
    {"rest.port", "it is the worker's key listeners"},
    {"sasl.jaas.config", "write sasl.username and sasl.password instead"},
    {"ssl.truststore.", kTrust},
    {"ssl.keystore.", kKeys},
    {"ssl.client.auth", "remove it: it is the broker's setting"},
    {"consumer.", "write it as consumer.override.NAME"},
    {"producer.", "write it as producer.override.NAME"},
    {"admin.", "write it as admin.override.NAME"},
    {"offset.flush.interval.ms", "remove it: offsets commit with their records"},
}};

}  // namespace

const char* mend_of_foreign_key(std::string_view name) {
  for (const ForeignKey& key : kForeignKeys) {
    if (key.name == name || (key.name.back() == '.' && name.starts_with(key.name))) return key.mend;
  }
  return nullptr;
}

}  // namespace cnx::host::config
