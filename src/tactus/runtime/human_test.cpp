#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/human.hpp>

namespace tactus::runtime {
namespace {

using ::testing::HasSubstr;

HumanRequest request(HumanKind kind, JsonObject keys = {}) {
  auto made = make_human_request(kind, keys);
  EXPECT_TRUE(made) << to_string(made.error());
  return made.value_or(HumanRequest{});
}

void expect_refused(HumanKind kind, const JsonObject& keys, const std::string& why) {
  const auto made = make_human_request(kind, keys);
  ASSERT_FALSE(made) << dump_json(Json(keys));
  EXPECT_EQ(made.error().code, ErrorCode::kHitlOption);
  EXPECT_THAT(made.error().message + " " + made.error().hint, HasSubstr(why));
}

// The answer as the program gets it, or the message of its refusal.
Json answered(HumanKind kind, JsonObject keys, Json value) {
  JsonObject event = request(kind, std::move(keys)).fields;
  event["request_type"] = human_kind_name(kind);
  auto checked = check_answer(Json(event), std::move(value));
  if (checked) return std::move(*checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kHitlOption);
  return Json("refused: " + checked.error().message + " " + checked.error().hint);
}

TEST(HumanTest, FillsInWhatIsNotSaid) {
  EXPECT_EQ(request(HumanKind::kApproval).fields.at("message"), Json("Approval requested"));
  EXPECT_EQ(request(HumanKind::kInput, {{"prompt", "Name?"}}).fields.at("message"), Json("Name?"));
  const HumanRequest review = request(HumanKind::kReview, {{"artifact", "x"}});
  EXPECT_EQ(review.fields.at("artifact_type"), Json("artifact"));
  EXPECT_EQ(review.fields.at("options").at(1).at("label"), Json("Reject"));
  EXPECT_EQ(request(HumanKind::kEscalation).fields.at("severity"), Json("error"));
}

TEST(HumanTest, TakesTimeoutsAndWhatFollows) {
  const HumanRequest made = request(
      HumanKind::kApproval, {{"timeout", 1.5}, {"on_timeout", "retry"}, {"max_retries", 0}});
  EXPECT_EQ(made.timeout_s, 1.5);
  EXPECT_EQ(made.on_timeout, OnTimeout::kRetry);
  EXPECT_EQ(made.max_retries, 0);
}

TEST(HumanTest, NamesTheKeyThatIsWrong) {
  expect_refused(HumanKind::kApproval, {{"mesage", "x"}}, "did you mean 'message'?");
  expect_refused(HumanKind::kApproval, {{"artifact", "x"}}, "'artifact'");
  expect_refused(HumanKind::kApproval, {{"on_timeout", "explode"}}, "on_timeout");
  expect_refused(HumanKind::kApproval, {{"max_retries", -1}}, "max_retries");
  expect_refused(HumanKind::kEscalation, {{"timeout", 1}}, "no timeout");
  expect_refused(HumanKind::kInput, {{"input_type", "date"}}, "'date'");
  expect_refused(HumanKind::kReview, {{"options", JsonArray{}}}, "options");
  expect_refused(HumanKind::kReview, {{"options", JsonArray{JsonObject{{"type", "action"}}}}},
                 "label");
  expect_refused(HumanKind::kReview, {{"options", JsonArray{"ship"}}, {"default", "hold"}}, "ship");
  expect_refused(HumanKind::kApproval, {{"config_key", "go"}, {"type", "input"}}, "'go'");
}

TEST(HumanTest, GivesTheDefaultWhenNobodyAnswers) {
  const auto fallback = [](HumanKind kind, JsonObject keys = {}) {
    return default_answer(request(kind, std::move(keys)));
  };
  EXPECT_EQ(fallback(HumanKind::kApproval), Json(false));
  EXPECT_EQ(fallback(HumanKind::kApproval, {{"default", true}}), Json(true));
  EXPECT_EQ(fallback(HumanKind::kInput), Json(nullptr));
  EXPECT_EQ(fallback(HumanKind::kInput, {{"default_on_timeout", 4}}), Json(4));
  EXPECT_EQ(fallback(HumanKind::kReview), Json(JsonObject{{"decision", "Reject"}}));
  EXPECT_EQ(fallback(HumanKind::kReview, {{"default", "Approve"}}),
            Json(JsonObject{{"decision", "Approve"}}));
  EXPECT_EQ(fallback(HumanKind::kEscalation), Json(JsonObject{}));
}

TEST(HumanTest, ReadsApprovals) {
  for (const char* yes : {"yes", " Y ", "approve", "TRUE"})
    EXPECT_EQ(answered(HumanKind::kApproval, {}, yes), Json(true)) << yes;
  EXPECT_EQ(answered(HumanKind::kApproval, {}, "no"), Json(false));
  EXPECT_EQ(answered(HumanKind::kApproval, {}, false), Json(false));
  EXPECT_THAT(std::string(answered(HumanKind::kApproval, {}, "maybe").as_string()),
              HasSubstr("refused"));
  EXPECT_THAT(std::string(answered(HumanKind::kApproval, {}, 1).as_string()), HasSubstr("refused"));
}

TEST(HumanTest, ConvertsInputs) {
  const auto as = [](const char* type, Json value) {
    return answered(HumanKind::kInput, {{"input_type", type}}, std::move(value));
  };
  EXPECT_EQ(as("text", "12"), Json("12"));
  EXPECT_EQ(as("integer", "12"), Json(12));
  EXPECT_EQ(as("integer", 12.0), Json(12));
  EXPECT_EQ(as("number", "1.5"), Json(1.5));
  EXPECT_EQ(as("boolean", "no"), Json(false));
  EXPECT_EQ(as("json", "{\"a\":[1]}"), Json(JsonObject{{"a", JsonArray{1}}}));
  for (const auto& [type, value] : std::vector<std::pair<const char*, Json>>{
           {"integer", "1.5"}, {"number", "x"}, {"number", true}, {"json", "{"}})
    EXPECT_THAT(std::string(as(type, value).as_string()), HasSubstr("refused")) << type;
  EXPECT_EQ(as("number", ""), Json(nullptr));
  EXPECT_THAT(std::string(answered(HumanKind::kInput, {{"required", true}}, "").as_string()),
              HasSubstr("required"));
}

TEST(HumanTest, TakesOnlyLabelsOfAReview) {
  const JsonObject keys{{"options", JsonArray{"ship", "hold"}}};
  EXPECT_EQ(answered(HumanKind::kReview, keys, "hold"), Json(JsonObject{{"decision", "hold"}}));
  const Json full = JsonObject{{"decision", "ship"},
                               {"feedback", "well done"},
                               {"edited_artifact", JsonArray{1}},
                               {"other", 1}};
  EXPECT_EQ(
      answered(HumanKind::kReview, keys, full),
      Json(JsonObject{
          {"decision", "ship"}, {"feedback", "well done"}, {"edited_artifact", JsonArray{1}}}));
  for (const Json& wrong : {Json("Ship"), Json(JsonObject{}), Json(nullptr), Json(3)})
    EXPECT_THAT(std::string(answered(HumanKind::kReview, keys, wrong).as_string()),
                HasSubstr("labels: ship, hold"));
}

TEST(HumanTest, KindsHaveNames) {
  for (const HumanKind kind :
       {HumanKind::kApproval, HumanKind::kInput, HumanKind::kReview, HumanKind::kEscalation})
    EXPECT_EQ(human_kind_from_name(human_kind_name(kind)), kind);
  EXPECT_FALSE(human_kind_from_name("notify"));
}

}  // namespace
}  // namespace tactus::runtime
