import { describe, expect, it } from "vitest";
import { isAllowedLink } from "./parser";

const origin = "http://127.0.0.1:5001";

describe("isAllowedLink", () => {
  it.each(["https://a.b/c", "http://a.b", "mailto:a@b.c", "docs/x.md", "#part", "/apiary", "?q=1"])(
    "allows %s",
    (url) => expect(isAllowedLink(url, origin)).toBe(true),
  );

  it.each([
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://a.b",
    "blob:http://127.0.0.1:5001/x",
  ])("refuses the scheme of %s", (url) => expect(isAllowedLink(url, origin)).toBe(false));

  it.each([
    "/api/run/stream?path=x",
    "api/run/stream?path=x",
    "x/../api/run/stream",
    "%61pi/run/stream",
    "//127.0.0.1:5001/api/run/stream",
    "http://127.0.0.1:5001/api/runs",
  ])("refuses a request to our own API: %s", (url) => {
    expect(isAllowedLink(url, origin)).toBe(false);
  });
});
