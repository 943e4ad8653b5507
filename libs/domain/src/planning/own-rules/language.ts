import { Environment } from '@marcbachmann/cel-js';
import { type CelDuration, OBJECTS, type ObjectName, type ObjectValue, VARIABLES } from './variables.js';

/** In characters. */
export const LONGEST_EXPRESSION = 4_000;

/** Longer or deeper than this no rule is that people still understand. */
const LIMITS = { maxAstNodes: 1_000, maxDepth: 50, maxListElements: 200, maxMapEntries: 200, maxCallArguments: 8 };

type Constructor = new (values: object) => object;

/** The evaluator tells objects apart by their constructors, so each name has one of its own. */
const CONSTRUCTORS = new Map<string, Constructor>();

/** The language of own rules: CEL with the variables of {@link VARIABLES}, and no others. */
export const LANGUAGE = declare(new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS }));

function declare(environment: Environment): Environment {
  const open = new Set<string>();
  const object = (name: ObjectName): void => {
    if (open.has(name)) return;
    open.add(name);
    const fields: Readonly<Record<string, { readonly type: string }>> = OBJECTS[name];
    for (const { type } of Object.values(fields)) inner(type);
    const row = class {
      constructor(values: object) {
        Object.assign(this, values);
      }
    };
    CONSTRUCTORS.set(name, row);
    const types = Object.entries(fields).map(([field, { type }]) => [field, type]);
    environment.registerType(name, { ctor: row, fields: Object.fromEntries(types) });
  };
  /** A type has to be there before what is made of it. */
  const inner = (type: string): void => {
    const name = objectIn(type);
    if (name) object(name);
  };
  for (const [name, { type }] of Object.entries(VARIABLES)) {
    inner(type);
    environment.registerVariable(name, type);
  }
  return environment;
}

/** The object that a type is, or is a list of. */
export function objectIn(type: string): ObjectName | undefined {
  const name = type.startsWith('list<') ? type.slice('list<'.length, -1) : type;
  return isObject(name) ? name : undefined;
}

function isObject(name: string): name is ObjectName {
  return Object.hasOwn(OBJECTS, name);
}

/** An object as the evaluator knows it. @throws Error for a name that was not declared */
export function objectOf<Name extends ObjectName>(name: Name, values: ObjectValue<Name>): ObjectValue<Name> {
  const row = CONSTRUCTORS.get(name);
  if (!row) throw new Error(`${name} is no object of the language`);
  return new row(values) as ObjectValue<Name>;
}

/** The evaluator makes its durations itself. */
const toDuration = new Environment().registerVariable('text', 'string').parse('duration(text)');

/** So many milliseconds, as the evaluator knows them. */
export function durationOf(ms: number): CelDuration {
  return toDuration({ text: `${ms}ms` });
}
