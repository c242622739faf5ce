/** Figures as people read them. */

/** A duration in milliseconds: `< 1 ms`, `420 ms`, `5.1 s`, `2 m 05 s`, `1 h 03 m`. */
export function formatDuration(duration_ms: number): string {
  if (duration_ms < 0.5) return "< 1 ms";
  if (duration_ms < 999.5) return `${Math.round(duration_ms)} ms`;
  const seconds = duration_ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} m ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
}

/** A duration as it is shown: in whole seconds while it still runs, so that it is calm. */
export function formatElapsed(elapsed_ms: number, running: boolean): string {
  if (!running) return formatDuration(elapsed_ms);
  const seconds = Math.floor(elapsed_ms / 1000);
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
}

/** A token count: `310`, `4.2k`, `1.3M`. */
export function formatTokens(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) {
    return `${(tokens / 1000).toFixed(tokens < 9950 ? 1 : 0)}k`;
  }
  return `${(tokens / 1_000_000).toFixed(1)}M`;
}

/** An amount in USD with the digits that matter: `$0`, `$0.00021`, `$0.034`, `$12.40`. */
export function formatCost(cost: number): string {
  if (cost === 0) return "$0";
  if (cost >= 1) return `$${cost.toFixed(2)}`;
  if (cost >= 0.01) return `$${cost.toFixed(3)}`;
  return `$${Number(cost.toPrecision(2)).toFixed(Math.min(8, 1 - Math.floor(Math.log10(cost))))}`;
}

/** How long ago, for a list: `now`, `4 min`, `3 h`, `yesterday`, `12 Mar`. */
export function formatAgo(time: string, now_ms: number): string {
  const then_ms = Date.parse(time);
  if (Number.isNaN(then_ms)) return "";
  const minutes = Math.floor((now_ms - then_ms) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h`;
  if (hours < 48) return "yesterday";
  return new Date(then_ms).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

/** A moment as people name it: the time alone on the same day, else with the date. */
export function formatClock(time: string, now_ms: number): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const clock = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === new Date(now_ms).toDateString()) return clock;
  const date = at.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return `${date}, ${clock}`;
}

/** The time left: `1 d 4 h`, `2 h 05 m`, `4 m 30 s`, `12 s`, `0 s`. */
export function formatLeft(left_ms: number): string {
  const seconds = Math.max(0, Math.ceil(left_ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, "0")} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, "0")} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
