/** The part of the page's address that says what is on screen: `#run=<id>&file=<path>`. */

export interface PagePlace {
  run: string | null;
  file: string | null;
}

export function parsePlace(hash: string): PagePlace {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  return { run: values.get("run") || null, file: values.get("file") || null };
}

/** Slashes stay readable. */
export function formatPlace({ run, file }: PagePlace): string {
  const parts: string[] = [];
  if (run !== null) parts.push(`run=${encodeURIComponent(run)}`);
  if (file !== null) parts.push(`file=${encodeURIComponent(file).replaceAll("%2F", "/")}`);
  return parts.length === 0 ? "" : `#${parts.join("&")}`;
}
