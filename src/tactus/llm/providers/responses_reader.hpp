// Reads the events of OpenAI Responses answers, and answers in one piece. Private to the providers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <tactus/llm/model.hpp>
#include <tactus/llm/providers/error_body.hpp>
#include <tactus/llm/providers/utf8_joiner.hpp>

namespace tactus::llm {

class ResponsesReader {
 public:
  static constexpr std::size_t kItemsMax = 1024;  // Of one answer.

  // Appends what one event tells. `name`: that of the event, for when its data has no type. Fails
  // with kProviderStream when it is none.
  Result<void> read(std::string_view name, const Json& event, std::vector<ModelEvent>& events);
  Result<void> read_whole(const Json& response, std::vector<ModelEvent>& events);
  // Appends what was held back: the answer is over, at its end or not.
  void finish(std::vector<ModelEvent>& events);

  bool complete() const { return stopped_ && !failed_; }
  bool stopped() const { return stopped_; }
  bool failed() const { return failed_; }

 private:
  // One item of the output. Texts that did not come in pieces are in the item when it is done.
  struct Item {
    enum class Kind : std::uint8_t { kMessage, kReasoning, kCall, kOther };
    Kind kind = Kind::kOther;
    int call = -1;          // kCall: which.
    std::string arguments;  // kCall: so far.
    bool told = false;      // Some of its text has been handed on.
    Utf8Joiner text, refusal;
  };

  void add_item(std::int64_t index, const Json& item, std::vector<ModelEvent>& events);
  Result<void> end_item(std::int64_t index, const Json& item, std::vector<ModelEvent>& events);
  void end_call(Item& item, std::string_view arguments, std::vector<ModelEvent>& events);
  void tell_texts(Item& item, const Json& value, std::vector<ModelEvent>& events);
  void read_delta(std::string_view type, const Json& event, std::vector<ModelEvent>& events);
  void add_text(Item& item, std::string_view text, std::vector<ModelEvent>& events);
  void add_arguments(Item& item, std::string_view text, std::vector<ModelEvent>& events);
  static void flush(Item& item, std::vector<ModelEvent>& events);
  void read_info(const Json& response, std::vector<ModelEvent>& events);
  Result<void> read_end(std::string_view status, const Json& response,
                        std::vector<ModelEvent>& events);
  void read_error(const Json& event, std::vector<ModelEvent>& events);
  void fail_with(ErrorBody body, std::vector<ModelEvent>& events);

  std::map<std::int64_t, Item> items_;
  ResponseInfo info_;
  int calls_ = 0;
  bool stopped_ = false;
  bool failed_ = false;
};

}  // namespace tactus::llm
