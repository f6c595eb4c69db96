import { javascript } from './javascript.ts';
import { python } from './python.ts';

export const codeNodes = [javascript, python];
