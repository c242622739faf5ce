// Declarations about the file as a whole: schemas, stages, defaults, metadata, tests.
#include <array>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::program {
namespace {

enum class Word : std::uint8_t {  // Functions that take one value of a simple type.
  kDefaultProvider,
  kDefaultModel,
  kDescription,
  kSpecifications,
  kMaxTurns,
  kMaxDepth,
  kReturnPrompt,
  kErrorPrompt,
  kStatusPrompt,
  kName,
  kVersion,
  kAuthor,
};

struct WordForm {
  const char* function;
  bool number;
  const char* example;
};

constexpr std::array<WordForm, 12> kWords = {{
    {"default_provider", false, "default_provider(\"openai\")"},
    {"default_model", false, "default_model(\"gpt-4o\")"},
    {"description", false, "description(\"Writes a short story\")"},
    {"specifications", false, "specifications([[ Feature: … ]])"},
    {"max_turns", true, "max_turns(20)"},
    {"max_depth", true, "max_depth(5)"},
    {"return_prompt", false, "return_prompt(\"Summarise what was done.\")"},
    {"error_prompt", false, "error_prompt(\"Explain what went wrong.\")"},
    {"status_prompt", false, "status_prompt(\"Describe your progress.\")"},
    {"name", false, "name(\"Story writer\")"},
    {"version", false, "version(\"1.0\")"},
    {"author", false, "author(\"Ada\")"},
}};

std::optional<std::string> text_at(lua_State* state, int index) {
  if (lua_type(state, index) != LUA_TSTRING) return std::nullopt;
  std::size_t size = 0;
  const char* bytes = lua_tolstring(state, index, &size);
  return std::string(bytes, size);
}

void report(Loader& loader, lua_State* state, std::string_view function, std::string message,
            std::string hint) {
  const Site site = loader.site_of_call(state, function, "");
  loader.error(
      loader.finding_at(site, {}, fmt::format("{}: {}", function, message), std::move(hint)),
      state);
}

void take_text(Loader& loader, Word word, std::string text) {
  Program& program = loader.program;
  switch (word) {
    case Word::kDefaultProvider:
      program.default_provider = std::move(text);
      break;
    case Word::kDefaultModel:
      program.default_model = std::move(text);
      break;
    case Word::kDescription:
      program.description = std::move(text);
      break;
    case Word::kSpecifications:
      program.specifications.push_back(std::move(text));
      break;
    case Word::kReturnPrompt:
      loader.file_return_prompt = std::move(text);
      break;
    case Word::kErrorPrompt:
      loader.file_error_prompt = std::move(text);
      break;
    case Word::kStatusPrompt:
      loader.file_status_prompt = std::move(text);
      break;
    case Word::kMaxTurns:
    case Word::kMaxDepth:
    case Word::kName:
    case Word::kVersion:
    case Word::kAuthor:
      break;  // Documentation, or a number.
  }
}

// A script says what holds for it while it runs.
void reach_main(Loader& loader) {
  if (!loader.declaring && loader.program.main) apply_file_defaults(loader, *loader.program.main);
}

int call_word(lua_State* state) {
  Loader& loader = loader_upvalue(state);
  const auto number = static_cast<std::size_t>(number_upvalue(state));
  const WordForm& form = kWords[number];
  if (form.number) {
    int integral = 0;
    const lua_Integer value = lua_tointegerx(state, 1, &integral);
    if (lua_type(state, 1) != LUA_TNUMBER || !integral || value < 1 || value > INT32_MAX) {
      report(loader, state, form.function,
             "it takes a whole number of at least 1, got " + describe_value(state, 1),
             form.example);
    } else {
      auto& target = static_cast<Word>(number) == Word::kMaxTurns ? loader.file_max_turns
                                                                  : loader.file_max_depth;
      target = static_cast<int>(value);
      reach_main(loader);
    }
    return 0;
  }
  auto text = text_at(state, 1);
  if (!text) {
    report(loader, state, form.function, "it takes one text, got " + describe_value(state, 1),
           form.example);
    return 0;
  }
  take_text(loader, static_cast<Word>(number), std::move(*text));
  reach_main(loader);
  return 0;
}

int call_stages(lua_State* state) {
  Loader& loader = loader_upvalue(state);
  const bool list = lua_istable(state, 1);
  const int count = list ? static_cast<int>(lua_rawlen(state, 1)) : lua_gettop(state);
  luaL_checkstack(state, 4, nullptr);
  std::vector<std::string> names;
  for (int i = 1; i <= count; ++i) {
    if (list) {
      lua_rawgeti(state, 1, i);
    } else {
      lua_pushvalue(state, i);
    }
    auto name = text_at(state, -1);
    if (!name) {
      report(loader, state, "stages",
             fmt::format("name {} must be a text, got {}", i, describe_value(state, -1)),
             "stages(\"research\", \"write\", \"review\")");
      return 0;
    }
    lua_pop(state, 1);
    names.push_back(std::move(*name));
  }
  loader.program.stages = std::move(names);
  return 0;
}

// The schema that `input` or `output` was called with; nothing when wrong, which is reported.
std::optional<SchemaBlock> read_block(Loader& loader, lua_State* state, const char* function) {
  const Site site = loader.site_of_call(state, function, "");
  std::vector<std::string> warnings;
  auto schema = read_schema(state, 1, schema::Required::kOnlyIfSaid, &warnings);
  for (const std::string& sentence : warnings) {
    const std::size_t begin = sentence.find('\'') + 1;
    const std::string place = sentence.substr(begin, sentence.find('\'', begin) - begin);
    loader.warn(loader.finding_at(site, parse_table_path(place, 1),
                                  fmt::format("{}: {}", function, sentence), ""));
  }
  if (!schema) {
    loader.error(loader.finding_at(site, parse_table_path(schema.error().path, 1),
                                   fmt::format("{}: {}", function, schema.error().message),
                                   schema.error().hint),
                 state);
    return std::nullopt;
  }
  SchemaBlock block;
  block.schema = std::move(*schema);
  order_and_note_fields(loader, site, "", block.schema, block.line, block.field_lines);
  return block;
}

int call_input(lua_State* state) {
  Loader& loader = loader_upvalue(state);
  auto block = read_block(loader, state, "input");
  if (!block) return 0;
  if (loader.declaring) {
    loader.file_input = std::move(block);
    return 0;
  }
  if (loader.program.main) loader.program.main->input = block->schema;
  loader.factory.script_input(state, block->schema);
  return 0;
}

int call_output(lua_State* state) {
  Loader& loader = loader_upvalue(state);
  auto block = read_block(loader, state, "output");
  if (!block) return 0;
  if (loader.declaring) {
    loader.file_output = std::move(block);
  } else if (loader.program.main) {
    loader.program.main->has_output = !block->schema.empty();
    loader.program.main->output = std::move(block->schema);
  }
  return 0;
}

// Tests are not run here, so their steps are only accepted; as an operation of a running body a
// step would have to be recorded.
int call_step(lua_State* state) {
  if (loader_upvalue(state).declaring) return 0;
  Error error;
  error.code = ErrorCode::kValidation;
  error.message = "step is not available in this version while the program runs";
  error.hint = "call the function directly";
  vm::raise(state, std::move(error));
}

// Documentation: every procedure can be spawned.
int call_async(lua_State* state) {
  if (!lua_isboolean(state, 1)) {
    report(loader_upvalue(state), state, "async",
           "it takes true or false, got " + describe_value(state, 1), "async(true)");
  }
  return 0;
}

// Declarations that other tools read: accepted here, whatever they hold.
int call_ignored(lua_State* /*state*/) { return 0; }

bool is_global(lua_State* state, const char* name) {
  lua_pushglobaltable(state);
  lua_pushstring(state, name);
  const bool exists = lua_rawget(state, -2) != LUA_TNIL;
  lua_pop(state, 2);
  return exists;
}

}  // namespace

void install_file_declarations(lua_State* state, Loader& loader) {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    install_function(state, loader, kWords[i].function, vm::guarded<call_word>,
                     static_cast<int>(i));
  }
  install_function(state, loader, "stages", vm::guarded<call_stages>);
  install_function(state, loader, "input", vm::guarded<call_input>);
  install_function(state, loader, "output", vm::guarded<call_output>);
  install_function(state, loader, "async", vm::guarded<call_async>);
  for (const char* name : {"specification", "mocks", "evaluation", "evaluations", "tags"}) {
    install_function(state, loader, name, call_ignored);
  }
  // The runtime may have functions of its own under these names.
  if (!is_global(state, "step")) install_function(state, loader, "step", vm::guarded<call_step>);
}

}  // namespace tactus::program
