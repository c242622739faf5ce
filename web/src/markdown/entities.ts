/**
 * HTML's named characters for the Markdown parser, from the browser's own table: the package that the
 * parser would use carries its own, which alone is an eighth of all that text needs.
 */
const known = new Map<string, string>();

/** The character of one reference such as `&nbsp;`; what is none stays as it is. */
function decodeOne(reference: string): string {
  const found = known.get(reference);
  if (found !== undefined) return found;
  const reader = document.createElement("textarea");
  reader.innerHTML = reference;
  // Old names count without their semicolon, too: of `&notreal;` a browser reads the first four.
  const isPart = reader.value.endsWith(";") && reference !== "&semi;";
  const decoded = isPart ? reference : reader.value;
  known.set(reference, decoded);
  return decoded;
}

/** Replaces the references of a text that end with their semicolon. */
export function decodeHTMLStrict(text: string): string {
  return text.replace(/&(?:#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z][a-z0-9]{1,31});/gi, decodeOne);
}
