import { describe, expect, it } from "vitest";
import { decodeHTMLStrict } from "./entities";

describe("decodeHTMLStrict", () => {
  it.each([
    ["&nbsp;", "\u00a0"],
    ["&copy;", "©"],
    ["&amp;", "&"],
    ["&lt;", "<"],
    ["&hellip;", "…"],
    ["&semi;", ";"],
    ["a &eacute; b &#233; c &#xE9;", "a é b é c é"],
  ])("reads %s", (text, expected) => expect(decodeHTMLStrict(text)).toBe(expected));

  it.each(["&notreal;", "&amp", "& copy;", "&;", "<b>&</b>"])("leaves %s as it is", (text) =>
    expect(decodeHTMLStrict(text)).toBe(text),
  );
});
