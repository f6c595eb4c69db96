import { Tabs as Base } from '@base-ui/react/tabs';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface TabSpec<Id extends string> {
  id: Id;
  label: string;
  icon?: LucideIcon;
  count?: number;
  /** Rendered only while the tab is chosen. */
  content?: ReactNode;
}

interface TabsProps<Id extends string> {
  label: string;
  value: Id;
  onChange: (id: Id) => void;
  tabs: TabSpec<Id>[];
  /** Controls at the right end of the row. */
  end?: ReactNode;
  className?: string;
}

export function Tabs<Id extends string>({ label, value, onChange, tabs, end, className }: TabsProps<Id>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(next as Id)}
      className={classNames('flex min-h-0 flex-1 flex-col', className)}
    >
      <div className="flex items-center gap-2 border-b border-line px-2">
        <Base.List aria-label={label} className="flex min-w-0 flex-1 gap-0.5 overflow-x-auto">
          {tabs.map((tab) => (
            <Base.Tab
              key={tab.id}
              value={tab.id}
              className="-mb-px flex h-8 items-center gap-1.5 border-b-2 border-transparent px-2 font-medium whitespace-nowrap text-dim outline-offset-[-2px] hover:text-text data-[active]:border-accent data-[active]:text-text"
            >
              {tab.icon && <tab.icon size={14} aria-hidden />}
              {tab.label}
              {tab.count !== undefined && <span className="tabular text-xs text-faint">{tab.count}</span>}
            </Base.Tab>
          ))}
        </Base.List>
        {end}
      </div>
      {tabs.map((tab) => (
        <Base.Panel
          key={tab.id}
          value={tab.id}
          className="flex min-h-0 flex-1 flex-col outline-none data-[hidden]:hidden"
        >
          {tab.id === value ? tab.content : null}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
