import { type RefObject, useRef, useState } from 'react';

/** This close to the end counts as being there. */
const NEAR_END_PX = 24;

/** Whether a growing list is kept at its end: until somebody scrolls up, and again when they come back down. */
export function useFollowEnd(scroller: RefObject<HTMLElement | null>, initial: boolean) {
  const [follow, setFollow] = useState(initial);
  const top = useRef(0);
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    // A list that grew since it was scrolled is not at its end either, but nobody moved it away from there.
    if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) setFollow(true);
    else if (scrollTop < top.current) setFollow(false);
    top.current = scrollTop;
  };
  return { follow, setFollow, onScroll };
}
