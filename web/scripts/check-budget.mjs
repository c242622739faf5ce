// Fails when the first load is over its budget: the page, its scripts and styles with the editor
// mounted and a run on screen, as gzip sends them. What comes only on use (palette, menus, dialogs) and
// the fonts, which are compressed already and never delay the text, are listed beside.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 300;
const dist = join(import.meta.dirname, "../dist");
const manifest = JSON.parse(readFileSync(join(dist, "assets/manifest.json"), "utf8"));
/** Chunks that only a press of a button needs, or a request to a human. */
const ON_USE = [
  "src/app/PaletteHost.tsx",
  "src/ui/MenuHost.tsx",
  "src/ui/AskDialog.tsx",
  "src/features/transcript/hitl/index.ts",
  "node_modules/@codemirror/search/dist/index.js",
];

function reachable(name, seen = new Set()) {
  if (seen.has(name) || ON_USE.includes(name)) return seen;
  seen.add(name);
  const { imports = [], dynamicImports = [] } = manifest[name];
  for (const next of [...imports, ...dynamicImports]) reachable(next, seen);
  return seen;
}

function sizeOf(file) {
  const bytes = readFileSync(join(dist, file));
  return file.endsWith(".woff2") ? bytes.length : gzipSync(bytes, { level: 6 }).length;
}

const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
const code = new Set(["index.html"]);
for (const name of reachable(entry)) {
  code.add(manifest[name].file);
  for (const file of manifest[name].css ?? []) code.add(file);
}
const fonts = readdirSync(join(dist, "assets"))
  .filter((file) => /-latin-wght-normal.*\.woff2$/.test(file))
  .map((file) => `assets/${file}`);

const show = (size, label) => console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${label}`);
let total = 0;
for (const file of code) {
  const size = sizeOf(file);
  total += size;
  show(size, file);
}
show(total, `first load, of ${BUDGET_KB} kB`);
for (const file of fonts) show(sizeOf(file), `${file} (beside)`);
if (total > BUDGET_KB * 1000) {
  console.error("The first load is over its budget.");
  process.exit(1);
}
