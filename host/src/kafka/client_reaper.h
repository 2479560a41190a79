// SPDX-License-Identifier: Apache-2.0
//
// Internal: ends clients in the background.
#pragma once

#include <memory>

namespace cnx::host::kafka {

class ClientHandle;

/// librdkafka takes up to a second to end a client (a thread of it may sleep that long), and as long as a name service
/// hangs. Nobody has to wait for that but the process: clients end side by side on threads of their own, and the exit
/// waits two seconds for them at most, since the libraries under them (OpenSSL) are torn down next. Thread-safe.
class ClientReaper {
 public:
  /// First used after a client was made: so the wait at the exit comes before the teardown of what the client uses.
  static ClientReaper& instance();

  /// Takes a client that nobody uses any more.
  void end(ClientHandle* client);

 private:
  struct State;

  ClientReaper();
  ~ClientReaper();

  const std::shared_ptr<State> state_;
};

}  // namespace cnx::host::kafka
