// Stories and poems of the demo model.
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/demo_writer.hpp>

namespace tactus::llm::mock {
namespace {

using namespace std::string_view_literals;

constexpr auto kOnce = std::to_array<std::string_view>({
    "There was once {A}, and everyone on the coast knew the story by the name of {N}.",
    "Long after the last ferry had gone, people in the harbour still told of {A}; they told it to "
    "{N} most often.",
    "On the day this begins, {N} was thinking of nothing but {A}.",
    "Nobody in the valley had asked for {A}, and yet, one morning, there it was, right in front of "
    "{N}.",
});
constexpr auto kPlace = std::to_array<std::string_view>({
    "The town was small enough that the baker’s bell could be heard at both ends of it.",
    "It was the grey end of winter, when even the gulls walked instead of flying.",
    "The house stood where the road gave up and the grass went on alone.",
    "Everything there moved at the pace of the tide, which is to say: slowly, and then all at "
    "once.",
});
constexpr auto kOrdinary = std::to_array<std::string_view>({
    "Each evening {N} lit the same lamp, wound the same clock, and promised to begin tomorrow.",
    "{N} kept a notebook in which nothing had ever happened.",
    "What {N} wanted was simple: one thing done well, and someone to show it to.",
    "People said {N} was patient, though it was really a kind of waiting.",
});
constexpr auto kTurn = std::to_array<std::string_view>({
    "Then the storm came, and with it a knock that did not sound like the wind.",
    "Then, between two ordinary hours, a letter arrived without a sender.",
    "It changed on the night the lights went out from one side of the bay to the other.",
    "The trouble began with a mistake so small that it had already been forgotten twice.",
});
constexpr auto kTrouble = std::to_array<std::string_view>({
    "“You cannot do this on your own,” said {M}, who had come in without knocking.",
    "“It is only {K},” said {M}, but neither of them believed it.",
    "“I have been wrong before,” {N} said to {M}, “but never this quietly.”",
    "“Give me until morning,” {N} told {M}, and the rain took the rest of the sentence.",
});
constexpr auto kTry = std::to_array<std::string_view>({
    "The first attempt failed before it began, and the second lasted just long enough to hope.",
    "They tried what had always worked, and it did not; they tried what never had, and it nearly "
    "did.",
    "By midnight the floor was covered with plans, and {M} had fallen asleep on the best of them.",
    "So {N} took {K} apart, piece by piece, and laid each piece where the light could reach it.",
});
constexpr auto kSee = std::to_array<std::string_view>({
    "It was then that {N} saw it: the answer had been there from the start, only turned the wrong "
    "way round.",
    "Somewhere in the small hours {N} stopped fighting {K} and began to listen to it.",
    "What helped in the end was not strength but a question nobody had thought to ask.",
    "{N} laughed, and the laugh did what the tools had not.",
});
constexpr auto kEnd = std::to_array<std::string_view>({
    "By morning the water lay flat and bright, and {N} opened the door to let the day see what had "
    "been done.",
    "When the sun came up, {M} put the kettle on, and for a while no one needed to say anything.",
    "The notebook has a first page now, and {N} reads it aloud to anyone who asks.",
    "Years later the lamp still burns there, and ships set their course by it without knowing why.",
});
constexpr auto kLast = std::to_array<std::string_view>({
    "Some things only begin when they are finished.",
    "And if you pass that way, knock; the story likes company.",
    "It was, everyone agreed, about time.",
    "The rest was weather.",
});

constexpr auto kNext = std::to_array<std::string_view>(
    {"The story did not end there, of course.", "A week went by before anything else happened.",
     "In the spring, {N} found out what it had all been for.", "It was {M} who came back first.",
     "Years folded over the harbour like clean sheets."});
constexpr auto kNextTurn = std::to_array<std::string_view>(
    {"This time there was no storm, only a small boat with an unlit lantern.",
     "A child stood at the gate and asked whether it was true about {K}.",
     "One page of the notebook was missing, and the tear was fresh.",
     "The clock struck an hour it had never struck before."});
constexpr auto kNextTry = std::to_array<std::string_view>(
    {"{N} thought of the long night and knew, at least, how not to begin.",
     "“Show me,” said {N}, and this time did not mean the tools.",
     "Together they walked the shore and picked up what the tide had sorted for them.",
     "“We did it once,” said {M}. “Once is a habit that has not noticed yet.”"});
constexpr auto kNextEnd = std::to_array<std::string_view>(
    {"What they made that day was smaller than the first thing, and it was better.",
     "In the evening two lamps burned where there had been one.",
     "{N} wrote it down, closed the book, and left it where the child would find it.",
     "And the road, which had always given up at the house, went on a little further."});

constexpr auto kLines = std::to_array<std::string_view>({
    "Of {K} I will sing, while the morning is new,",
    "the harbour is silver, the shadows are blue;",
    "a window stands open, a kettle sings low,",
    "and {L} is waiting wherever we go.",
    "The road keeps its counsel, the river its tune,",
    "a lantern is lit by the edge of the moon;",
    "we carry what matters, we leave what is small,",
    "and {K} is the reason we started at all.",
    "The evening arrives with its pockets of light,",
    "it lays out the stars and it straightens the night;",
    "so rest for a while, there is nothing to prove,",
    "the world, if you let it, is willing to move.",
    "A word is a seed and the page is the ground,",
    "we listen for answers and gather the sound;",
    "the wind turns a leaf like a reader, with care,",
    "and finds, in the end, that the ending is there.",
});

// Vowel groups, roughly the syllables of an English word.
std::size_t syllables(std::string_view text) {
  std::size_t count = 0;
  bool vowel_before = false;
  const std::string lower = to_lower(text);
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const bool vowel = "aeiouy"sv.find(lower[i]) != std::string_view::npos;
    const bool silent = lower[i] == 'e' && i + 1 == lower.size() && count > 0;
    if (vowel && !vowel_before && !silent) ++count;
    vowel_before = vowel;
  }
  return count == 0 ? 1 : count;
}

std::string write_haiku(Writer& writer) {
  static constexpr std::array<std::string_view, 5> kRest{"", "waits", "at dawn", "in the rain",
                                                         "in the morning"};
  static constexpr auto kSecond = std::to_array<std::string_view>(
      {"the whole valley holds its breath", "a door opens on the sea",
       "light arrives without a sound", "one leaf considers the wind"});
  static constexpr auto kThird =
      std::to_array<std::string_view>({"then the rain begins", "no one is in haste",
                                       "evening stays a while", "the gulls know the way"});
  const std::size_t taken = syllables(writer.keyword);
  const std::string first =
      taken < 5 ? writer.keyword + " " + std::string(kRest[5 - taken]) : writer.keyword;
  // One after the other: operands of + are evaluated in whatever order the compiler likes.
  const std::string second = writer.say(kSecond);
  const std::string third = writer.say(kThird);
  return capitalised(trim(first)) + " —  \n" + second + ",  \n" + third + ".";
}

std::string with_article(const std::string& topic) {
  const std::string lower = to_lower(topic);
  for (const std::string_view article :
       {"a ", "an ", "the ", "one ", "two ", "three ", "my ", "our "}) {
    if (lower.starts_with(article)) return topic;
  }
  return "a tale of " + topic;
}

}  // namespace

Draft write_story(Writer& writer) {
  Draft draft;
  if (writer.conversation.continuation) {
    draft.heading = "Part " + std::to_string(writer.conversation.answers.size() + 1);
    draft.paragraphs = {{writer.say(kNext), writer.say(kPlace), writer.say(kNextTurn)},
                        {writer.say(kTrouble), writer.say(kNextTry), writer.say(kTry)},
                        {writer.say(kSee), writer.say(kNextEnd), writer.say(kLast)}};
    return draft;
  }
  draft.heading = title_case(writer.topic);
  const std::string once(kOnce[writer.chance.below(kOnce.size())]);
  std::string opening = once;
  opening.replace(opening.find("{A}"), 3, with_article(writer.topic));
  draft.paragraphs = {{writer.fill(opening), writer.say(kPlace), writer.say(kOrdinary)},
                      {writer.say(kTurn), writer.say(kTrouble), writer.say(kTry)},
                      {writer.say(kSee), writer.say(kEnd), writer.say(kLast)}};
  return draft;
}

std::string write_poem(Writer& writer, bool haiku) {
  if (haiku) return write_haiku(writer);
  const std::size_t count = writer.limits.lines.value_or(8);
  // Couplets stay together, so that lines rhyme.
  const std::size_t couplets = kLines.size() / 2;
  const std::size_t first = writer.chance.below(couplets / 4) * 4;
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t line = (first * 2 + i) % kLines.size();
    if (i > 0) out += i % 4 == 0 && !writer.limits.lines ? "\n\n" : "  \n";
    out += capitalised(writer.fill(kLines[line]));
  }
  const char last = out.back();
  if (last == ',' || last == ';') out.back() = '.';
  return writer.limits.lines ? out : "**" + title_case(writer.topic) + "**\n\n" + out;
}

}  // namespace tactus::llm::mock
