export const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

/** The value below which `share` (0..1) of the numbers lie. */
export function quantile(numbers, share) {
  const list = sorted(numbers);
  return list[Math.min(list.length - 1, Math.floor(share * list.length))];
}

export const median = (numbers) => quantile(numbers, 0.5);

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
