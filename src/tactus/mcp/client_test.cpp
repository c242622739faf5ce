// The protocol against scripted servers.
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <tactus/mcp/mcp_test_support.hpp>

namespace tactus::mcp {
namespace {

using namespace testing_support;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> names(const Result<Client::Tools>& tools) {
  std::vector<std::string> all;
  if (!tools) return {to_string(tools.error())};
  for (const Tool& tool : **tools) all.push_back(tool.name);
  return all;
}

TEST_F(ClientTest, IntroducesItselfAndListsTools) {
  Client& client = connect(kRead + say(result(2, R"({"tools":[{"name":"greet"}]})")));
  EXPECT_THAT(names(loop_.run(client.tools())), ElementsAre("greet"));
  EXPECT_THAT(names(loop_.run(client.tools())), ElementsAre("greet")) << "asked for once";
}

TEST_F(ClientTest, ReadsAllPagesOfTools) {
  Client& client = connect(kRead + say(result(2, R"({"tools":[{"name":"a"}],"nextCursor":"x"})")) +
                           kRead + "case \"$line\" in *'\"cursor\":\"x\"'*) " +
                           say(result(3, R"({"tools":[{"name":"b"}]})")) + ";; esac\n");
  EXPECT_THAT(names(loop_.run(client.tools())), ElementsAre("a", "b"));
}

TEST_F(ClientTest, RefusesAListWithoutEnd) {
  Client& client = connect(kRead + say(result(2, R"({"tools":[],"nextCursor":"x"})")) + kRead +
                           say(result(3, R"({"tools":[],"nextCursor":"x"})")));
  const auto tools = loop_.run(client.tools());
  ASSERT_FALSE(tools);
  EXPECT_THAT(tools.error().message, HasSubstr("does not end"));
}

TEST_F(ClientTest, AsksAgainWhenToolsHaveChanged) {
  Client& client = connect(kRead + say(result(2, R"({"tools":[{"name":"a"}]})")) + kRead +
                           say(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})") +
                           say(result(3, text_content("ok"))) + kRead +
                           say(result(4, R"({"tools":[{"name":"b"}]})")));
  EXPECT_THAT(names(loop_.run(client.tools())), ElementsAre("a"));
  EXPECT_EQ(call("a").value(), Json("ok"));
  EXPECT_THAT(names(loop_.run(client.tools())), ElementsAre("b"));
}

TEST_F(ClientTest, SendsNameAndArguments) {
  connect(mirror(2));
  const auto value = call("greet");
  ASSERT_TRUE(value) << to_string(value.error());
  const Json* params = find_member(*find_member(*value, "got"), "params");
  ASSERT_NE(params, nullptr);
  EXPECT_EQ(string_member(*params, "name"), "greet");
  EXPECT_EQ(int_member(*find_member(*params, "arguments"), "n"), 1);
}

TEST_F(ClientTest, CallsOverlap) {
  // The second is answered first.
  Client& client = connect(kRead + kRead + say(result(3, text_content("second"))) +
                           say(result(2, text_content("first"))));
  using namespace asio::experimental::awaitable_operators;
  const auto [first, second] =
      loop_.run(client.call("a", {}, 5s, nullptr) && client.call("b", {}, 5s, nullptr));
  EXPECT_EQ(first.value(), Json("first"));
  EXPECT_EQ(second.value(), Json("second"));
}

TEST_F(ClientTest, HandsOnProgress) {
  connect(kRead +
          say(R"({"jsonrpc":"2.0","method":"notifications/progress","params":)"
              R"({"progressToken":2,"progress":1,"total":4,"message":"reading"}})") +
          say(R"({"jsonrpc":"2.0","method":"notifications/progress","params":)"
              R"({"progressToken":2,"progress":3}})") +
          say(R"({"jsonrpc":"2.0","method":"notifications/progress","params":)"
              R"({"progressToken":99,"progress":3}})") +
          say(result(2, text_content("ok"))));
  std::vector<std::string> said;
  const auto value = call("slow", 5s, [&](std::string message, std::optional<double> fraction) {
    said.push_back(fmt::format("{} {}", message, fraction.value_or(-1)));
  });
  EXPECT_EQ(value.value(), Json("ok"));
  EXPECT_THAT(said, ElementsAre("reading 0.25", "3 -1"));
}

TEST_F(ClientTest, AnswersPingAndRefusesWhatItDoesNotOffer) {
  connect(kRead + say(R"({"jsonrpc":"2.0","id":"p","method":"ping"})") + kRead +
          say(R"({"jsonrpc":"2.0","id":7,"method":"sampling/createMessage","params":{}})") +
          "pong=$line\n" + kRead +
          "printf '{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"structuredContent\":"
          "{\"pong\":%s,\"refused\":%s}}}\\n' \"$pong\" \"$line\"\n");
  const auto value = call("x");
  ASSERT_TRUE(value) << to_string(value.error());
  const std::string text = dump_json(*value);
  EXPECT_THAT(text, HasSubstr(R"("id":"p","result":{})"));
  EXPECT_THAT(text, HasSubstr(R"("id":7,"error":{"code":-32601)"));
}

TEST_F(ClientTest, TellsWhatAToolReports) {
  connect(kRead +
          say(result(2, R"({"isError":true,"content":[{"type":"text","text":"no such city"}]})")) +
          kRead + say(R"({"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Unknown"}})"));
  const Error tool = call("x").error();
  EXPECT_EQ(tool.code, ErrorCode::kToolFailed);
  EXPECT_EQ(tool.message, "no such city");
  const Error protocol = call("y").error();
  EXPECT_EQ(protocol.code, ErrorCode::kToolFailed);
  EXPECT_EQ(protocol.message, "MCP server 's': Unknown (-32602)");
}

TEST_F(ClientTest, ALateResultIsATimeoutOfWhichTheServerHears) {
  connect(kRead + mirror(3).substr(kRead.size()) + kRead + "cancelled=$line\n" + kRead +
          "printf '{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"structuredContent\":"
          "{\"got\":%s}}}\\n' \"$cancelled\"\n");
  const Error late = call("slow", 50ms).error();
  EXPECT_EQ(late.code, ErrorCode::kToolTimeout);
  EXPECT_THAT(late.message, HasSubstr("gave no result within 0.05 s"));
  const auto next = call("quick");
  ASSERT_TRUE(next) << to_string(next.error());
  EXPECT_THAT(dump_json(*next), HasSubstr("notifications/cancelled"));
  EXPECT_THAT(dump_json(*next), HasSubstr("\"requestId\":2"));
}

TEST_F(ClientTest, CancelledCallsEndAtOnce) {
  Client& client = connect("sleep 100\n");
  asio::steady_timer timer(loop_.executor(), 30ms);
  timer.async_wait([&](boost::system::error_code) { client.cancel_calls(); });
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(call("slow").error().code, ErrorCode::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST_F(ClientTest, OlderRevisionsWillDoUnknownOnesNot) {
  const auto old = loop_.run(open(shell_server(welcome("2024-11-05"))).connect());
  EXPECT_TRUE(old) << to_string(old.error());
  const Error unknown = refusal(shell_server(welcome("1999-01-01")));
  EXPECT_EQ(unknown.code, ErrorCode::kMcpConnect);
  EXPECT_THAT(unknown.message, HasSubstr("MCP server 's' cannot be used: it speaks revision"));
}

TEST_F(ClientTest, AServerWithoutToolsHasNone) {
  Client& client = open(shell_server(
      kRead + say(result(1, R"({"protocolVersion":"2025-11-25","capabilities":{}})"))));
  ASSERT_TRUE(loop_.run(client.connect()));
  EXPECT_THAT(names(loop_.run(client.tools())), ElementsAre());
}

}  // namespace
}  // namespace tactus::mcp
