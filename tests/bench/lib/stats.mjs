// Medians, spreads and percentiles of what was measured.

/** The value below which the part `p` of `values` lies (nearest rank). */
export function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
}

export const median = (values) => percentile(values, 0.5);

/** Median with the quartiles beside it: what a few noisy rounds do not move. */
export function summary(values) {
  return { median: median(values), low: percentile(values, 0.25), high: percentile(values, 0.75), rounds: values.length };
}

export function show({ median, low, high }, unit, digits = 1) {
  return `${median.toFixed(digits)} ${unit} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}
