// SPDX-License-Identifier: Apache-2.0
//
// A plugin that stands in another one's place: it offers the components of the library FILE.watched, where FILE is its
// own name, and writes breaches of the contract to the file that CNX_WATCH_REPORT names, a line each. At the process's
// end it adds how many calls it saw and how many batches were never released.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "cnx/testing/library.hpp"
#include "cnx/testing/watch/watch.hpp"

// Filled in when the library is loaded. Without a magic until then, so that the host refuses it.
extern "C" __attribute__((visibility("default"))) cnx_plugin cnx_plugin_v1;
cnx_plugin cnx_plugin_v1{};

namespace {

namespace watch = cnx::testing::watch;

/// Of several libraries and processes at once: a line is written in one piece.
void report(const std::string& line) {
  const char* path = std::getenv("CNX_WATCH_REPORT");
  const int fd = path == nullptr ? -1 : ::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0 || ::write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    std::fprintf(stderr, "watcher: cannot write to CNX_WATCH_REPORT: %s", line.c_str());
  if (fd >= 0) ::close(fd);
}

class Watcher {
 public:
  Watcher() {
    Dl_info own{};
    if (::dladdr(&cnx_plugin_v1, &own) == 0) return;
    try {
      watch_all(cnx::testing::load_plugin(std::string(own.dli_fname) + ".watched"));
    } catch (const std::exception& error) {
      std::fprintf(stderr, "watcher: %s\n", error.what());
    }
  }
  ~Watcher() {
    report("calls " + name_ + " " + std::to_string(breaches_.calls()) + "\n");
    if (const std::size_t out = watch::BatchBook::instance().out(); out > 0)
      report("host " + name_ + " release: was never called for " + std::to_string(out) + " batches\n");
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

 private:
  void watch_all(const cnx_plugin& real) {
    name_ = std::string(cnx::view(real.name));
    const char* at = reinterpret_cast<const char*>(real.components);
    for (std::uint32_t i = 0; i < real.component_count; ++i, at += real.component_stride)
      components_.push_back(watch::watched(*reinterpret_cast<const cnx_component*>(at), breaches_));
    cnx_plugin_v1 = real;
    cnx_plugin_v1.struct_size = sizeof cnx_plugin_v1;
    cnx_plugin_v1.component_stride = sizeof(cnx_component);
    cnx_plugin_v1.components = components_.data();
  }

  std::string name_;
  watch::Breaches breaches_{[this](watch::Side side, std::string_view call, const std::string& what) {
    report(std::string(watch::name_of(side)) + " " + name_ + " " + std::string(call) + ": " + what + "\n");
  }};
  std::vector<cnx_component> components_;
};

Watcher watcher;

}  // namespace
