// Holds the tree to the rules that a compiler does not know: which module may use which, where each
// library stays, how long a file may become, and which words have no place in it. Each rule is a
// function from files to complaints; it is tried on files that break it and then on the real tree.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tactus {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct File {
  std::string path;  // Relative to the repository, e.g. "src/tactus/net/http_client.hpp".
  std::string text;
};
using Files = std::vector<File>;
using Complaints = std::vector<std::string>;
using Names = std::set<std::string>;

// The plan of the house: a module and those it may use.
const std::map<std::string, Names>& allowed_modules() {
  static const std::map<std::string, Names> table = [] {
    std::map<std::string, Names> modules{
        {"base", {}},
        {"net", {"base"}},
        {"schema", {"base"}},
        {"partial", {"base", "schema"}},
        {"llm", {"base", "net", "schema"}},
        {"journal", {"base"}},
        {"vm", {"base"}},
        {"program", {"base", "schema", "vm"}},
        {"runtime", {"base", "net", "schema", "partial", "mcp", "llm", "journal", "vm", "program"}},
        {"mcp", {"base", "net", "schema"}},
        {"lsp", {"base", "schema", "vm", "program"}},
    };
    Names below = modules["runtime"];
    below.insert("runtime");
    modules["spec"] = below;
    below.insert("spec");
    modules["server"] = below;
    below.insert({"server", "lsp"});
    modules["cli"] = below;
    return modules;
  }();
  return table;
}

// A library, by how its includes begin, and the modules whose files may include it. Not named:
// Asio, Boost.JSON, fmt and spdlog, which are base's vocabulary and let through everywhere.
const std::map<std::string, Names>& library_homes() {
  static const std::map<std::string, Names> table{
      {"boost/beast", {"net"}},
      {"curl/", {"net"}},
      {"openssl/", {"net", "llm", "runtime"}},
      {"sqlite3", {"journal"}},
      {"lua.h", {"vm", "program", "runtime"}},
      {"lauxlib.h", {"vm", "program", "runtime"}},
      {"lualib.h", {"vm"}},
      {"yaml-cpp/", {"runtime"}},
      {"zlib.h", {"server"}},
      {"CLI/", {"cli"}},
      {"tl/", {"base"}},
  };
  return table;
}

// What a header may show to other modules: Asio and Boost.JSON anywhere, and these in their module.
bool may_be_public(const std::string& module, std::string_view include) {
  if (include.starts_with("boost/asio") || include.starts_with("boost/json")) return true;
  if (module == "base") return include.starts_with("tl/") || include.starts_with("fmt/");
  if (module == "vm" || module == "runtime") return include == "lua.h" || include == "lauxlib.h";
  return false;
}

bool is_test(std::string_view path) {
  return path.ends_with("_test.cpp") || path.find("test_support") != path.npos ||
         path.find("testing.hpp") != path.npos;
}

bool is_third_party(std::string_view include) {
  static const std::regex pattern(
      R"((boost|curl|openssl|yaml-cpp|CLI|tl|fmt|spdlog|gtest|gmock)/.*|sqlite3.*|zlib\.h|l(ua|auxlib|ualib)\.h.*)");
  return std::regex_match(include.begin(), include.end(), pattern);
}

// The module of a file under src/tactus, or "".
std::string module_of(const std::string& path) {
  static const std::regex pattern("src/tactus/([a-z]+)/.*");
  std::smatch match;
  return std::regex_match(path, match, pattern) ? match[1].str() : "";
}

std::vector<std::string> matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern, std::regex::ECMAScript | std::regex::multiline);
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it)
    found.push_back((*it)[1]);
  return found;
}

std::vector<std::string> includes_of(const File& file) {
  return matches(file.text, R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
}

std::string without_comments(const std::string& text) {
  return std::regex_replace(text, std::regex("//[^\n]*"), "");
}

Complaints upward_arrows(const Files& files) {
  Complaints complaints;
  for (const File& file : files) {
    const std::string from = module_of(file.path);
    if (from.empty()) continue;
    const auto allowed = allowed_modules().find(from);
    if (allowed == allowed_modules().end()) {
      complaints.push_back(file.path + ": module '" + from + "' is not in the table");
      continue;
    }
    const bool cmake = file.path.ends_with("CMakeLists.txt");
    for (const std::string& to : cmake
                                     ? matches(file.text, "tactus::([a-z]+)")
                                     : matches(file.text, R"(^\s*#\s*include\s*<tactus/([a-z]+)/)"))
      if (to != from && !allowed->second.contains(to))
        complaints.push_back(file.path + ": " + from + " may not use " + to);
  }
  return complaints;
}

Complaints strayed_libraries(const Files& files) {
  Complaints complaints;
  for (const File& file : files) {
    const std::string module = module_of(file.path);
    if (module.empty() || is_test(file.path)) continue;
    for (const std::string& include : includes_of(file))
      for (const auto& [library, homes] : library_homes())
        if (include.starts_with(library) && !homes.contains(module))
          complaints.push_back(file.path + ": " + include + " does not belong to " + module);
  }
  return complaints;
}

// The headers that another module includes, and those that these include.
Names public_headers(const Files& files) {
  std::map<std::string, const File*> by_path;
  for (const File& file : files) by_path[file.path] = &file;
  std::vector<std::string> pending;
  for (const File& file : files)
    for (const std::string& include : includes_of(file))
      if (include.starts_with("tactus/") && module_of("src/" + include) != module_of(file.path) &&
          !is_test(file.path))
        pending.push_back("src/" + include);
  Names found;
  while (!pending.empty()) {
    const std::string path = pending.back();
    pending.pop_back();
    if (!by_path.contains(path) || !found.insert(path).second) continue;
    for (const std::string& include : includes_of(*by_path[path]))
      if (include.starts_with("tactus/")) pending.push_back("src/" + include);
  }
  return found;
}

Complaints exposed_libraries(const Files& files) {
  Complaints complaints;
  const Names exposed = public_headers(files);
  for (const File& file : files) {
    if (!exposed.contains(file.path)) continue;
    for (const std::string& include : includes_of(file))
      if (is_third_party(include) && !may_be_public(module_of(file.path), include))
        complaints.push_back(file.path + ": shows " + include + " to other modules");
  }
  return complaints;
}

// Twice the aim for headers, tests and components; sources stay well below it. 0: not bounded
// (data, documents).
std::size_t lines_max(const std::string& path) {
  if (path.ends_with(".hpp")) return 300;
  if (path.ends_with("_test.cpp")) return 600;
  if (path.ends_with(".cpp")) return 450;
  if (path.starts_with("web/src/") && path.ends_with(".tsx")) return 400;
  if (path.starts_with("web/src/") && path.ends_with(".ts")) return 450;
  return 0;
}

Complaints overlong_files(const Files& files) {
  Complaints complaints;
  for (const File& file : files) {
    const auto lines = static_cast<std::size_t>(std::ranges::count(file.text, '\n'));
    const std::size_t max = lines_max(file.path);
    if (max != 0 && lines > max)
      complaints.push_back(file.path + ": " + std::to_string(lines) + " lines, " +
                           std::to_string(max) + " at most; split it by job");
  }
  return complaints;
}

// Lua's errors and yields travel as C++ exceptions of a type of its own; a handler for everything
// would eat them.
Complaints lua_error_eaters(const Files& files) {
  static const Names with_lua{"vm", "program", "runtime"};
  static const std::regex pattern(R"(catch\s*\(\s*\.\.\.\s*\))");
  Complaints complaints;
  for (const File& file : files)
    if (with_lua.contains(module_of(file.path)) &&
        std::regex_search(without_comments(file.text), pattern))
      complaints.push_back(file.path + ": catches everything, Lua's errors included");
  return complaints;
}

// By hand: std::regex takes a stack frame for each character of a long match.
std::string without_raw_literals(const std::string& text) {
  std::string rest;
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = text.find("R\"", at);
    const std::size_t open = begin == std::string::npos ? begin : text.find('(', begin);
    if (open == std::string::npos) return rest + text.substr(at);
    const std::string close = ")" + text.substr(begin + 2, open - begin - 2) + "\"";
    rest += text.substr(at, begin - at) + "\"\"";
    const std::size_t end = text.find(close, open);
    if (end == std::string::npos) return rest;
    at = end + close.size();
  }
}

// The text with its literals emptied, so that what they contain is not taken for code.
std::string without_literals(const std::string& text) {
  static const std::regex plain(R"re("(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])')re");
  return std::regex_replace(without_raw_literals(text), plain, "\"\"");
}

// The index after the bracket that closes the one at `open`.
std::size_t after_bracket(std::string_view code, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < code.size(); ++at) {
    if (std::string_view("([{").find(code[at]) != std::string_view::npos) ++depth;
    if (std::string_view(")]}").find(code[at]) != std::string_view::npos && --depth == 0)
      return at + 1;
  }
  return code.size();
}

// What is wrong with the operand of a `co_await` at the start of `code`, or "".
std::string flaw_of_operand(std::string_view code) {
  int depth = 0;
  for (std::size_t at = 0; at < code.size() && code[at] != ';'; ++at) {
    const std::string_view before = code.substr(0, code.find_last_not_of(" \n", at - 1) + 1);
    const char last = at == 0 || before.empty() ? '(' : before.back();
    const bool follows_name = std::isalnum(static_cast<unsigned char>(last)) || last == '>';
    if (code[at] == '?') return "chooses with ?:";
    if (code[at] == '[' && !follows_name && last != ')' && last != ']') {  // A lambda.
      const std::size_t end = after_bracket(code, at);
      const std::string captures(code.substr(at + 1, end - at - 2));
      static const std::regex harmless(R"(\s*((&\w*|this)\s*(,\s*|$))*)");
      if (!std::regex_match(captures, harmless)) return "captures by value";
      at = after_bracket(code, code.find('{', end)) - 1;
    } else if (code[at] == '{') {
      if (depth == 0 && last == ')') return "";  // The statement that a condition governs.
      if (follows_name || code[at + 1] != '}') return "has braces";
      at = after_bracket(code, at) - 1;
    } else if (code[at] == '(' || code[at] == '[') {
      ++depth;
    } else if ((code[at] == ')' || code[at] == ']') && --depth < 0) {
      return "";
    }
  }
  return "";
}

// GCC 12 destroys these temporaries twice when they are made inside a co_await expression:
// aggregates, closures that capture by value, and what ?: chooses. Everywhere, they get a name.
Complaints temporaries_in_co_await(const Files& files) {
  static const std::regex pattern(R"(\bco_await\s)");
  Complaints complaints;
  for (const File& file : files) {
    if (!file.path.ends_with(".cpp") && !file.path.ends_with(".hpp")) continue;
    const std::string code = without_literals(without_comments(file.text));
    for (std::sregex_iterator it(code.begin(), code.end(), pattern), end; it != end; ++it) {
      const std::size_t start = static_cast<std::size_t>(it->position() + it->length());
      const std::string flaw = flaw_of_operand(std::string_view(code).substr(start));
      if (!flaw.empty())
        complaints.push_back(file.path + ": a co_await " + flaw + ": " + code.substr(start, 60) +
                             "; name the value first");
    }
  }
  return complaints;
}

// Words are put together here, or this file would be its own complaint.
Complaints forbidden_words(const Files& files) {
  static const std::string slash = "/";
  static const std::vector<std::string> words{std::string("TO") + "DO", std::string("FIX") + "ME",
                                              slash + "work/", slash + "root/"};
  Complaints complaints;
  for (const File& file : files)
    for (const std::string& word : words)
      if (file.text.find(word) != file.text.npos)
        complaints.push_back(file.path + ": contains " + word);
  return complaints;
}

bool is_text(const fs::path& path) {
  static const Names extensions{".cpp", ".hpp", ".txt", ".cmake", ".md",   ".tac", ".sh",
                                ".ts",  ".tsx", ".mjs", ".css",   ".json", ".html"};
  return extensions.contains(path.extension().string()) || path.filename() == "dev" ||
         path.filename() == "run";
}

void read_into(Files& files, const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  files.push_back({fs::relative(path, TACTUS_SOURCE_DIR).generic_string(), text.str()});
}

// The repository's own text files: what was built or installed is left out, by name.
Files read_tree() {
  static const Names skipped{"build", ".git", ".cache", ".tac", "node_modules", "dist"};
  Files files;
  for (auto it = fs::recursive_directory_iterator(TACTUS_SOURCE_DIR); it != fs::end(it); ++it) {
    if (it->is_directory() && skipped.contains(it->path().filename().string()))
      it.disable_recursion_pending();
    else if (it->is_regular_file() && is_text(it->path()) &&
             it->path().filename() != "package-lock.json")
      read_into(files, it->path());
  }
  return files;
}

const Files& tree() {
  static const Files files = read_tree();
  return files;
}

TEST(Tidy, FindsTheTree) {
  const auto has = [](std::string_view path) {
    return std::ranges::any_of(tree(), [&](const File& file) { return file.path == path; });
  };
  EXPECT_TRUE(has("src/tactus/base/error.hpp"));
  EXPECT_TRUE(has("src/tactus/net/CMakeLists.txt"));
  EXPECT_TRUE(has("web/package.json"));
  EXPECT_TRUE(has("dev"));
}

TEST(Tidy, ModulesUseOnlyThoseBelowThem) {
  EXPECT_THAT(upward_arrows({{"src/tactus/net/a.hpp", "#include <tactus/llm/model.hpp>\n"}}),
              ElementsAre(HasSubstr("net may not use llm")));
  EXPECT_THAT(
      upward_arrows({{"src/tactus/vm/CMakeLists.txt", "tactus_module(vm DEPS tactus::runtime)\n"}}),
      ElementsAre(HasSubstr("vm may not use runtime")));
  EXPECT_THAT(upward_arrows({{"src/tactus/misc/a.cpp", ""}}),
              ElementsAre(HasSubstr("not in the table")));
  EXPECT_THAT(upward_arrows(tree()), IsEmpty());
}

TEST(Tidy, LibrariesStayInTheirModules) {
  EXPECT_THAT(strayed_libraries({{"src/tactus/llm/a.cpp", "#include <curl/curl.h>\n"}}),
              ElementsAre(HasSubstr("curl/curl.h does not belong to llm")));
  EXPECT_THAT(strayed_libraries(tree()), IsEmpty());
}

TEST(Tidy, PublicHeadersShowNoLibraryButTheCommonOnes) {
  const Files files{
      {"src/tactus/cli/a.cpp", "#include <tactus/net/client.hpp>\n"},
      {"src/tactus/net/client.hpp", "#include <tactus/net/inner.hpp>\n#include <boost/asio.hpp>\n"},
      {"src/tactus/net/inner.hpp", "#include <curl/curl.h>\n"},
      {"src/tactus/net/hidden.hpp", "#include <curl/curl.h>\n"}};
  EXPECT_THAT(exposed_libraries(files), ElementsAre(HasSubstr("inner.hpp: shows curl/curl.h")));
  EXPECT_THAT(exposed_libraries(tree()), IsEmpty());
}

TEST(Tidy, FilesAreShort) {
  EXPECT_THAT(overlong_files({{"src/tactus/net/a.hpp", std::string(301, '\n')}}),
              ElementsAre(HasSubstr("301 lines")));
  EXPECT_THAT(overlong_files({{"src/tactus/net/a.hpp", std::string(300, '\n')}}), IsEmpty());
  EXPECT_THAT(overlong_files(tree()), IsEmpty());
}

TEST(Tidy, NothingThatHandlesLuaCatchesEverything) {
  EXPECT_THAT(lua_error_eaters({{"src/tactus/vm/a.cpp", "try {} catch ( ... ) {}\n"}}),
              ElementsAre(HasSubstr("catches everything")));
  EXPECT_THAT(lua_error_eaters({{"src/tactus/vm/a.cpp", "// Never catch (...) here.\n"}}),
              IsEmpty());
  EXPECT_THAT(lua_error_eaters(tree()), IsEmpty());
}

TEST(Tidy, NoCoAwaitMakesATemporaryThatGccDestroysTwice) {
  const auto of = [](const std::string& statement) {
    return temporaries_in_co_await({{"src/tactus/net/a.cpp", "  x = co_await " + statement}});
  };
  EXPECT_THAT(of("send({200, text});"), ElementsAre(HasSubstr("has braces")));
  EXPECT_THAT(of("send(\n    Reply{});"), ElementsAre(HasSubstr("has braces")));
  EXPECT_THAT(of("send(ok ? one : two);"), ElementsAre(HasSubstr("?:")));
  EXPECT_THAT(of("run([this, text] { use(text); });"), ElementsAre(HasSubstr("by value")));
  EXPECT_THAT(of("run([=] { use(text); });"), ElementsAre(HasSubstr("by value")));
  EXPECT_THAT(of("send(200, {}, \"{?}\", all[0], [this, &text](int n) { f({n ? 1 : 2}); });"),
              IsEmpty());
  EXPECT_THAT(of("ready()) {\n  f({1, 2}); }"), IsEmpty());
  EXPECT_THAT(of("made(); // ? {1}\n"), IsEmpty());
  EXPECT_THAT(temporaries_in_co_await(tree()), IsEmpty());
}

TEST(Tidy, NothingIsLeftForLaterAndNoPathIsOfOneMachine) {
  EXPECT_THAT(forbidden_words({{"docs/a.md", std::string("TO") + "DO: write this\n"}}),
              ElementsAre(HasSubstr("docs/a.md")));
  EXPECT_THAT(forbidden_words(tree()), IsEmpty());
}

}  // namespace
}  // namespace tactus
