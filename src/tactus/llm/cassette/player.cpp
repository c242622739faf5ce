// Replaying: recordings answer, nothing is sent.
#include <atomic>

#include <tactus/llm/cassette/clients.hpp>
#include <tactus/llm/cassette/library.hpp>
#include <tactus/llm/cassette/playback.hpp>
#include <tactus/llm/cassette/redactor.hpp>
#include <tactus/net/url.hpp>

namespace tactus::llm::cassette {
namespace {

// The format of the answers at an address, whatever comes before it.
const mock::Dialect* dialect_at(const std::string& url) {
  const auto parsed = net::parse_url(url);
  if (!parsed) return nullptr;
  for (const std::string_view path : {"/chat/completions", "/responses", "/messages"}) {
    if (parsed->path.ends_with(path)) return mock::find_dialect("/v1" + std::string(path));
  }
  return nullptr;
}

std::string origin_of(const std::string& url) {
  const auto parsed = net::parse_url(url);
  return parsed ? parsed->origin() : "the server";
}

class Player final : public CassetteClient {
 public:
  Player(boost::asio::any_io_executor executor, CassetteOptions options,
         std::unique_ptr<Library> library, Redactor redactor)
      : executor_(std::move(executor)),
        options_(std::move(options)),
        library_(std::move(library)),
        redactor_(std::move(redactor)) {}

  std::shared_ptr<net::HttpExchange> start(net::HttpRequest request) override {
    if (!request.subject) {
      return failing_exchange(
          {ErrorCode::kCassetteMiss,
           fmt::format("a replay sends nothing to {}, and requests of this kind "
                       "are not recorded",
                       origin_of(request.url)),
           "run without --replay",
           {},
           ""});
    }
    Redactor redactor = redactor_;
    redactor.learn(request);
    const net::RequestSubject subject = redactor.subject(request.subject());
    const bool is_faulty = options_.fault.kind != mock::Fault::Kind::kNone;
    // What a fault has broken is asked again, which nobody did when it was recorded.
    auto recording =
        library_->take(subject, is_faulty ? Library::Again::kYes : Library::Again::kNo);
    if (!recording) return failing_exchange(std::move(recording.error()));
    PlaybackOptions playback;
    playback.speed = options_.speed;
    playback.timeouts = request.timeouts;
    playback.origin = origin_of(request.url);
    playback.dialect = dialect_at(request.url);
    if (is_faulty && subject.kind == "model" && faults_used_++ < options_.fault.times)
      playback.fault = options_.fault;
    if (playback.fault.kind == mock::Fault::Kind::kErrorAfterChunks && !playback.dialect) {
      return failing_exchange({ErrorCode::kUsage,
                               "the fault 'error' cannot be put into an answer of " + subject.peer,
                               "it is known in the formats of OpenAI and Anthropic",
                               {},
                               ""});
    }
    return play(executor_, std::move(*recording), std::move(playback));
  }

  bool sends() const override { return false; }
  std::chrono::milliseconds pause(std::chrono::milliseconds wanted) const override {
    if (options_.speed <= 0) return std::chrono::milliseconds(0);
    return std::chrono::duration_cast<std::chrono::milliseconds>(wanted / options_.speed);
  }
  bool has_answers_of(std::string_view provider) const override {
    const auto& entries = library_->entries();
    return std::any_of(entries.begin(), entries.end(), [&](const Library::Entry& entry) {
      return entry.subject.kind == "model" && entry.subject.peer == provider;
    });
  }

 private:
  const boost::asio::any_io_executor executor_;
  const CassetteOptions options_;
  const std::unique_ptr<Library> library_;
  const Redactor redactor_;
  std::atomic<std::size_t> faults_used_{0};
};

}  // namespace

Result<std::unique_ptr<CassetteClient>> make_player(boost::asio::any_io_executor executor,
                                                    const CassetteOptions& options,
                                                    const CassetteUse& use) {
  auto library = Library::open(options.folder);
  if (!library) return fail(library.error());
  return std::make_unique<Player>(std::move(executor), options, std::move(*library),
                                  Redactor(use.secrets));
}

}  // namespace tactus::llm::cassette
