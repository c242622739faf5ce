// What the declaration functions make of their arguments, one file a kind. Private to the module.
// All run inside protected mode; what is wrong is reported to the Loader.
#pragma once

#include <string>

#include <tactus/program/config_reader.hpp>

namespace tactus::program {

// The arguments after the name: stack positions, 0 = not given.
struct Arguments {
  int config = 0, function = 0, text = 0;
};

// Each pushes the declared object. [-0, +1, e]
void declare_agent(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                   const Arguments& arguments);
void declare_procedure(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                       const Arguments& arguments);
void declare_model(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                   const Arguments& arguments);
void declare_tool(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                  const Arguments& arguments);
void declare_toolset(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                     const Arguments& arguments);

// The key `script` of an agent (language.md 16.4). `what` names the agent in messages.
void read_script(ConfigReader& reader, AgentDeclaration& agent, const std::string& what);
void declare_human(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                   const Arguments& arguments);

// The key `dependencies` of a procedure.
void read_dependencies(ConfigReader& reader, ProcedureDeclaration& procedure);
// The keys of language.md 4.4.
void read_memory(ConfigReader& reader, AgentDeclaration& agent, const std::string& what);
void read_memory(ConfigReader& reader, ProcedureDeclaration& procedure, const std::string& what);

// Functions with a name and a body: agent, procedure, tool … [-0, +0, e]
void install_named_declarations(lua_State* state, Loader& loader);
// input, output, stages, name, default_provider, … [-0, +0, e]
void install_file_declarations(lua_State* state, Loader& loader);
// Toolset.get …; after the named declarations. [-0, +0, e]
void install_toolset_library(lua_State* state, Loader& loader);
// contains, equals, matches, filters … [-0, +0, e]
void install_matchers(lua_State* state);

// Puts fields into the order of the source and notes the lines of the key and of each field. An
// empty key means that the fields are the argument of the call itself.
void order_and_note_fields(Loader& loader, const Site& site, std::string_view key,
                           schema::Schema& schema, int& line,
                           std::map<std::string, int>& field_lines);

// Sets the global `name` to a function whose upvalues are the Loader and `number`. [-0, +0, e]
void install_function(lua_State* state, Loader& loader, const char* name,
                      int (*function)(lua_State*), int number = 0);
Loader& loader_upvalue(lua_State* state);
int number_upvalue(lua_State* state);

}  // namespace tactus::program
