/**
 * One scenario of the IDE in a real browser: a server, a page, and the watch over both. Every
 * scenario fails on an error in the page, on a broken content rule, and on a request that leaves
 * the server's origin. A failed one leaves a picture in build/e2e/.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Ide, MockProvider, root } from "./processes.mjs";

const require = createRequire(join(root, "web/package.json"));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const picturesFolder = process.env.TACTUS_E2E_OUT ?? join(root, "build/e2e");
const scenarioMsMaxUsual = 90_000;
/** Of one wait in the page; large, because the machine may be busy. */
export const waitMsMax = 20_000;

let browser;

/** A browser with further arguments; the caller closes it. */
function launch(args = []) {
  return chromium.launch({
    executablePath: process.env.TACTUS_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
    ],
  });
}

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** What a scenario is given. */
class Stage {
  pages = [];
  complaints = [];
  expected = [];

  constructor(name, context, ide) {
    this.name = name;
    this.context = context;
    this.ide = ide;
    context.setDefaultTimeout(waitMsMax);
    context.on("request", (request) => this.checkRequest(request));
    context.on("weberror", ({ error }) => this.complaints.push(`page: ${error().stack}`));
    context.on("console", (message) => this.checkConsole(message));
  }

  /** Opens the IDE in a new tab, as the printed address does, with the first file shown. */
  async open(url = this.ide.url) {
    const page = await this.context.newPage();
    this.pages.push(page);
    await page.goto(url);
    await page.locator(".cm-content").waitFor();
    return page;
  }

  /** A console error that matches `pattern` is part of the scenario. */
  expectComplaint(pattern) {
    this.expected.push(pattern);
  }

  checkRequest(request) {
    const url = request.url();
    if (/^(data|blob):/.test(url) || url.startsWith(`${this.ide.origin}/`)) return;
    this.complaints.push(`a request left the origin: ${url}`);
  }

  checkConsole(message) {
    if (message.type() === "error") this.complaints.push(`console: ${message.text()}`);
  }

  assertQuiet() {
    const wrong = this.complaints.filter((text) => !this.expected.some((ok) => ok.test(text)));
    assert.deepEqual(wrong, [], "the page complained");
  }

  async picture() {
    mkdirSync(picturesFolder, { recursive: true });
    const base = join(picturesFolder, this.name.replace(/\W+/g, "-"));
    for (const [index, page] of this.pages.entries()) {
      await page.screenshot({ path: `${base}-${index + 1}.png` }).catch(() => undefined);
    }
  }
}

/**
 * Registers a test. `options`: `provider` (of MockProvider.start), `ide` (of Ide.start), `browser`
 * (of a new context), `msMax` (for all of it), and `afterwards`, which gets all requests of the browser, those of workers
 * included, when it is closed. `body` gets the stage and its first page.
 */
export function scenario(name, options, body) {
  test(name, { timeout: options.msMax ?? scenarioMsMaxUsual }, async () => {
    const provider = options.provider && (await MockProvider.start(options.provider));
    const ide = await Ide.start({ ...options.ide, baseUrl: provider?.baseUrl });
    const netLog = options.afterwards && join(ide.folder, "net.json");
    const own = netLog && (await launch([`--log-net-log=${netLog}`]));
    const context = await (own ?? browser).newContext({
      viewport: { width: 1440, height: 900 },
      colorScheme: "light",
      ...options.browser,
    });
    const stage = new Stage(name, context, ide);
    try {
      await body(stage, await stage.open());
      stage.assertQuiet();
      if (own) {
        await context.close();
        await own.close();
        options.afterwards(readRequests(netLog, ide.origin));
      }
    } catch (error) {
      await stage.picture();
      if (stage.complaints.length > 0) console.error(stage.complaints.join("\n"));
      throw error;
    } finally {
      await context.close();
      await own?.close();
      await ide.stop();
      await provider?.stop();
    }
  });
}

/** The requests of a browser to `origin`, as its log has them: {path, beginMs, endMs}. */
function readRequests(netLog, origin) {
  const { constants, events } = JSON.parse(readFileSync(netLog, "utf8"));
  const { URL_REQUEST_START_JOB: started, REQUEST_ALIVE: alive } = constants.logEventTypes;
  const requests = new Map();
  for (const { type, phase, source, time, params } of events) {
    const known = requests.get(source.id);
    if (type === started && params?.url?.startsWith(`${origin}/`) && !known) {
      const path = params.url.slice(origin.length);
      requests.set(source.id, { path, beginMs: Number(time), endMs: Number.POSITIVE_INFINITY });
    } else if (type === alive && phase === constants.logEventPhase.PHASE_END && known) {
      known.endMs = Number(time);
    }
  }
  return [...requests.values()];
}

/** Waits until `read` gives something true; the value. Fails with `what` and the last value. */
export async function until(what, read, ms = waitMsMax) {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > deadline) assert.fail(`${what}, but it is ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Fails on a serious or critical finding of axe. */
export async function assertAccessible(page, state) {
  // A colour that is on its way to another is not what a reader sees.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getTiming().iterations !== Infinity)
        .map((animation) => animation.finished.catch(() => undefined)),
    ),
  );
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(" | ")}`);
  });
  assert.deepEqual(found, [], `axe: ${state}`);
}
