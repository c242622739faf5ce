import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

/** Which layers each layer may import besides itself. Features meet only in `app`. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  protocol: [],
  markdown: ["protocol"],
  state: ["protocol"],
  ui: ["protocol", "markdown", "state"],
  features: ["protocol", "markdown", "state", "ui"],
  app: ["protocol", "markdown", "state", "ui", "features", "styles"],
};

const root = resolve(import.meta.dirname);
const IMPORT = /(?:from\s+|import\s*\(\s*|import\s+|new URL\(\s*)["'](\.{1,2}\/[^"']+)["']/g;

interface Place {
  layer: string;
  /** The feature's name inside `features`, else "". */
  feature: string;
}

function placeOf(file: string): Place {
  const [layer = "", feature = ""] = relative(root, file).split(/[\\/]/);
  return { layer, feature: layer === "features" ? feature : "" };
}

function violation(file: string, specifier: string): string | null {
  const from = placeOf(file);
  const target = resolve(dirname(file), specifier);
  const to = placeOf(target);
  if (target.startsWith("..")) return `${specifier} leaves src`;
  if (from.layer === to.layer) {
    return from.feature === to.feature ? null : `feature ${from.feature} imports ${to.feature}`;
  }
  const allowed = MAY_IMPORT[from.layer];
  if (!allowed) return `unknown layer ${from.layer}`;
  return allowed.includes(to.layer) ? null : `${from.layer} imports ${to.layer}`;
}

function violationsIn(file: string, source: string): string[] {
  return [...source.matchAll(IMPORT)].flatMap(([, specifier = ""]) => {
    const found = violation(file, specifier);
    return found ? [`${relative(root, file)}: ${found}`] : [];
  });
}

function sources(): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && /[\\/]/.test(name))
    .map((name) => join(root, name));
}

describe("layering", () => {
  it("finds an arrow that points up and a feature that imports another", () => {
    const api = join(root, "state/api.ts");
    expect(violationsIn(api, 'import { x } from "../app/App";')).toHaveLength(1);
    expect(violationsIn(api, 'import { x } from "../protocol/events";')).toHaveLength(0);
    const tree = join(root, "features/files/FileTree.tsx");
    expect(violationsIn(tree, 'export { x } from "../runs/index";')).toHaveLength(1);
  });

  it("holds in every source file", () => {
    expect(sources().flatMap((file) => violationsIn(file, readFileSync(file, "utf8")))).toEqual([]);
  });
});
