// The configuration as it was written: YAML of every source merged into one tree in which each
// value knows where it was said. No meaning of keys here (config_keys.cpp). Uses: base, yaml-cpp
// (inside).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/error.hpp>
#include <tactus/base/json.hpp>

namespace tactus::runtime {

class Environment;

// Where a value of the configuration was said.
struct ConfigOrigin {
  enum class Kind : std::uint8_t { kBuiltIn, kVariable, kFile, kOption };
  Kind kind = Kind::kBuiltIn;
  std::string name;  // The variable, the absolute path of the file, or the option ("--model").
  int line = 0, column = 0;  // From 1; 0 = none. Of a variable: the line of `.env` that set it.

  // The place to show in an error; nothing for what no file says.
  std::optional<Place> place() const;
};

// A value and where it stands. Texts have their `${VAR}` replaced.
struct ConfigNode {
  enum class Kind : std::uint8_t { kNull, kText, kList, kMap };
  Kind kind = Kind::kNull;
  std::string text;               // kText.
  bool quoted = false;            // Written with quotes: "5" is a text, 5 a number.
  bool secret = false;            // Took in a variable whose name says that it is a secret.
  std::vector<ConfigNode> items;  // kList.
  std::map<std::string, ConfigNode> members;  // kMap.
  ConfigOrigin origin;                        // Of the value itself.
  int key_line = 0, key_column = 0;           // Of the key it stands under, if in a map.

  // The member of that name unless it is absent or null; null for what is no map.
  const ConfigNode* find(const std::string& key) const;
};

// What a value means by YAML's own rules: null, true, numbers, text; quoted is always text.
Json to_json(const ConfigNode& node);

// Whether a key or variable of that name holds a secret: api_key, TOKEN, aws_secret_access_key …
bool names_a_secret(std::string_view name);

// Reads the text of one YAML file. `file` is its absolute path. An empty text is an empty map.
// Fails with kConfig and place: unreadable YAML, no map, a key given twice, more than 20,000 values
// or 50 levels (aliases are counted each time).
Result<ConfigNode> parse_config(const std::string& text, const std::string& file,
                                const Environment& environment);

// Lays `high` over `low`: maps merge deeply, other values replace, a key written `key+` appends its
// list to what is there; null says nothing. Fails with kConfig when something other than a list
// is appended, or to something other than a list.
Result<void> merge_config(ConfigNode& low, ConfigNode high);

}  // namespace tactus::runtime
