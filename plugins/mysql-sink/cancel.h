// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <vector>

namespace cnx::mysql {

/// Ends the owner thread's blocking database call from another thread, by shutting its socket down: the call then
/// returns as a lost connection. A KILL from a second connection would need that connection to work just when the
/// server does not answer. Opening a connection is not interrupted: its own timeout bounds it.
///
/// Thread-safe. Sockets are known here only while they are open, so that cancel() can never hit a reused number.
class CancelSwitch {
 public:
  /// Marks a call in progress; the outermost one of nested calls counts. A cancel between calls has nothing to end and
  /// is forgotten: the host does not call again after it asked for a stop. [owner]
  class Call {
   public:
    explicit Call(CancelSwitch& owner) : owner_(owner) { owner_.enter(); }
    ~Call() { owner_.leave(); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    CancelSwitch& owner_;
  };

  /// False: the call in progress is cancelled already; the socket was not taken. [owner]
  [[nodiscard]] bool attach(int socket);
  /// Before the socket is closed. [owner]
  void detach(int socket);
  /// True when the call in progress, or the last one, was cancelled. [any]
  [[nodiscard]] bool cancelled() const;
  void cancel() noexcept;  // [any]

 private:
  void enter();
  void leave();

  mutable std::mutex mutex_;
  std::vector<int> sockets_;  // guarded by mutex_, as all below
  int depth_ = 0;
  bool cancelled_ = false;
};

}  // namespace cnx::mysql
