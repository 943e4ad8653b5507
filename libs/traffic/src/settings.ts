/** What a router needs to know of the machine that it is steered from. */
export interface RouterSettings {
  /** Directories that commands of an environment may come from. Absent: any. Empty: none. */
  readonly allow?: readonly string[] | undefined;
  /** Where commands get PATH, HOME and LANG from, and nothing else. The service's own environment when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
