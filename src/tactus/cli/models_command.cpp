// tactus models.
#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/cli/commands.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/llm/price_list.hpp>

namespace tactus::cli {
namespace {

constexpr std::size_t kNameWidth = 56;

bool is_wanted(const llm::ListedPrice& listed, const std::string& text) {
  if (text.empty() || listed.provider.find(text) != std::string::npos) return true;
  return std::any_of(listed.models.begin(), listed.models.end(), [&](const std::string& model) {
    return model.find(text) != std::string::npos;
  });
}

Json figure(const std::optional<double>& usd) { return usd ? Json(*usd) : Json(nullptr); }

JsonObject json_of(const llm::ListedPrice& listed) {
  return {{"provider", listed.provider},
          {"models", JsonArray(listed.models.begin(), listed.models.end())},
          {"above_prompt_tokens", listed.above_prompt_tokens},
          {"input", listed.price.input},
          {"cached", figure(listed.price.cached)},
          {"cache_write", figure(listed.price.cache_write)},
          {"output", listed.price.output}};
}

std::string shown(const std::optional<double>& usd) {
  return usd ? fmt::format("{:g}", *usd) : "-";
}

// Its first name; how many there are besides is said by the JSON.
std::string name_of(const llm::ListedPrice& listed) {
  std::string name = listed.provider + ":" + listed.models.front();
  if (listed.above_prompt_tokens > 0)
    name += fmt::format(" >{}k", listed.above_prompt_tokens / 1000);
  return name;
}

std::string line(std::string_view name, std::string_view input, std::string_view cached,
                 std::string_view output) {
  return fmt::format("{:<{}} {:>9} {:>9} {:>9}\n", name, kNameWidth, input, cached, output);
}

}  // namespace

int models_command(const ModelsCommand& command) {
  const std::string text = to_lower(command.text);
  const Style style = style_for(1);
  std::string out;
  for (const llm::ListedPrice& listed : llm::shipped_prices()) {
    if (!is_wanted(listed, text)) continue;
    const llm::Price& price = listed.price;
    out += command.json ? dump_json(json_of(listed)) + "\n"
                        : line(name_of(listed), shown(price.input), shown(price.cached),
                               shown(price.output));
  }
  if (out.empty()) {
    print_error(Error{ErrorCode::kUsage,
                      fmt::format("no model with a known price is called '{}'", command.text),
                      "`tactus models` lists all; models without a known price can be used, too",
                      {},
                      ""});
    return 1;
  }
  if (!command.json) {
    const std::string head =
        line("USD per million tokens, " + std::string(llm::PriceTable::shipped_as_of()), "input",
             "cached", "output");
    out = fmt::format("{}{}{}", style.bold, head, style.reset) + out;
  }
  write_to(1, out);
  return 0;
}

}  // namespace tactus::cli
