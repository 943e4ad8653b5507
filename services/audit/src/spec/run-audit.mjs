/** The audit service as a process of its own, for specs. */
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);
await import('../main.ts');
