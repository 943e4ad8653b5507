/** A part of a configuration: lines without their indentation. */
export type Lines = readonly string[];

/** `name { … }`, its content indented. */
export function block(name: string, content: Lines): Lines {
  return [`${name} {`, ...content.map((line) => (line === '' ? '' : `    ${line}`)), '}'];
}

/** A part with what a reader should know before it. */
export function explained(comment: string, lines: Lines): Lines {
  return [...comment.split('\n').map((line) => `# ${line}`), ...lines, ''];
}
