import { z } from 'zod';

/**
 * A text up to 16 million characters, which is what a step's output may carry anyway. A number or true and false that an expression
 * gave is taken as it is written: a cell of a table is often one.
 */
export const textField = z.union([z.string().max(16 * 1024 * 1024), z.number(), z.boolean()]).transform(String);
