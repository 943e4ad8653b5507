/** `nats://user:password@…`, as far as the last `@`: people write passwords that should have been encoded. */
const URL_CREDENTIALS = /\b(?!(?:https?|wss?|file|node):)([a-z][a-z\d+.-]{0,30}:\/\/)(?:\\.|[^\s"\\])*@/gi;
/** The same of a web address, whose path may well hold an `@` of its own. */
const WEB_CREDENTIALS = /\b((?:https?|wss?):\/\/)[^\s"/\\]*@/gi;
const BEARER = /\b(bearer) +[\w.~+/-]+=*/gi;

const SECRET_NAME =
  '(?:[\\w-]*(?:password|passwd|secret|token|api[_-]?key)|pass|(?:proxy-)?authorization|(?:set-)?cookie)';
/** A field whose name says what it is, however deep, with the text or the list of texts that it holds. */
const FIELD = new RegExp(`("${SECRET_NAME}":)(?:"(?:\\\\.|[^"\\\\])*"|\\[[^\\]]*\\])`, 'gi');
/** The same in JSON that is quoted in a text. */
const QUOTED_FIELD = new RegExp(`(\\\\"${SECRET_NAME}\\\\": ?)\\\\"(?:\\\\\\\\.|[^"\\\\])*\\\\"`, 'gi');
/** `password=…`, as connection strings and command lines have it. */
const SETTING = /\b((?:password|passwd|pwd|secret|token|api[_-]?key)=)[^\s"&;,\\]+/gi;

/** A line of the log with what looks like a secret taken out of it; as good JSON as it was before. */
export function withoutSecrets(line: string): string {
  return line
    .replace(URL_CREDENTIALS, '$1…@')
    .replace(WEB_CREDENTIALS, '$1…@')
    .replace(BEARER, '$1 …')
    .replace(FIELD, '$1"…"')
    .replace(QUOTED_FIELD, '$1\\"…\\"')
    .replace(SETTING, '$1…');
}
