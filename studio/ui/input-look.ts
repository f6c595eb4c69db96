/** How everything looks that takes text or a choice. */
export const INPUT =
  'w-full min-w-0 rounded-md border border-line-strong bg-inset px-2 text-sm text-text placeholder:text-faint hover:border-faint focus:outline-2 focus:outline-offset-[-1px] focus:outline-accent disabled:opacity-50 data-[invalid]:border-bad';
