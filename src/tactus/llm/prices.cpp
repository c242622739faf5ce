#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>
#include <vector>

#include <tactus/base/clock.hpp>
#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/llm/price_data.hpp>
#include <tactus/llm/price_list.hpp>
#include <tactus/llm/prices.hpp>

namespace tactus::llm {
namespace {

struct Tier {
  std::int64_t above_prompt_tokens = 0;
  Price price;
};

struct Rule {
  enum class Kind : std::uint8_t { kExact, kPrefix, kPart };
  Kind kind;
  std::string text;
  std::size_t model;
};

struct Model {
  Price price;
  std::vector<Tier> tiers;
};

// The table of one provider.
struct Listing {
  std::vector<Rule> rules;
  std::vector<Model> models;
};

std::optional<double> read_figure(std::istringstream& in) {
  std::string word;
  in >> word;
  double figure = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), figure);
  return error == std::errc() && end != word.data() ? std::optional(figure) : std::nullopt;
}

Price read_price(std::istringstream& in) {
  Price price;
  price.input = read_figure(in).value_or(0);
  price.output = read_figure(in).value_or(0);
  price.cached = read_figure(in);
  price.cache_write = read_figure(in);
  return price;
}

Rule::Kind kind_of(char mark) {
  if (mark == '^') return Rule::Kind::kPrefix;
  return mark == '~' ? Rule::Kind::kPart : Rule::Kind::kExact;
}

void read_line(const std::string& line, std::string_view today,
               std::map<std::string, Listing, std::less<>>& listings) {
  std::istringstream in(line);
  std::string word;
  in >> word;
  Listing& listing = listings[word];
  const std::size_t index = listing.models.size();
  while (in >> word && word != "|") {
    listing.rules.push_back({kind_of(word[0]), word.substr(1), index});
  }
  Model model;
  model.price = read_price(in);
  while (in >> word) {
    if (word == "above") {
      Tier tier;
      in >> tier.above_prompt_tokens;
      tier.price = read_price(in);
      model.tiers.push_back(std::move(tier));
    } else if (word == "from") {
      in >> word;
      const Price later = read_price(in);
      if (word <= today) model.price = later;
    }
  }
  listing.models.push_back(std::move(model));
}

const std::map<std::string, Listing, std::less<>>& listings() {
  static const auto read = [] {
    std::map<std::string, Listing, std::less<>> all;
    const std::string today = format_time(system_clock().wall()).substr(0, 10);
    std::istringstream lines{std::string(kPriceData)};
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) read_line(line, today, all);
    }
    return all;
  }();
  return read;
}

std::string_view listed_name(std::string_view provider) {
  static const std::map<std::string_view, std::string_view> kAliases = {
      {"google", "gemini"},
      {"google-gla", "gemini"},
      {"google-vertex", "vertex"},
      {"vertex_ai", "vertex"},
      {"google-vertexai", "vertex"},
      {"x-ai", "xai"},
      {"grok", "xai"},
      {"moonshotai", "moonshot"},
      {"kimi", "moonshot"},
      {"mistralai", "mistral"},
      {"z-ai", "zai"},
      {"openai-responses", "openai"},
      {"azure-openai", "azure"},
      {"bedrock-anthropic", "bedrock"}};
  const auto alias = kAliases.find(provider);
  return alias == kAliases.end() ? provider : alias->second;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "-2024-08-06", "-20240806", "@20240806" and "-0613" at the end of an id.
std::string_view without_date(std::string_view id) {
  const auto ends_with_number = [&](std::size_t digits, std::string_view marks) {
    return id.size() > digits && is_digits(id.substr(id.size() - digits)) &&
           marks.find(id[id.size() - digits - 1]) != std::string_view::npos;
  };
  for (const std::size_t digits : {8u, 4u}) {
    if (ends_with_number(digits, "-@")) return id.substr(0, id.size() - digits - 1);
  }
  constexpr std::size_t kDashed = std::string_view("-2024-08-06").size();
  if (id.size() <= kDashed) return id;
  const std::string_view date = id.substr(id.size() - kDashed);
  const bool dashed = date[0] == '-' && is_digits(date.substr(1, 4)) && date[5] == '-' &&
                      is_digits(date.substr(6, 2)) && date[8] == '-' && is_digits(date.substr(9));
  return dashed ? id.substr(0, id.size() - kDashed) : id;
}

// The regions of inference profiles: "us.anthropic.claude-…".
std::string_view without_region(std::string_view id) {
  for (const std::string_view region :
       {"us-gov.", "global.", "apac.", "us.", "eu.", "au.", "jp.", "ca.", "sa.", "me."}) {
    if (id.starts_with(region)) return id.substr(region.size());
  }
  return id;
}

// "us.anthropic.claude-…" of "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-…",
// "gemini-…" of "models/gemini-…".
std::string_view without_collection(std::string_view id) {
  const bool collected = id.starts_with("arn:") || id.starts_with("models/");
  return collected ? id.substr(id.rfind('/') + 1) : id;
}

// A known id is a prefix of its variants ("gpt-4o" of "gpt-4o:ft"), not of its successors.
bool begins_with(std::string_view id, const Rule& rule) {
  if (!id.starts_with(rule.text)) return false;
  if (rule.kind == Rule::Kind::kPrefix || id.size() == rule.text.size()) return true;
  return std::string_view("-:@").find(id[rule.text.size()]) != std::string_view::npos;
}

int rank_of(const Rule& rule, std::string_view id) {
  if (rule.kind == Rule::Kind::kExact && id == rule.text) return 3;
  if (rule.kind != Rule::Kind::kPart && begins_with(id, rule)) return 2;
  const bool part = rule.kind == Rule::Kind::kPart && id.find(rule.text) != std::string_view::npos;
  return part ? 1 : 0;
}

// The best rule for `id` of at least `rank_min`; among equals the longest.
const Rule* best_rule(const Listing& listing, std::string_view id, int rank_min) {
  const Rule* best = nullptr;
  int best_rank = rank_min - 1;
  for (const Rule& rule : listing.rules) {
    const int rank = rank_of(rule, id);
    const bool longer = best && rank == best_rank && rule.text.size() > best->text.size();
    if (rank > best_rank || (rank > 0 && longer)) {
      best = &rule;
      best_rank = rank;
    }
  }
  return best;
}

const Model* find_model(const Listing& listing, std::string_view id) {
  const std::string_view forms[] = {id, without_date(id), without_region(id),
                                    without_date(without_region(id))};
  for (const int rank_min : {3, 1}) {
    for (const std::string_view form : forms) {
      if (const Rule* rule = best_rule(listing, form, rank_min)) {
        return &listing.models[rule->model];
      }
    }
  }
  return nullptr;
}

}  // namespace

const PriceTable& PriceTable::shipped() {
  static const PriceTable table;
  return table;
}

std::string_view PriceTable::shipped_as_of() { return kPriceDataAsOf; }

std::optional<Price> PriceTable::find(std::string_view provider, std::string_view model,
                                      std::int64_t prompt_tokens) const {
  const std::string id = to_lower(model);
  const std::size_t slash = id.find('/');
  if (provider == "openrouter") {
    if (slash == std::string::npos) return std::nullopt;
    return find(id.substr(0, slash), id.substr(slash + 1), prompt_tokens);
  }
  const auto listing = listings().find(listed_name(to_lower(provider)));
  if (listing == listings().end()) return std::nullopt;
  const Model* known = find_model(listing->second, without_collection(id));
  // Google has one list for its models, wherever they run; at Vertex only those of others have one
  // of their own.
  if (!known && listing->first == "vertex") return find("gemini", model, prompt_tokens);
  if (!known) return std::nullopt;
  Price price = known->price;
  for (const Tier& tier : known->tiers) {
    if (prompt_tokens > tier.above_prompt_tokens) price = tier.price;
  }
  return price;
}

std::vector<ListedPrice> shipped_prices() {
  std::vector<ListedPrice> all;
  for (const auto& [provider, listing] : listings()) {
    for (std::size_t i = 0; i < listing.models.size(); ++i) {
      ListedPrice listed{provider, {}, listing.models[i].price, 0};
      for (const Rule& rule : listing.rules) {
        if (rule.model != i) continue;
        const char* before = rule.kind == Rule::Kind::kPart ? "*" : "";
        const char* after = rule.kind == Rule::Kind::kExact ? "" : "*";
        listed.models.push_back(before + rule.text + after);
      }
      all.push_back(listed);
      for (const Tier& tier : listing.models[i].tiers) {
        listed.price = tier.price;
        listed.above_prompt_tokens = tier.above_prompt_tokens;
        all.push_back(listed);
      }
    }
  }
  return all;
}

Cost cost_of(const Price& price, const Usage& usage) {
  constexpr double kPerToken = 1e-6;
  const auto cached = static_cast<double>(usage.cached_tokens);
  const auto written = static_cast<double>(usage.cache_write_tokens);
  // Some providers report parts larger than their whole.
  const double plain = std::max(0.0, static_cast<double>(usage.prompt_tokens) - cached - written);
  Cost cost;
  cost.prompt = kPerToken * (plain * price.input + cached * price.cached.value_or(price.input) +
                             written * price.cache_write.value_or(price.input));
  cost.completion = kPerToken * static_cast<double>(usage.completion_tokens) * price.output;
  cost.total = cost.prompt + cost.completion;
  return cost;
}

std::int64_t estimate_tokens(std::string_view text) { return estimate_tokens(utf8_length(text)); }

std::int64_t estimate_tokens(std::size_t characters) {
  return static_cast<std::int64_t>((characters + 3) / 4);
}

}  // namespace tactus::llm
