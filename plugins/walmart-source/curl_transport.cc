// SPDX-License-Identifier: Apache-2.0
#include "curl_transport.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "curl_transfer.h"

namespace walmart {
namespace {

using Clock = std::chrono::steady_clock;

/// No more is set aside for an answer that has not come.
constexpr std::size_t kMostUsual = 1U << 20U;
/// libcurl tells earlier when one of its own times is over.
constexpr int kLongestPollMs = 60'000;

struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using Multi = std::unique_ptr<CURLM, FreeMulti>;

/// An exchange, as its owner and the thread share it.
struct Job {
  HttpRequest request;  ///< the thread's from the moment it was asked for
  std::atomic<bool> given_up = false;
  // Guarded by the transport's mutex:
  bool ended = false;
  std::optional<HttpResult> result;
  Clock::time_point ended_at;
};

/// What is sent goes to a thread, the only one that uses libcurl: network, TLS and unpacking are done there, whatever
/// the owner does meanwhile. The thread sleeps when nothing is on its way.
class CurlTransport final : public Transport {
 public:
  CurlTransport(CurlOptions options, Multi multi) : options_(std::move(options)), multi_(std::move(multi)) {}
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  /// Before all else. RETRY: the system has no thread to give.
  [[nodiscard]] cnx::Status start();

  std::unique_ptr<HttpExchange> send(HttpRequest request) override;
  [[nodiscard]] bool idle() const override;
  void wait(std::int64_t timeout_ms) override;
  void cancel() noexcept override;

  // Of its exchanges. [owner]
  [[nodiscard]] std::optional<HttpResult> result(Job& job);
  void give_up(Job& job);

 private:
  struct Running {
    std::shared_ptr<Job> job;
    std::unique_ptr<CurlTransfer> transfer;
  };
  using Runs = std::map<CURL*, Running>;

  void wake();
  // [thread]
  void body();
  [[nodiscard]] bool take_up();
  void begin(const std::shared_ptr<Job>& job);
  Runs::iterator remove(Runs::iterator run);
  void drive();
  void end(Job& job, HttpResult result);
  void end_all(const std::exception& thrown);
  void poll();

  const CurlOptions options_;
  const Multi multi_;  ///< the thread's, but for curl_multi_wakeup

  mutable std::mutex mutex_;
  std::condition_variable work_;   ///< for the thread, when it has nothing to poll for
  std::condition_variable ended_;  ///< for the owner
  // Guarded by mutex_:
  std::vector<std::shared_ptr<Job>> asked_;  ///< not taken up yet
  std::size_t under_way_ = 0;
  bool given_up_ = false;   ///< an exchange that has not ended
  bool any_ended_ = false;  ///< since the last wait
  bool polling_ = false;    ///< the thread waits for the network
  bool cancelled_ = false;
  bool ending_ = false;

  // The thread's own:
  std::vector<std::shared_ptr<Job>> taken_up_;  ///< not all of them begun yet
  Runs running_;
  std::size_t usual_bytes_ = 0;

  std::thread thread_;  ///< last: uses all of the above
};

/// Has a reason even when there is no memory for one.
HttpFault fault_of(const std::exception& thrown) noexcept {
  HttpFault fault{HttpFault::Kind::kPassing, "out of memory", 0};  // short enough to need none itself
  try {
    if (dynamic_cast<const std::bad_alloc*>(&thrown) == nullptr) fault.message = thrown.what();
  } catch (const std::bad_alloc&) {
  }
  return fault;
}

class CurlExchange final : public HttpExchange {
 public:
  CurlExchange(CurlTransport& transport, std::shared_ptr<Job> job) : transport_(transport), job_(std::move(job)) {}
  ~CurlExchange() override { transport_.give_up(*job_); }
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;
  std::optional<HttpResult> result() override { return transport_.result(*job_); }

 private:
  CurlTransport& transport_;
  const std::shared_ptr<Job> job_;
};

cnx::Status CurlTransport::start() {
  try {
    thread_ = std::thread([this] { body(); });
  } catch (const std::system_error& refused) {
    return cnx::retry_error(
        fmt::format("the thread for HTTP cannot be started: {}; raise the limit on threads (ulimit -u, systemd's "
                    "TasksMax, the container's pids limit) or on memory",
                    refused.code().message()),
        refused.code().value());
  }
  return {};
}

CurlTransport::~CurlTransport() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    wake();
  }
  if (thread_.joinable()) thread_.join();
}

/// With mutex_ held.
void CurlTransport::wake() {
  if (std::exchange(polling_, false))
    curl_multi_wakeup(multi_.get());
  else
    work_.notify_one();
}

std::unique_ptr<HttpExchange> CurlTransport::send(HttpRequest request) {
  auto job = std::make_shared<Job>();
  job->request = std::move(request);
  auto exchange = std::make_unique<CurlExchange>(*this, job);
  const std::lock_guard lock(mutex_);
  asked_.push_back(std::move(job));
  ++under_way_;
  wake();
  return exchange;
}

bool CurlTransport::idle() const {
  const std::lock_guard lock(mutex_);
  return under_way_ == 0 && !any_ended_;
}

void CurlTransport::wait(std::int64_t timeout_ms) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, std::chrono::milliseconds(std::max<std::int64_t>(0, timeout_ms)),
                  [&] { return cancelled_ || any_ended_; });
  any_ended_ = false;
}

void CurlTransport::cancel() noexcept {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  ended_.notify_all();
}

std::optional<HttpResult> CurlTransport::result(Job& job) {
  const std::lock_guard lock(mutex_);
  if (cancelled_) return HttpFault{HttpFault::Kind::kCancelled, "stopped", 0};
  if (job.result)
    if (auto* response = std::get_if<HttpResponse>(&*job.result))
      response->age_ns = std::chrono::nanoseconds(Clock::now() - job.ended_at).count();
  return std::exchange(job.result, std::nullopt);
}

void CurlTransport::give_up(Job& job) {
  const std::lock_guard lock(mutex_);
  if (job.ended) return;
  job.given_up = true;
  given_up_ = true;
  --under_way_;
  wake();
}

/// What is thrown ends the exchanges that there are, for their owners to try again, not the thread.
void CurlTransport::body() {
  pthread_setname_np(pthread_self(), "walmart-http");
  for (bool more = true; more;) {
    try {
      more = take_up();
      if (more) drive();
    } catch (const std::exception& thrown) {
      end_all(thrown);
    }
    if (more) poll();
  }
  for (auto run = running_.begin(); run != running_.end();) run = remove(run);
}

/// Begins what was asked for and drops what was given up; sleeps when there is nothing else. False: it is over.
bool CurlTransport::take_up() {
  bool given_up = false;
  {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [&] { return ending_ || given_up_ || !asked_.empty() || !running_.empty(); });
    polling_ = false;
    if (ending_) return false;
    taken_up_ = std::exchange(asked_, {});
    given_up = std::exchange(given_up_, false);
  }
  if (given_up)
    for (auto run = running_.begin(); run != running_.end();)
      run = run->second.job->given_up ? remove(run) : std::next(run);
  for (const auto& job : taken_up_)
    if (!job->given_up) begin(job);
  taken_up_.clear();
  return true;
}

void CurlTransport::begin(const std::shared_ptr<Job>& job) {
  auto transfer = std::make_unique<CurlTransfer>(options_, std::move(job->request), usual_bytes_);
  CURL* const easy = transfer->handle();
  if (easy == nullptr) throw std::bad_alloc();
  const auto run = running_.emplace(easy, Running{job, std::move(transfer)}).first;
  if (const CURLMcode failed = curl_multi_add_handle(multi_.get(), easy); failed != CURLM_OK) {
    running_.erase(run);
    end(*job, HttpFault{HttpFault::Kind::kPassing, curl_multi_strerror(failed), failed});
  }
}

CurlTransport::Runs::iterator CurlTransport::remove(Runs::iterator run) {
  curl_multi_remove_handle(multi_.get(), run->first);
  return running_.erase(run);
}

void CurlTransport::drive() {
  int running = 0, left = 0;
  if (const CURLMcode failed = curl_multi_perform(multi_.get(), &running); failed != CURLM_OK) {
    for (auto run = running_.begin(); run != running_.end(); run = remove(run))
      end(*run->second.job, HttpFault{HttpFault::Kind::kPassing, curl_multi_strerror(failed), failed});
    return;
  }
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    const auto run = running_.find(message->easy_handle);
    const std::size_t received = run->second.transfer->received_bytes();
    HttpResult result = run->second.transfer->result(code);
    // Somewhat above the last one, so that the next page need not be moved while it grows.
    if (std::holds_alternative<HttpResponse>(result)) usual_bytes_ = std::min(received + received / 8, kMostUsual);
    const std::shared_ptr<Job> job = run->second.job;
    remove(run);  // `message` is gone with it
    end(*job, std::move(result));
  }
}

void CurlTransport::end(Job& job, HttpResult result) {
  const std::lock_guard lock(mutex_);
  if (job.given_up || job.ended) return;
  job.ended = true;
  job.ended_at = Clock::now();
  job.result = std::move(result);
  --under_way_;
  any_ended_ = true;
  ended_.notify_all();
}

void CurlTransport::end_all(const std::exception& thrown) {
  for (const auto& job : std::exchange(taken_up_, {})) end(*job, fault_of(thrown));
  for (auto run = running_.begin(); run != running_.end(); run = remove(run)) end(*run->second.job, fault_of(thrown));
}

void CurlTransport::poll() {
  if (running_.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || given_up_ || !asked_.empty()) return;
    polling_ = true;
  }
  curl_multi_poll(multi_.get(), nullptr, 0, kLongestPollMs, nullptr);
}

}  // namespace

cnx::Result<std::unique_ptr<Transport>> make_curl_transport(CurlOptions options) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK)
    return cnx::config_error(fmt::format("libcurl cannot be set up: {}", curl_easy_strerror(initialised)), initialised);
  Multi multi(curl_multi_init());
  if (multi == nullptr) return cnx::fatal_error("libcurl gave no multi handle: out of memory");
  // Without its socket pair a wake-up would be lost each time, and what is sent would wait for a timer of libcurl's.
  if (const CURLMcode failed = curl_multi_wakeup(multi.get()); failed != CURLM_OK)
    return cnx::retry_error(fmt::format("libcurl cannot be woken: {}; raise the limit on open files (ulimit -n)",
                                        curl_multi_strerror(failed)),
                            failed);
  auto transport = std::make_unique<CurlTransport>(std::move(options), std::move(multi));
  CNX_TRY(transport->start());
  return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace walmart
