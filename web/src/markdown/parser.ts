/** The one configured Markdown parser. No HTML passes through; every link is checked. */
import MarkdownIt, { type Env, type RendererRule } from "markdown-it";

/** What parsing one document needs to know of it: the link definitions by normalised label. */
export type MarkdownEnv = Env & { references: NonNullable<Env["references"]> };

/**
 * True for http, https, mailto and relative links, but not for our own API: what a model writes
 * must not become a request that starts a run when somebody clicks on it.
 */
export function isAllowedLink(url: string, origin: string): boolean {
  const trimmed = url.trim();
  let parsed: URL;
  try {
    parsed = new URL(trimmed, origin);
  } catch {
    return false;
  }
  if (!["http:", "https:", "mailto:"].includes(parsed.protocol)) return false;
  return parsed.origin !== origin || !/^\/+api(\/|$)/i.test(decoded(parsed.pathname));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const placeholderOrigin = "http://relative.invalid";

function pageOrigin(): string {
  const origin = globalThis.location?.origin;
  return origin === undefined || origin === "null" ? placeholderOrigin : origin;
}

/** Opens in a new tab that knows nothing of this one. */
const openLink: RendererRule = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet("target", "_blank");
  tokens[index]?.attrSet("rel", "noopener noreferrer");
  return self.renderToken(tokens, index, options);
};

/** An image becomes a link to it: the page asks no other origin for anything by itself. */
const imageAsLink: RendererRule = (tokens, index, options, env, self) => {
  const token = tokens[index];
  if (token === undefined) return "";
  const { escapeHtml } = parser.utils;
  const alt = self.renderInlineAsText(token.children ?? [], options, env);
  const href = escapeHtml(String(token.attrGet("src") ?? ""));
  const label = escapeHtml(alt === "" ? "image" : alt);
  if (href === "") return label;
  return `<a href="${href}" target="_blank" rel="noopener noreferrer">${label}</a>`;
};

/** The page's content security policy allows no style attributes. */
const alignCell: RendererRule = (tokens, index, options, _env, self) => {
  const token = tokens[index];
  const align = /text-align:(\w+)/.exec(String(token?.attrGet("style") ?? ""))?.[1];
  if (token !== undefined && align !== undefined) token.attrs = [["data-align", align]];
  return self.renderToken(tokens, index, options);
};

function createParser() {
  const md = new MarkdownIt({ html: false, linkify: true, typographer: false });
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  md.validateLink = (url) => isAllowedLink(url, pageOrigin());
  const rules = md.renderer.rules;
  rules["link_open"] = openLink;
  rules["image"] = imageAsLink;
  rules["th_open"] = alignCell;
  rules["td_open"] = alignCell;
  rules["table_open"] = () => `<div class="md-table" tabindex="0"><table>\n`;
  rules["table_close"] = () => "</table></div>\n";
  return md;
}

/** Shared: parsing keeps no state but the `env` that is passed in. */
export const parser = createParser();
