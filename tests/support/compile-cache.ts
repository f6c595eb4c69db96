import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For programs that tests start: all of them compile the same sources, and reading what is compiled takes half the time. */
export const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), 'casare-test-compile-cache') };
