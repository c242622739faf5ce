#include <tactus/program/metadata.hpp>
#include <tactus/program/testing.hpp>

namespace tactus::program {
namespace {

Json parse(const char* text) {
  auto json = parse_json(text);
  EXPECT_TRUE(json.has_value());
  return *json;
}

TEST(Metadata, DescribesAFileWithItsLines) {
  const Checked checked = check_text(
      "-- A story\n"
      "description \"Writes a story\"\n"
      "stages(\"plan\", \"write\")\n"
      "tool(\"area\", { description = \"Area\", parameters = { w = \"number\" } }, function() "
      "end)\n"
      "agent(\"writer\", { tools = { \"done\" }, model = \"m\" })\n"
      "agent(\"free\", { provider = \"openai\" })\n"
      "procedure(\"main\", {\n"
      "  input = {\n"
      "    topic = { type = \"string\", required = true, description = \"What about\" },\n"
      "    length = { type = \"int\", default = 3, enum = { 1, 3 } },\n"
      "    pages = { type = \"number\", minimum = 1, maximum = 9 },\n"
      "  },\n"
      "  output = { title = { type = \"str\", required = true } },\n"
      "}, function() end)\n");
  EXPECT_EQ(Json(metadata(*checked.program)), parse(R"({
    "path": "dir/file.tac", "name": "file", "description": "Writes a story", "mode": "main",
    "inputs": [
      {"name": "topic", "type": "string", "required": true, "enum": null,
       "description": "What about", "line": 9},
      {"name": "length", "type": "integer", "required": false, "default": 3, "enum": [1, 3],
       "description": null, "line": 10},
      {"name": "pages", "type": "number", "required": false, "enum": null, "minimum": 1.0, "maximum": 9.0,
       "description": null, "line": 11}],
    "outputs": [{"name": "title", "type": "string", "required": true, "description": null, "line": 13}],
    "agents": [
      {"name": "writer", "provider": null, "model": "m", "tools": ["done"], "line": 5},
      {"name": "free", "provider": "openai", "model": null, "line": 6}],
    "tools": [{"name": "area", "description": "Area", "line": 4}],
    "models": [],
    "procedures": [{"name": "main", "line": 7}],
    "stages": ["plan", "write"],
    "validation": {"valid": true, "errors": [], "warnings": []}})"));
}

TEST(Metadata, DescribesAScript) {
  const Checked checked = check_text(
      "input { name = { type = \"string\", required = true } }\nreturn { greeting = \"Hello\" }");
  EXPECT_EQ(Json(metadata(*checked.program)), parse(R"({
    "path": "dir/file.tac", "name": "file", "description": null, "mode": "script",
    "inputs": [{"name": "name", "type": "string", "required": true, "enum": null,
                "description": null, "line": 1}],
    "outputs": [], "agents": [], "tools": [], "models": [], "procedures": [], "stages": [],
    "validation": {"valid": true, "errors": [], "warnings": []}})"));
}

TEST(Metadata, NamesModels) {
  const Checked checked = check_text(
      "model(\"scorer\", { type = \"http\", endpoint = env.HOST .. \"/p\" })\n"
      "model \"old\" {}\nprocedure(function() end)");
  const JsonObject data = metadata(*checked.program);
  EXPECT_EQ(data.at("models"), parse(R"([{"name": "scorer", "type": "http", "line": 1},
                                         {"name": "old", "type": null, "line": 2}])"));
}

TEST(Metadata, IsThereForFilesThatCannotBeRead) {
  const Checked checked = check_text("agent(");
  EXPECT_EQ(Json(metadata(*checked.program)), parse(R"({
    "path": "dir/file.tac", "name": "file", "description": null, "mode": "main",
    "inputs": [], "outputs": [], "agents": [], "tools": [], "models": [], "procedures": [], "stages": [],
    "validation": {"valid": false, "warnings": [], "errors": [
      {"code": "TAC-SYNTAX", "message": "unexpected symbol near <eof>", "line": 1,
       "hint": "the file ends before something is complete"}]}})"));
}

TEST(Metadata, ShowsInputsThoughMainHasErrors) {
  const Checked checked = check_text(
      "procedure(\"main\", { input = { a = \"string\" }, max_turns = \"x\" }, function() end)");
  const JsonObject described = metadata(*checked.program);
  EXPECT_EQ(described.at("inputs").as_array().size(), 1u);
  EXPECT_EQ(described.at("validation").at("valid"), false);
}

TEST(ValidationJson, NamesPlacesAndHints) {
  const Checked checked = check_text("tool(\"t\", {\n  parmeters = {} }, function() end)" + kMain);
  EXPECT_EQ(Json(validation_json(*checked.program)), parse(R"({
    "valid": true, "errors": [], "warnings": [
      {"code": "TAC-VALIDATION", "message": "tool 't': unknown key `parmeters`, which is ignored",
       "hint": "did you mean `parameters`?", "line": 2, "column": 3, "end_line": 2, "end_column": 12}]})"));
}

}  // namespace
}  // namespace tactus::program
