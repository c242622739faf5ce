import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, getTree, onReachability, readError, saveFile, startRun } from "./api";

function answerWith(status: number, body: string): ReturnType<typeof vi.fn> {
  const fetching = vi.fn(async () => new Response(body, { status }));
  vi.stubGlobal("fetch", fetching);
  return fetching;
}

afterEach(() => vi.unstubAllGlobals());

describe("readError", () => {
  it("takes code, message, hint and place from the body", () => {
    const body = {
      error: { code: "TAC-SYNTAX", message: "m", hint: "h", line: 3, column: 7, current_etag: "e" },
    };
    expect(readError(422, JSON.stringify(body))).toMatchObject({
      status: 422,
      code: "TAC-SYNTAX",
      message: "m",
      hint: "h",
      line: 3,
      column: 7,
      currentEtag: "e",
    });
  });

  it.each(["", "<html>", "null", "[]", '{"error":"text"}', '{"error":{"message":5}}'])(
    "still gives something to show for %j",
    (body) => {
      const error = readError(502, body);
      expect(error.code).toBe("bad_response");
      expect(error.message).toContain("502");
      expect(error.line).toBeUndefined();
    },
  );
});

describe("requests", () => {
  it("gives the entries of a folder and encodes its path", async () => {
    const fetching = answerWith(200, '{"path":"a b","entries":[{"name":"x"}]}');
    expect(await getTree("a b&c")).toEqual([{ name: "x" }]);
    expect(fetching.mock.calls[0]?.[0]).toBe("/api/tree?path=a+b%26c");
  });

  it("sends an etag only when there is one", async () => {
    const fetching = answerWith(200, "{}");
    await saveFile("a", "text");
    await saveFile("a", "text", "e1");
    const bodies = fetching.mock.calls.map((call) => JSON.parse(call[1].body));
    expect(bodies).toEqual([
      { path: "a", content: "text" },
      { path: "a", content: "text", etag: "e1" },
    ]);
  });

  it("rejects with the server's error", async () => {
    answerWith(422, '{"error":{"code":"TAC-INPUT","message":"topic is missing"}}');
    await expect(startRun({ path: "a.tac", inputs: {} })).rejects.toMatchObject({
      code: "TAC-INPUT",
      status: 422,
    });
  });

  it("tells a server that does not answer from one that answers nonsense", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed to fetch")));
    await expect(getTree("")).rejects.toMatchObject({ code: "unreachable", status: 0 });
    answerWith(200, "<html>");
    await expect(getTree("")).rejects.toMatchObject({ code: "bad_response" });
    await expect(getTree("")).rejects.toBeInstanceOf(ApiError);
  });

  it("reports what each answer says about the server", async () => {
    const heard: string[] = [];
    const stop = onReachability((reachability) => heard.push(reachability));
    answerWith(404, "{}");
    await getTree("").catch(() => undefined);
    answerWith(401, "{}");
    await getTree("").catch(() => undefined);
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError()));
    await getTree("").catch(() => undefined);
    stop();
    expect(heard).toEqual(["connected", "unauthorized", "unreachable"]);
  });
});
