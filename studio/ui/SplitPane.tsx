import { type KeyboardEvent, type PointerEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { classNames } from './class-names.ts';
import { clampPane, keyStep, readSize, writeSize } from './split-size.ts';

interface SplitPaneProps {
  direction: 'row' | 'column';
  /** Which of the two has the given size; the other takes what is left. */
  sized: 'first' | 'second';
  defaultSize: number;
  minSize?: number;
  maxSize?: number;
  /** What the other pane keeps at least. */
  otherMin?: number;
  /** Remembers the size under this name. */
  storageKey?: string;
  /** Hides the sized pane and the bar. */
  collapsed?: boolean;
  /** Accessible name of the bar, e.g. "Resize the palette". */
  label: string;
  children: [ReactNode, ReactNode];
  className?: string;
}

export function SplitPane({
  direction,
  sized,
  defaultSize,
  minSize = 120,
  maxSize = 1200,
  otherMin = 160,
  storageKey,
  collapsed = false,
  label,
  children,
  className,
}: SplitPaneProps) {
  const container = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState(() => readSize(storageKey, defaultSize));
  const [total, setTotal] = useState(0);
  const row = direction === 'row';

  useLayoutEffect(() => {
    const element = container.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setTotal(row ? element.clientWidth : element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [row]);

  const clamp = (next: number) => clampPane(next, { min: minSize, max: maxSize, total, otherMin });
  const shown = clamp(size);
  const resize = (next: number) => {
    const clamped = clamp(next);
    setSize(clamped);
    writeSize(storageKey, clamped);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const box = container.current?.getBoundingClientRect();
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const at = row ? event.clientX - box.left : event.clientY - box.top;
    resize(sized === 'first' ? at : (row ? box.width : box.height) - at);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = keyStep(event.key, direction, event.shiftKey);
    if (step === undefined) return;
    event.preventDefault();
    resize(shown + (sized === 'first' ? step : -step));
  };

  const style = row ? { width: shown } : { height: shown };
  const pane = (which: 'first' | 'second', content: ReactNode) => {
    if (which !== sized) return <div className="flex min-h-0 min-w-0 flex-1 flex-col">{content}</div>;
    if (collapsed) return null;
    return (
      <div className="flex min-h-0 min-w-0 shrink-0 flex-col" style={style}>
        {content}
      </div>
    );
  };

  return (
    <div
      ref={container}
      className={classNames('flex min-h-0 min-w-0 flex-1', row ? 'flex-row' : 'flex-col', className)}
    >
      {pane('first', children[0])}
      {!collapsed && (
        <div
          role="separator"
          tabIndex={0}
          aria-label={label}
          aria-orientation={row ? 'vertical' : 'horizontal'}
          aria-valuenow={shown}
          aria-valuemin={minSize}
          aria-valuemax={maxSize}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onDoubleClick={() => resize(defaultSize)}
          onKeyDown={onKeyDown}
          className={classNames(
            'relative z-10 shrink-0 touch-none bg-line transition-colors hover:bg-accent focus-visible:bg-accent',
            row ? 'w-px cursor-col-resize' : 'h-px cursor-row-resize',
            // The bar is one pixel to see and seven to grab.
            'before:absolute before:content-[""]',
            row
              ? 'before:inset-y-0 before:-left-[3px] before:w-[7px]'
              : 'before:inset-x-0 before:-top-[3px] before:h-[7px]',
          )}
        />
      )}
      {pane('second', children[1])}
    </div>
  );
}
