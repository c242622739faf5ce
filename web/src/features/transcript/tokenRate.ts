/** How long a text was at a time. */
export interface Sample {
  readonly atMs: number;
  readonly chars: number;
}

/** The usual length of a token in English prose and code. */
const charsPerToken = 4;

/** Tokens per second between the first and the last sample; null if there is no time between. */
export function rateOf(samples: readonly Sample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
  return (last.chars - first.chars) / charsPerToken / ((last.atMs - first.atMs) / 1000);
}
