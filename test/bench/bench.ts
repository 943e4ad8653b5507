/** What a benchmark found: one row for each thing it measured, and what that comes to. */
export interface BenchReport {
  readonly bench: string;
  /** All rows have the same columns. */
  readonly rows: readonly Readonly<Record<string, number | string>>[];
  /** What the rows say together, by name. */
  readonly summary: Readonly<Record<string, number | string | boolean>>;
}

/** A benchmark: a sentence for the list, and how it is run. */
export interface Bench {
  readonly about: string;
  run(): Promise<BenchReport>;
}
