// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "curl_transport.h"
#include "json_doc.h"

namespace walmart {
namespace {

constexpr std::chrono::seconds kStartWithin{60};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path make_home() {
  std::string pattern = (std::filesystem::temp_directory_path() / "walmart-source-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory: " + pattern);
  return pattern;
}

pid_t spawn(std::vector<std::string> command, const std::filesystem::path& log) {
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  setenv("PYTHONPATH", CNX_TEST_SUPPORT_DIR, 1);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

Sandbox::Sandbox(const std::vector<std::string>& arguments) : home_(make_home()) {
  const std::filesystem::path ready = home_ / "ready.json", log = home_ / "sandbox.log";
  std::vector<std::string> command = {"python3", "-m",        "walmart_sandbox", "--ready-file",
                                      ready,     "--tls-dir", home_ / "tls",     "--exit-with-parent"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  pid_ = spawn(std::move(command), log);
  const auto deadline = std::chrono::steady_clock::now() + kStartWithin;
  while (!std::filesystem::exists(ready)) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      throw std::runtime_error("the sandbox did not start: " + read_file(log));
    }
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("the sandbox is not up: " + read_file(log));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const JsonDoc doc = JsonDoc::parse(read_file(ready));
  url_ = text_of(doc.get("url"));
  ca_file_ = text_of(doc.get("ca_file"));
  auto transport = make_curl_transport({url_, ca_file_});
  if (!transport.ok()) throw std::runtime_error(transport.error().message);
  transport_ = *std::move(transport);
}

Sandbox::~Sandbox() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(home_, ignored);
}

std::string Sandbox::get(const std::string& call) {
  return admin({.method = "GET", .target = "/__admin/" + call, .headers = {}, .body = {}, .credentials = {}});
}

std::string Sandbox::post(const std::string& call, std::string body) {
  return admin(
      {.method = "POST", .target = "/__admin/" + call, .headers = {}, .body = std::move(body), .credentials = {}});
}

std::vector<std::string> Sandbox::orders(std::string_view from, std::string_view to, bool served) {
  std::string text = get("orders?from=" + std::string(from) + "&to=" + std::string(to) + (served ? "&as=served" : ""));
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string Sandbox::admin(HttpRequest request) {
  const std::string target = request.target;
  const auto exchange = transport_->send(std::move(request));
  transport_->wait(60'000);
  const auto result = exchange->result();
  if (!result) throw std::runtime_error(target + ": no answer");
  if (const auto* fault = std::get_if<HttpFault>(&*result)) throw std::runtime_error(target + ": " + fault->message);
  const auto& response = std::get<HttpResponse>(*result);
  if (response.status != 200) throw std::runtime_error(target + ": " + response.body);
  return response.body;
}

}  // namespace walmart
