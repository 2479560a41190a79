// SPDX-License-Identifier: Apache-2.0
//
// Stands in for libFuzzer: runs a fuzz target on every file named (folders: all files in them), then on changed copies
// of them. The same arguments give the same inputs. A finding ends the process, after its input was named.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                                                     std::size_t most, unsigned int seed);

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using Input = std::vector<std::uint8_t>;

// Enough to notice a target that broke, short enough for every test run.
constexpr int kMutations = 4000;
constexpr auto kLongest = std::chrono::seconds(4);
constexpr std::size_t kMostBytes = 64 * 1024;

std::mt19937 random_numbers(20260101);

std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_numbers() % limit; }

std::vector<std::filesystem::path> files_in(const std::filesystem::path& place) {
  if (!std::filesystem::is_directory(place)) return {place};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(place))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

Input read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::cerr << "cannot read " << path << '\n';
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string running;  // what is said when the process dies
Input last;

void tell(int signal) {
  std::cerr << "found by " << running << "; the input is in fuzz-finding.bin\n";
  std::ofstream("fuzz-finding.bin", std::ios::binary)
      .write(reinterpret_cast<const char*>(last.data()), static_cast<std::streamsize>(last.size()));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(std::string what, Input input) {
  running = std::move(what);
  last = std::move(input);
  LLVMFuzzerTestOneInput(last.data(), last.size());
}

Input mutated(Input input, unsigned seed) {
  const std::size_t size = input.size();
  input.resize(kMostBytes);
  input.resize(LLVMFuzzerCustomMutator != nullptr ? LLVMFuzzerCustomMutator(input.data(), size, input.size(), seed)
                                                  : LLVMFuzzerMutate(input.data(), size, input.size()));
  return input;
}

}  // namespace

/// Bytes changed, cut out, doubled or put in, as libFuzzer's own does.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most) {
  Input text(data, data + size);
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    const std::size_t at = below(text.size() + 1);
    const auto place = text.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t length = std::min(text.size() - at, 1 + below(16));
    const auto end = place + static_cast<std::ptrdiff_t>(length);
    switch (below(4)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<std::uint8_t>(below(256));
        break;
      case 1:
        text.erase(place, end);
        break;
      case 2: {
        const Input part(place, end);
        text.insert(text.begin() + static_cast<std::ptrdiff_t>(below(text.size() + 1)), part.begin(), part.end());
        break;
      }
      default:
        text.insert(place, static_cast<std::uint8_t>("{}[]\":,\\0-.e\n ${}'#&*!|"[below(23)]));
    }
  }
  text.resize(std::min(text.size(), most));
  std::copy(text.begin(), text.end(), data);
  return text.size();
}

int main(int argc, char** argv) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) std::signal(signal, tell);
  std::vector<Input> seeds;
  for (int i = 1; i < argc; ++i) {
    for (const auto& path : files_in(argv[i])) {
      seeds.push_back(read(path));
      run(path.string(), seeds.back());
    }
  }
  if (seeds.empty()) {
    std::cerr << "usage: " << argv[0] << " FILE_OR_FOLDER...; none of them holds a file\n";
    return 2;
  }
  const auto end = std::chrono::steady_clock::now() + kLongest;
  int made = 0;
  for (; made < kMutations && std::chrono::steady_clock::now() < end; ++made)
    run("mutation " + std::to_string(made), mutated(seeds[below(seeds.size())], static_cast<unsigned>(made)));
  std::cout << seeds.size() << " files, " << made << " mutations: nothing found\n";
}
