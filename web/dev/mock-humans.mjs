// What the stand-in's `humans.tac` asks: a request of each kind.

const LETTER = `Dear Ms Okafor,

thank you for your patience. The replacement left our warehouse this morning and should reach you
on Thursday.

Kind regards
The support team`;

export const REQUESTS = [
  {
    request_id: "h-approve",
    request_type: "approval",
    message: "Pay these three invoices now?",
    default: false,
    context: {
      total: "€ 4,312.50",
      payee: "Nordlicht Logistik GmbH",
      due: "2026-03-14",
      invoices: ["2026-0113", "2026-0114", "2026-0117"],
      command: "for id in 0113 0114 0117; do\n  pay --invoice 2026-$id --confirm\ndone",
    },
    seconds: 95,
  },
  {
    request_id: "h-number",
    request_type: "input",
    message: "How many items should go on one page?",
    input_type: "integer",
    placeholder: "For example 20",
    required: true,
  },
  {
    request_id: "h-json",
    request_type: "input",
    message: "Which filters apply?",
    input_type: "json",
    default: { country: "DE", minimum: 100 },
  },
  {
    request_id: "h-bool",
    request_type: "input",
    message: "Include archived customers?",
    input_type: "boolean",
    required: true,
  },
  {
    request_id: "h-review",
    request_type: "review",
    message: "Please review the letter before it goes out.",
    artifact: LETTER,
    artifact_type: "letter",
    options: [
      { label: "Send it", type: "action" },
      { label: "Send and close", type: "action" },
      { label: "Discard", type: "cancel" },
    ],
  },
  {
    request_id: "h-escalation",
    request_type: "escalation",
    message: "The bank refused the transfer twice. Somebody has to call them.",
    severity: "critical",
    context: { bank: "Hansebank", code: "AM04", attempts: 2 },
  },
];
