import { javascript } from './javascript.ts';

export const codeNodes = [javascript];
