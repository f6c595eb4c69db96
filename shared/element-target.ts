import { z } from 'zod';

const text = z.string().max(500);

/** A fixed point near an element, by which it can be found among others that look the same. */
const anchorSchema = z.object({
  tag: text,
  /** Its own id, test id or text; it was the only one on the page. */
  by: z.enum(['id', 'testId', 'text']),
  value: text,
  /** Levels from the element, and from the anchor, up to the nearest element that holds both. */
  up: z.int().min(0).max(100),
  down: z.int().min(0).max(100),
});

/** What was seen of an element when it was recorded. Everything that was empty is absent. */
export const seenElementSchema = z.object({
  tag: text,
  id: text.optional(),
  name: text.optional(),
  testId: text.optional(),
  role: text.optional(),
  accessibleName: text.optional(),
  label: text.optional(),
  placeholder: text.optional(),
  text: text.optional(),
  classes: z.array(text).max(50).optional(),
  /** Further attributes that say what it is: type, href, title, alt … */
  attributes: z.record(text, text).optional(),
  /** Share of the width and height of the page, 0–1. */
  position: z.object({ x: z.number(), y: z.number() }).optional(),
  /** Tags from the top of the page down to the element. */
  path: z.array(text).max(100).optional(),
  /** Texts around it, nearest first. */
  neighbours: z.array(text).max(10).optional(),
  /** Which of the marks above no other element on the page had. */
  unique: z.array(text).max(20).optional(),
  anchors: z.array(anchorSchema).max(6).optional(),
});
export type SeenElement = z.infer<typeof seenElementSchema>;

/** A recorded element: the selector, and what it is found by when the selector no longer fits. */
export const recordedTargetSchema = z.object({
  selector: z.string().min(1).max(5000),
  /** Frames that lead to it, outermost first. */
  frames: z.array(z.string().min(1).max(5000)).max(10).optional(),
  seen: seenElementSchema.optional(),
});
export type RecordedTarget = z.infer<typeof recordedTargetSchema>;
