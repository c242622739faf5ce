// Reads the configuration table of a declaration key by key: each wrong type and each unknown key
// becomes a finding with the place of that key. Private to the module.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/program/loader.hpp>

namespace tactus::program {

class ConfigReader {
 public:
  struct Options {
    std::string what;  // "agent 'writer'", for messages.
    std::string kind;  // "an agent": whose keys are listed in hints.
    Site site;
    TablePath path;  // Where the table is inside the configuration of `site`.
    bool misspelt_keys_are_errors = false;  // Unknown keys that resemble a valid one.
  };

  // The table at `index` must stay there while the reader is used. Everything runs in protected
  // mode.
  ConfigReader(Loader& loader, lua_State* state, int index, Options options);

  // Each marks the key as known. Nothing when the key is absent or its value wrong (then reported).
  std::optional<std::string> text(std::string_view key);
  std::optional<double> number(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t minimum);
  std::optional<bool> boolean(std::string_view key);
  std::optional<double> duration(std::string_view key);
  std::optional<std::string> one_of(std::string_view key, std::initializer_list<const char*> words);
  std::optional<schema::Schema> schema(std::string_view key, schema::Required required);
  std::optional<JsonObject> object(std::string_view key);
  vm::Ref function(std::string_view key);
  // Pushes the value when it is there and a table; then it must be popped.
  bool push_table(std::string_view key);
  // Pushes whatever the value is, unless it is absent.
  bool push(std::string_view key);
  // The key of these that is given, else the first. Two of them at once is an error.
  std::string_view alias(std::initializer_list<std::string_view> keys);
  // Keys that are documentation; any value will do.
  void accept(std::string_view key) { known_.emplace_back(key); }

  // Reports the value on top as of a wrong type and pops it.
  void wrong_type(std::string_view key, std::string_view expected);
  void error(std::string_view key, std::string message, std::string hint);
  // Reports an error of a reader of options.hpp at the place it names.
  void error(std::string_view key, const Error& error);
  void warn(std::string_view key, std::string message, std::string hint);

  // The keys that nobody asked for, in the order of the source.
  std::vector<std::string> unknown_keys();
  // Warns about them, and about values without a key.
  void finish();

  // A reader of the table on top of the stack, which is the value of `key`, or the element at
  // `position` (from 1) of the list under `key`.
  ConfigReader nested(std::string_view key, std::string what);
  ConfigReader element(std::string_view key, std::size_t position, std::string what);
  Loader& loader() const { return loader_; }
  lua_State* state() const { return state_; }

 private:
  TablePath path_of(std::string_view key, std::string_view inside = {}) const;
  void report_unknown(const std::string& key);

  Loader& loader_;
  lua_State* state_;
  int index_;
  Options options_;
  std::vector<std::string> known_;
};

}  // namespace tactus::program
