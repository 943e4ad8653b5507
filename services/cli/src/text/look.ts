import { styleText } from 'node:util';
import type { Io, Output } from '../io.js';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'magenta' | 'cyan';

/** How output has to look: for a person at a terminal, or as plain lines for a pipe. */
export interface Look {
  readonly terminal: boolean;
  readonly colour: boolean;
  /** Columns of the terminal; a pipe has no end, so that nothing is cut off for the program that reads it. */
  readonly width: number;
  readonly height: number;
}

const USUAL_WIDTH = 80;
const USUAL_HEIGHT = 24;

export function lookOf(output: Output, env: Io['env']): Look {
  if (!output.isTTY) return { terminal: false, colour: false, width: Number.POSITIVE_INFINITY, height: USUAL_HEIGHT };
  const colour = !env.NO_COLOR && env.TERM !== 'dumb';
  return { terminal: true, colour, width: output.columns || USUAL_WIDTH, height: output.rows || USUAL_HEIGHT };
}

export function paint(look: Look, style: Style | undefined, text: string): string {
  return style && look.colour ? styleText(style, text, { validateStream: false }) : text;
}
