/** The audit service as a process of its own, from its sources, for specs. */
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);
await import(new URL('../main.ts', import.meta.url).href);
