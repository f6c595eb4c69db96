import { z } from 'zod';

/** A table: a list of rows, each row an object of its columns. */
export const rowsSchema = z.array(z.record(z.string(), z.unknown())).max(1_000_000);
export type Row = Record<string, unknown>;

export const fieldSchema = z.string().min(1).max(500);
