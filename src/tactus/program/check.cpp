#include <algorithm>
#include <array>

#include <lua.h>

#include <tactus/program/inert.hpp>
#include <tactus/program/load.hpp>

namespace tactus::program {
namespace {

struct Inference {
  std::string_view prefix, provider;
};
constexpr std::array<Inference, 6> kInferences = {{{"claude-", "anthropic"},
                                                   {"gpt-", "openai"},
                                                   {"o1", "openai"},
                                                   {"o3", "openai"},
                                                   {"o4", "openai"},
                                                   {"gemini-", "google"}}};

std::string_view inferred_provider(std::string_view model) {
  for (const Inference& inference : kInferences) {
    if (model.starts_with(inference.prefix)) return inference.provider;
  }
  return {};
}

// Where an agent's provider comes from, in the order of language.md 4.2.
void check_provider(const Loader& loader, Program& program, const AgentDeclaration& agent) {
  if (agent.provider || program.default_provider) return;
  const std::string model = agent.model.value_or(program.default_model.value_or(""));
  if (model.find(':') != std::string::npos) return;
  const Site site = loader.site_of("agent", agent.name, agent.file, agent.line);
  if (const std::string_view provider = inferred_provider(model); !provider.empty()) {
    program.warnings.push_back(loader.finding_at(
        site, {std::string("model")},
        fmt::format("agent '{}' has no provider; '{}' is assumed from its model '{}'", agent.name,
                    provider, model),
        fmt::format("say so: provider = \"{}\"", provider)));
    return;
  }
  program.errors.push_back(loader.finding_at(
      site, {}, fmt::format("agent '{}' has no provider", agent.name),
      "add provider = \"openai\" to the agent, default_provider(\"openai\") to the file, or "
      "default_provider to the configuration"));
}

// Checking happens while a person types, and declaring takes far less.
vm::Limits check_limits() {
  vm::Limits limits;
  limits.memory_bytes = std::size_t{64} << 20;
  limits.cpu = std::chrono::seconds(1);
  return limits;
}

}  // namespace

Result<Checked> check(const Source& source, bool have_default_provider) {
  Checked checked;
  auto created = vm::Vm::create(check_limits());
  if (!created) return fail(created.error());
  checked.vm = std::move(*created);
  checked.factory = make_inert_factory();
  checked.program = std::make_unique<Program>();
  Program& program = *checked.program;
  auto installed = install_inert_primitives(*checked.vm, program);
  if (!installed) return fail(installed.error());
  load_program(*checked.vm, source, *checked.factory, program, StaticScope::kEverything);
  const Loader* loader = nullptr;
  auto found = checked.vm->protect([&](lua_State* state) { loader = loader_of(state); });
  if (!found) return fail(found.error());
  if (loader && !have_default_provider && !loader->stopped) {
    for (const auto& agent : program.agents) {
      if (loader->unread_agents.count(agent->name) == 0) check_provider(*loader, program, *agent);
    }
    sort_by_place(program.errors);
    sort_by_place(program.warnings);
  }
  return checked;
}

}  // namespace tactus::program
