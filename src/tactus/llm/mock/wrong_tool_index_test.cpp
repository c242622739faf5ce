#include <gtest/gtest.h>

#include <tactus/llm/mock/wrong_tool_index.hpp>

namespace tactus::llm::mock {
namespace {

TEST(WrongToolIndex, MovesArgumentsInEveryFormat) {
  EXPECT_EQ(with_wrong_tool_index("data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":2,"
                                  "\"function\":{\"arguments\":\"x\"}}]}}]}\n\n"),
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":3,"
            "\"function\":{\"arguments\":\"x\"}}]}}]}\n\n");
  EXPECT_EQ(with_wrong_tool_index(
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,"
                "\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"x\"}}\n\n"),
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":2,"
            "\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"x\"}}\n\n");
  EXPECT_EQ(with_wrong_tool_index("data: {\"type\":\"response.function_call_arguments.delta\","
                                  "\"output_index\":0,\"delta\":\"x\"}\n\n"),
            "data: {\"type\":\"response.function_call_arguments.delta\","
            "\"output_index\":1,\"delta\":\"x\"}\n\n");
}

TEST(WrongToolIndex, LeavesEverythingElseByteForByte) {
  for (const char* text :
       {"", "data: [DONE]\n\n", "data: {\"choices\" : [ ]}\r\n\r\n", ": comment\n",
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\"}]}}]}\n\n",
        "data: "
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\"}}\n",
        "data: {\"choices\":[{}]}\n\n", "no stream at all"})
    EXPECT_EQ(with_wrong_tool_index(text), text);
}

}  // namespace
}  // namespace tactus::llm::mock
