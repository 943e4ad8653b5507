/**
 * The message of a schema that knows better than "must be text" what it wants: `must be a duration such as 20m`.
 * A value that is absent keeps the general message (`is missing`), hence the `undefined`.
 */
export function mustBe(what: string): (issue: { readonly input?: unknown }) => string | undefined {
  return (issue) => (issue.input === undefined ? undefined : `must be ${what}`);
}
