import { pageHealer } from './page-healer.ts';
import { type PageKit, pageKit } from './page-kit.ts';

/**
 * A function for `evaluate` made of source text: Playwright sends the text of a function to the page, and several functions can only
 * go there as one.
 */
export function pageFunction<A, B, R>(source: string): (arg: A, more: B) => R {
  const never = () => {
    throw new Error('This function runs in a page.');
  };
  return Object.assign(never, { toString: () => source });
}

/** Work with the kit for elements of a page; it may use nothing but its arguments. */
export function withKit<A, B, R>(work: (kit: PageKit, arg: A, more: B) => R): (arg: A, more: B) => R {
  return pageFunction(`(arg, more) => (${work})((${pageKit})(), arg, more)`);
}

type Healer = ReturnType<typeof pageHealer>;

/** The same with what describes elements and finds them again. */
export function withHealer<A, R>(work: (healer: Healer, arg: A) => R): (arg: A) => R {
  const inPage: (arg: A, more: undefined) => R = pageFunction(
    `(arg) => (${work})((${pageHealer})((${pageKit})()), arg)`,
  );
  // The second argument is not used.
  return inPage as (arg: A) => R;
}
