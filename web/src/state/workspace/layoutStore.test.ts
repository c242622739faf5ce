import { describe, expect, it } from "vitest";
import { clampSize, parseLayout, useLayout } from "./layoutStore";

describe("layout", () => {
  it("keeps sizes within their bounds", () => {
    expect(clampSize("left", 10)).toBe(180);
    expect(clampSize("runsShare", 2)).toBe(0.85);
    useLayout.getState().resize("bottom", 1e6);
    expect(useLayout.getState().sizes.bottom).toBe(720);
  });

  it("takes the sound parts of damaged memory and the usual for the rest", () => {
    const usual = parseLayout(null);
    const damaged = {
      theme: "dark",
      leftOpen: "yes",
      sizes: { left: "wide", right: 400 },
      narrowPane: 3,
    };
    expect(parseLayout(damaged)).toEqual({
      ...usual,
      theme: "dark",
      sizes: { ...usual.sizes, right: 400 },
    });
  });

  it("is remembered", () => {
    useLayout.getState().set({ theme: "light", bottomOpen: true });
    const stored: unknown = JSON.parse(localStorage.getItem("tactus.layout") ?? "null");
    expect(parseLayout(stored)).toMatchObject({ theme: "light", bottomOpen: true });
  });

  it("shows the editor also when the transcript was alone", () => {
    useLayout.getState().set({ transcriptAlone: true, editorOpen: false });
    useLayout.getState().showEditor();
    expect(useLayout.getState()).toMatchObject({ transcriptAlone: false, editorOpen: true });
  });
});
