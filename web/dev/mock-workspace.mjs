// The workspace of the stand-in server: a few files in memory, and a rough look at their text.

const STREAMING = `-- Streams a short story word by word.

local storyteller = agent("storyteller", {
  system_prompt = [[
You are a warm storyteller. Write in Markdown, in the style of {input.style}.
When the story is complete, call the done tool.
]],
  initial_message = "Tell a short story about {topic}.",
  tools = { "done" },
})

main = procedure("main", {
  input = {
    topic = { type = "string", default = "a lighthouse keeper" },
  },
}, function(input)
  repeat
    storyteller.turn()
  until Tool.called("done") or Iterations.exceeded(5)

  State.set("story_told", true)
  Log.info("The story is told", { topic = input.topic, turns = Iterations.current() })
  return { reason = Tool.last_result("done") }
end)
`;

const INPUTS = `-- Every kind of input a procedure can ask for.

local writer = agent("writer", {
  system_prompt = "You write about {topic}, at most {words} words.",
})

main = procedure("main", {}, function(input)
  return writer.turn({ message = "Begin." }).text
end)
`;

export const files = new Map([
  ["examples/streaming-test.tac", STREAMING],
  [
    "examples/structured-output.tac",
    STREAMING.replace("Streams a short story word by word", "Fills a schema"),
  ],
  [
    "examples/tools.tac",
    STREAMING.replace("Streams a short story word by word", "Calls a Lua tool"),
  ],
  ["examples/inputs.tac", INPUTS],
  [
    "examples/helpers/text.lua",
    "-- Small helpers for text.\nlocal text = {}\n\nfunction text.trim(s)\n  return (s:gsub('^%s+', ''):gsub('%s+$', ''))\nend\n\nreturn text\n",
  ],
  [".tac/runs.db", "binary"],
  ["hello.tac", STREAMING],
  ["humans.tac", STREAMING.replace("Streams a short story word by word", "Asks a human")],
  ["README.md", "# My procedures\n\nNotes about what they do.\n"],
]);

export function inputsOf(path) {
  const topic = {
    name: "topic",
    type: "string",
    required: false,
    default: "a lighthouse keeper",
    description: "What the story is about",
    line: 14,
  };
  if (!path.endsWith("inputs.tac")) return path.endsWith(".tac") ? [topic] : [];
  return [
    { name: "topic", type: "string", required: true, description: "What to write about", line: 8 },
    {
      name: "words",
      type: "integer",
      required: false,
      default: 120,
      description: "At most this many words",
      line: 8,
    },
    { name: "warmth", type: "number", required: false, default: 0.7, line: 8 },
    {
      name: "style",
      type: "string",
      required: false,
      default: "calm",
      enum: ["calm", "lively", "terse"],
      line: 8,
    },
    {
      name: "rhymes",
      type: "boolean",
      required: false,
      default: false,
      description: "Whether it rhymes",
      line: 8,
    },
    {
      name: "sources",
      type: "array",
      required: false,
      description: "Where to look first",
      line: 8,
    },
    { name: "limits", type: "object", required: false, default: { turns: 3 }, line: 8 },
  ];
}

/** Finds a line that says `errror` or an unknown key `promt`, enough to see problems on the page. */
export function validationOf(content) {
  const errors = [];
  const warnings = [];
  content.split("\n").forEach((text, index) => {
    const line = index + 1;
    const bad = text.indexOf("errror");
    if (bad >= 0) {
      errors.push({
        message: "Undefined name `errror`.",
        code: "TAC-SYNTAX",
        line,
        column: bad + 1,
        end_line: line,
        end_column: bad + 7,
        hint: "Did you mean `error`?",
      });
    }
    const odd = text.indexOf("promt");
    if (odd >= 0) {
      warnings.push({
        message: "Unknown key `promt` of an agent.",
        code: "TAC-AGENT-KEY",
        line,
        column: odd + 1,
        end_line: line,
        end_column: odd + 6,
        hint: "Did you mean `prompt`?",
      });
    }
  });
  return { valid: errors.length === 0, errors, warnings };
}
