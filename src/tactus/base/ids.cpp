#include <chrono>

#include <sys/random.h>

#include <tactus/base/error.hpp>
#include <tactus/base/ids.hpp>

namespace tactus {
namespace {

void fill_random(unsigned char* bytes, std::size_t count) {
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = getrandom(bytes + filled, count - filled, 0);
    if (got > 0) filled += static_cast<std::size_t>(got);
  }
}

class SystemIds final : public IdSource {
 public:
  std::string next(std::string_view prefix) override {
    static constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto millis = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    std::string id(prefix);
    id += '_';
    for (int shift = 45; shift >= 0; shift -= 5) id += kDigits[(millis >> shift) & 31];
    unsigned char random[16];
    fill_random(random, sizeof random);
    for (unsigned char byte : random) id += kDigits[byte & 31];
    return id;
  }
};

}  // namespace

IdSource& system_ids() {
  static SystemIds ids;
  return ids;
}

std::string random_token(std::size_t count) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string bytes(count, '\0');
  fill_random(reinterpret_cast<unsigned char*>(bytes.data()), count);
  std::string text;
  for (char c : bytes) {
    text += kHex[static_cast<unsigned char>(c) >> 4];
    text += kHex[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

}  // namespace tactus
