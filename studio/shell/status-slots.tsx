import { createContext, type ReactNode, use } from 'react';
import { createPortal } from 'react-dom';

/** The element of the status bar that pages may fill. */
export const StatusSlotContext = createContext<HTMLElement | null>(null);

/** Puts something into the status bar (problems count, zoom …) for as long as the calling page is shown. */
export function StatusItem({ children }: { children: ReactNode }) {
  const slot = use(StatusSlotContext);
  return slot ? createPortal(<div className="flex items-center gap-1.5">{children}</div>, slot) : null;
}
