/**
 * Why `fetch`, or reading what it gave, rejected, in words; undefined when that was not for want of an answer. It is
 * told by name: such errors come from the platform, and not always from the realm of this program.
 */
export function whyNoAnswer(error: unknown, url: string): string | undefined {
  const { name, message = '', cause } = fieldsOf(error);
  if (name === 'TimeoutError' || name === 'AbortError') return `${url} did not answer in time`;
  if (name !== 'TypeError') return undefined;
  const { code, message: reason } = fieldsOf(cause);
  if (code === 'ECONNREFUSED') return `nothing listens at ${url}`;
  return `no answer from ${url}: ${code ?? reason ?? message}`;
}

interface ErrorFields {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly cause?: unknown;
}

function fieldsOf(error: unknown): ErrorFields {
  return typeof error === 'object' && error !== null ? error : {};
}
