import { describe, expect, it } from "vitest";
import { SseDecoder, type SseEvent, SseLimitError } from "./sse";

const encoder = new TextEncoder();

function decode(...chunks: Uint8Array[]): SseEvent[] {
  const decoder = new SseDecoder();
  return chunks.flatMap((chunk) => decoder.push(chunk));
}

function message(data: string, lastEventId = "", type = "message"): SseEvent {
  return { type, data, lastEventId };
}

const streams: Record<string, [string, SseEvent[]]> = {
  "events with ids": [
    'id: 1-1\ndata: {"a":1}\n\nid: 1-2\ndata: {"a":2}\n\n',
    [message('{"a":1}', "1-1"), message('{"a":2}', "1-2")],
  ],
  "CR, LF and CRLF line ends": [
    "data: a\r\rdata: b\r\n\r\ndata: c\n\ndata: d\r\n\ndata: e\n\r\n",
    ["a", "b", "c", "d", "e"].map((data) => message(data)),
  ],
  "a BOM, comments, several data lines": [
    "\uFEFF: hello\ndata: one\n:\ndata:two\ndata\ndata:  three\n\n",
    [message("one\ntwo\n\n three")],
  ],
  "a BOM elsewhere is text": ["data: \uFEFFx\n\n\uFEFFdata: no\n\n", [message("\uFEFFx")]],
  "multi-byte characters": [
    "id: é\ndata: grüß dich 🦊 漢字\n\ndata: 🦊\n\n",
    [message("grüß dich 🦊 漢字", "é"), message("🦊", "é")],
  ],
  "types, unknown fields, an id with NUL, an id that is reset": [
    "event: x\nfoo: bar\nid: 7\ndata: 1\n\nid: a\0b\ndata: 2\n\nid\ndata: 3\n\n",
    [message("1", "7", "x"), message("2", "7"), message("3", "")],
  ],
  "no event without data, none without its blank line": [
    "event: x\nid: 5\n\n\n\ndata: kept\n\ndata: lost\n",
    [message("kept", "5")],
  ],
  "empty data is an event": ["data\n\ndata:\n\n", [message(""), message("")]],
};

describe("SseDecoder", () => {
  for (const [name, [text, expected]] of Object.entries(streams)) {
    const bytes = encoder.encode(text);
    it(`reads ${name}`, () => expect(decode(bytes)).toEqual(expected));

    it(`reads ${name}, cut in two anywhere`, () => {
      for (let cut = 0; cut <= bytes.length; cut++) {
        expect(decode(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toEqual(
          expected,
        );
      }
    });

    it(`reads ${name}, byte by byte with empty chunks between`, () => {
      const chunks = [...bytes].flatMap((byte) => [Uint8Array.of(byte), new Uint8Array(0)]);
      expect(decode(...chunks)).toEqual(expected);
    });
  }

  it("gives an event with its blank line at once, before the LF of a CRLF", () => {
    const decoder = new SseDecoder();
    expect(decoder.push(encoder.encode("data: a\r\n\r"))).toEqual([message("a")]);
    expect(decoder.push(encoder.encode("\ndata: b\n\n"))).toEqual([message("b")]);
  });

  it("takes the retry time from digits only", () => {
    const decoder = new SseDecoder();
    decoder.push(encoder.encode("retry: 1500\n\n"));
    decoder.push(encoder.encode("retry: 1.5\nretry: -3\nretry:\n\n"));
    expect(decoder.retryMs).toBe(1500);
  });

  it("replaces invalid UTF-8 instead of failing", () => {
    const bytes = Uint8Array.of(...encoder.encode("data: a"), 0xff, 0x0a, 0x0a);
    expect(decode(bytes)).toEqual([message("a\uFFFD")]);
  });

  it("refuses an event past its bound, on one line or on many", () => {
    const long = encoder.encode(`data: ${"x".repeat(200)}`);
    expect(() => new SseDecoder(100).push(long)).toThrow(SseLimitError);
    const many = encoder.encode("data: 0123456789\n".repeat(20));
    expect(() => new SseDecoder(100).push(many)).toThrow(SseLimitError);
  });
});
